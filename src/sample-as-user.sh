#!/bin/sh
# Runs sample.sh, as root, in the name of an ordinary user that exists only for that long: nothing of it may need root.
#
#   src/sample-as-user.sh [--boot]
set -eu
src=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
cd "$(dirname "$src")"

user=diskless-test-$$
useradd --create-home --shell /bin/sh "$user"
trap 'userdel --remove "$user" >/dev/null 2>&1' EXIT
trap 'exit 130' HUP INT TERM
home=$(getent passwd "$user" | cut -d : -f 6)
mkdir -p "$home/.m2/wrapper" "$home/suite"
# What was resolved already need not be downloaded again; the image is made anew.
for known in repository wrapper/dists settings.xml; do
  [ ! -e "$HOME/.m2/$known" ] || cp -a --reflink=auto "$HOME/.m2/$known" "$home/.m2/$known"
done
rm -rf "$home/.m2/repository/dev/diskless"
tar -c --exclude=./target --exclude='./*/target' --exclude=./.git . | tar -x -C "$home/suite"
chown -R "$user:" "$home"
# shellcheck disable=SC2016
runuser -u "$user" -- env -i HOME="$home" USER="$user" PATH=/usr/local/bin:/usr/bin:/bin LANG=C.UTF-8 \
  ${JAVA_HOME:+JAVA_HOME="$JAVA_HOME"} \
  sh -euc 'cd "$HOME"; suite/src/sample.sh "$@" "$HOME/sample"; ls -l "$HOME"/sample/lab-cluster/target/*.tar.zst' sh "$@"
