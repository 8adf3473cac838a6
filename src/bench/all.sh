#!/bin/sh
# Runs every benchmark once in its smallest form. It shows that the benchmarks work; its figures mean nothing.
#
#   src/bench/all.sh --small
#
# Benchmarks that install a bundle are skipped without root.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
base=$(dirname "$(dirname "$here")")
# shellcheck source=src/prerequisites.sh
. "$base/src/prerequisites.sh"
# shellcheck source=src/bench/measure.sh
. "$here/measure.sh"
options=small
read_options "$@"
[ "$small" = yes ] || usage

run() { # NAME OPTION...
  script=$here/$1.sh
  shift
  echo "== ${script##*/} $*"
  begun=$(now)
  "$script" "$@"
  echo "== took $(duration $(($(now) - begun)))"
}

run bench --small
run bench --small --where
run diff --small
if [ "$(id -u)" = 0 ]; then
  run scale --small
  run releases --small
  run install --runs 1 "$base/target/bench/small"
else
  echo "== skipped: scale.sh, releases.sh and install.sh need root"
fi
