#!/bin/sh
# Prints how long it takes to compare two versions of a cluster of 1,000 nodes. It is no test: seconds of one machine mean nothing to
# another.
#
#   src/bench/diff.sh [--runs N] [--nodes N] [--small] [TREE]
#
# TREE is an unpacked Debian; without it, one is made by mmdebstrap and kept in target/bench. With --small, 20 nodes use a stand-in of
# 5 MB. Each comparison is made N times, 3 by default, and the median is printed.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
base=$(dirname "$(dirname "$here")")
# shellcheck source=src/prerequisites.sh
. "$base/src/prerequisites.sh"
# shellcheck source=src/bench/measure.sh
. "$here/measure.sh"

runs=
nodes=
options='runs nodes small'
read_options "$@"
if [ "$small" = yes ]; then
  runs=${runs:-1}
  nodes=${nodes:-20}
fi
runs=${runs:-3}
nodes=${nodes:-1000}
need_to_build
install_missing
# shellcheck source=src/cluster-project.sh
. "$base/src/cluster-project.sh"

install_suite
make_tree
work=$base/target/bench-diff
rm -rf "$work"
mkdir -p "$work/project/src/main/cluster/templates/node/etc" "$work/project/src/main/cluster/templates/all/etc"
trap 'rm -rf "$work/image"' EXIT
trap 'exit 130' HUP INT TERM

# package VERSION NODES FIRST-LINE: a bundle in $work. With another first line, a file of all nodes and one of each node differ.
package() {
  write_pom "$work/project" bench "$1"
  cat >"$work/project/src/main/cluster/cluster.yaml" <<YAML
cluster: bench
master: { name: master, address: 10.1.0.1, interface: eth0 }
networks:
  - subnet: 10.1.0.0/16
images:
  debian:
    directory: $work/image
groups:
  compute:
    image: debian
    root: full
    interface: eth0
    mounts:
      - { path: /home, access: rw }
nodes:
  - { name: "node[0001-$(printf %04d "$2")]", mac: "52:54:00:00:01:00+", address: 10.1.1.1+, group: compute }
YAML
  echo "$3" >"$work/project/src/main/cluster/templates/all/etc/motd.vm"
  printf '%s\nhost $node.name\n' "$3" >"$work/project/src/main/cluster/templates/node/etc/bench.vm"
  (cd "$work/project" && "$maven" -B -q -Ddiskless.cache="$work/cache" package >"$work/log" 2>&1 </dev/null) || {
    cat "$work/log" >&2
    exit 1
  }
  mv "$work/project/target/bench-$1-tftpboot.tar.zst" "$work/$1.tar.zst"
}

cp -a "$tree" "$work/image"
package 1.0 "$nodes" one
package 1.1 "$nodes" one
package 1.2 $((nodes + 1)) two
# As an update of Debian does: files of packages, and a few texts below /etc.
changed=$(find "$work/image/usr" -type f -links 1 -size +0 | sort | shuf --random-source=/dev/zero -n 500)
for file in $changed; do echo changed >>"$file"; done
for file in "$work"/image/etc/*.conf; do
  if [ -f "$file" ]; then echo '# changed' >>"$file"; fi
done
package 1.3 $((nodes + 1)) two

# compare WHAT OPTION...: a line of the table.
compare() {
  what=$1
  shift
  forget_series
  i=0
  while [ "$i" -lt "$runs" ]; do
    take diff mvn diskless:diff "$@"
    i=$((i + 1))
  done
  printf '%-66s %8s %10s\n' "$what" "$(median diff wall)" "$(median diff cpu)"
}
mvn() { (cd "$work/project" && "$maven" -B -q "$@"); }

echo "$nodes nodes; the bundle: $(($(stat -c %s "$work/1.0.tar.zst") / 1000000)) MB; $(describe_tree); median of $runs runs"
printf '\n%-66s %8s %10s\n' '' seconds processors
compare 'Maven alone (-Ddiskless.skip)' -Ddiskless.skip
compare 'nothing but the version' -Ddiskless.from="$work/1.0.tar.zst" -Ddiskless.to="$work/1.1.tar.zst"
compare 'a file of all nodes, one of each node, and a node more' -Ddiskless.from="$work/1.0.tar.zst" -Ddiskless.to="$work/1.2.tar.zst"
compare 'the same, and 500 files of the image: texts of it are read' -Ddiskless.from="$work/1.0.tar.zst" -Ddiskless.to="$work/1.3.tar.zst"
