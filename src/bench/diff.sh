#!/bin/sh
# Prints how long it takes to compare two versions of a cluster of 1,000 nodes. It is no test: seconds of one machine mean nothing to
# another.
#
#   src/bench/diff.sh [TREE]
#
# TREE is an unpacked Debian; without it one is made by mmdebstrap and kept in target/bench. Install the suite before (src/sample.sh does).
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
base=$(dirname "$(dirname "$here")")
# shellcheck source=src/prerequisites.sh
. "$base/src/prerequisites.sh"
need_to_build
install_missing
# shellcheck source=src/cluster-project.sh
. "$base/src/cluster-project.sh"

tree=${1:-}
[ -n "$tree" ] || make_tree
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
  - { name: "node[0001-$2]", mac: "52:54:00:00:01:00+", address: 10.1.1.1+, group: compute }
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
package 1.0 1000 one
package 1.1 1000 one
package 1.2 1001 two
# As an update of Debian does: files of packages, and a few texts below /etc.
changed=$(find "$work/image/usr" -type f -links 1 -size +0 | sort | shuf --random-source=/dev/zero -n 500)
for file in $changed; do echo changed >>"$file"; done
for file in "$work"/image/etc/*.conf; do
  if [ -f "$file" ]; then echo '# changed' >>"$file"; fi
done
package 1.3 1001 two

# compare WHAT OPTION...: a line of the table, the median of three.
compare() {
  what=$1
  shift
  for run in 1 2 3; do
    before=$(date +%s.%N)
    (cd "$work/project" && "$maven" -B -q diskless:diff "$@" >"$work/diff-$run" 2>&1 </dev/null) || {
      cat "$work/diff-$run" >&2
      exit 1
    }
    after=$(date +%s.%N)
    awk -v a="$after" -v b="$before" 'BEGIN { printf "%.2f\n", a - b }'
  done | sort -n | awk -v what="$what" 'NR == 2 { printf "%-66s %8.2f\n", what, $1 }'
}

echo "1,000 nodes; the bundle: $(($(stat -c %s "$work/1.0.tar.zst") / 1000000)) MB; the image: $(du -sm --apparent-size "$tree" | cut -f 1) MB, $(find "$tree" | wc -l) files"
printf '\n%-66s %8s\n' '' seconds
compare 'Maven alone (-Ddiskless.skip)' -Ddiskless.skip
compare 'nothing but the version' -Ddiskless.from="$work/1.0.tar.zst" -Ddiskless.to="$work/1.1.tar.zst"
compare 'a file of all nodes, one of each node, and a node more' -Ddiskless.from="$work/1.0.tar.zst" -Ddiskless.to="$work/1.2.tar.zst"
compare 'the same, and 500 files of the image: texts of it are read' -Ddiskless.from="$work/1.0.tar.zst" -Ddiskless.to="$work/1.3.tar.zst"
