#!/bin/sh
# Prints what packaging costs, as ratios to what tar and zstd alone take for the same tree in the same run. It is no test:
# figures of one machine mean nothing to another, ratios do.
#
#   src/bench/bench.sh [--runs N] [TREE]
#
# TREE is an unpacked Debian with a kernel; without it one of about 400 MB is made by mmdebstrap, as root, and kept in
# target/bench/tree. Projects have the .mvn/jvm.config that the archetype writes. N rounds are made of all of it, 3 by
# default, and medians count: of the times, and of the ratios within a round. Install the suite before (src/sample.sh does).
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
base=$(dirname "$(dirname "$here")")
# shellcheck source=src/prerequisites.sh
. "$base/src/prerequisites.sh"

runs=3
tree=
while [ $# -gt 0 ]; do
  case $1 in
    --runs) runs=$2; shift ;;
    -*) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 2 ;;
    *) tree=$(CDPATH='' cd -- "$1" && pwd) ;;
  esac
  shift
done
need_to_build
install_missing
# shellcheck source=src/cluster-project.sh
. "$base/src/cluster-project.sh"

work=$base/target/bench
mkdir -p "$work"
[ -n "$tree" ] || make_tree

# project NAME NODES: a cluster of that many nodes with the tree as its image.
project() {
  rm -rf "${work:?}/$1"
  write_pom "$work/$1" "$1" 1
  cat >"$work/$1/src/main/cluster/cluster.yaml" <<YAML
cluster: bench
master: { name: master, address: 10.1.0.1, interface: eth0 }
networks:
  - subnet: 10.1.0.0/16
images:
  debian:
    directory: $tree
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
}

# seconds COMMAND...: how long it takes.
seconds() {
  before=$(date +%s.%N)
  "$@" >"$work/log" 2>&1 </dev/null || {
    cat "$work/log" >&2
    exit 1
  }
  after=$(date +%s.%N)
  awk -v a="$after" -v b="$before" 'BEGIN { printf "%.2f\n", a - b }'
}
# take NAME COMMAND...: appends what it took to a file of that name.
take() {
  name=$1
  shift
  seconds "$@" >>"$work/times/$name"
}
# One run of everything, right after one another, so that what else the machine does at that time slows them all.
round() {
  take reference tar_and_zstd
  take validate_one mvn one validate
  rm -rf "$work/cache"
  checkout one
  take one mvn run package
  one_size=$(size one)
  checkout one
  take edited mvn run package
  take again mvn run package
  take validate_thousand mvn thousand validate
  rm -rf "$work/cache"
  checkout thousand
  take thousand mvn run package
  thousand_size=$(size thousand)
}

tar_and_zstd() { tar -C "$tree" --xattrs --numeric-owner -c . | zstd -q -3 -T2 -f -o "$work/reference.tar.zst"; }
# A checkout of its own for each run, removed at the end only: ext4 is slow to give out the inodes of files that were just
# removed, and that is not what is measured.
rm -rf "${work:?}/runs"
mkdir "$work/runs"
trap 'rm -rf "$work/runs"' EXIT
trap 'exit 130' HUP INT TERM
checkout() {
  run=$(mktemp -d "$work/runs/XXXXXX")
  cp -R "$work/$1/pom.xml" "$work/$1/src" "$work/$1/.mvn" "$run"
  ln -sfn "$run" "$work/run"
}
mvn() { (cd "$work/$1" && MAVEN_OPTS=-Xmx512m "$maven" -B -q -Ddiskless.cache="$work/cache" "$2"); }
size() { stat -c %s "$work/run/target/$1-1-tftpboot.tar.zst"; }

project one 0001
project thousand 1000
echo "the tree: $(du -sm --apparent-size "$tree" | cut -f 1) MB, $(find "$tree" | wc -l) files; $(nproc) processors; median of $runs runs"

# Once for nothing, so that the file cache is as warm for the first as for the last.
rm -rf "$work/times"
mkdir "$work/times"
round
rm "$work/times"/*
i=0
while [ "$i" -lt "$runs" ]; do
  round
  i=$((i + 1))
done

# The median of each, and of the ratios of each round.
(cd "$work/times" && paste reference validate_one one edited again validate_thousand thousand) |
  awk -v s1="$one_size" -v s1000="$thousand_size" '
  function row(what, took, ratio, limit) { printf "%-58s %9s %9s   %s\n", what, took, ratio, limit }
  function median(all, n, i, j, keep, sorted) {
    for (i = 1; i <= n; i++) {
      keep = all[i]
      for (j = i - 1; j > 0 && sorted[j] > keep; j--) sorted[j + 1] = sorted[j]
      sorted[j + 1] = keep
    }
    return n % 2 ? sorted[(n + 1) / 2] : (sorted[n / 2] + sorted[n / 2 + 1]) / 2
  }
  {
    reference[NR] = $1; v1[NR] = $2; one[NR] = $3 - $2; edited[NR] = $4 - $2; again[NR] = $5 - $2
    v1000[NR] = $6; thousand[NR] = $7 - $6
    r1[NR] = one[NR] / $1; redited[NR] = edited[NR] / $1; r1000[NR] = thousand[NR] / one[NR]
  }
  END {
    row("", "seconds", "ratio", "aim")
    row("tar -c | zstd -3 -T2", sprintf("%.2f", median(reference, NR)), "1.00", "")
    row("one node: mvn package less mvn validate (" sprintf("%.2f", median(v1, NR)) ")", sprintf("%.2f", median(one, NR)), sprintf("%.2f", median(r1, NR)), "at most 1.5 of tar | zstd")
    row("  the same, an image of it packed before", sprintf("%.2f", median(edited, NR)), sprintf("%.2f", median(redited, NR)), "")
    row("1,000 nodes, 512 MB heap: the same less validate (" sprintf("%.2f", median(v1000, NR)) ")", sprintf("%.2f", median(thousand, NR)), sprintf("%.2f", median(r1000, NR)), "at most 2 of one node")
    row("nothing changed: mvn package less mvn validate", sprintf("%.2f", median(again, NR)), "", "at most 1.5 seconds")
    row("1,000 nodes: bundle larger by", sprintf("%.2f MB", (s1000 - s1) / 1e6), "", "at most 3 MB")
  }'
