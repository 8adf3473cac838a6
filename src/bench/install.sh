#!/bin/sh
# Prints what it costs to install a bundle on a master: the shell installer of commit 3dc457e, which verified no signature and followed
# paths of nodes; today's installer; and the same through the verifier, with a signed bundle. As root. It is no test.
#
#   src/bench/install.sh [--runs N] [TREE]
#
# TREE is an unpacked Debian with a kernel; without it, one of about 400 MB is made by mmdebstrap and kept in target/bench. N rounds are made of all of it, 3 by default; medians count, and ratios within a round. Install the suite before
# (src/sample.sh does).
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
[ "$(id -u)" = 0 ] || { echo "releases have files of other owners; run it as root" >&2; exit 1; }
need_to_build
need ssh-keygen openssh-client
need python3 python3
need mksquashfs squashfs-tools
install_missing
# shellcheck source=src/cluster-project.sh
. "$base/src/cluster-project.sh"

start_python_itself

bench=$base/target/bench
mkdir -p "$bench"
[ -n "$tree" ] || make_tree
work=$(mktemp -d "$bench/install.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' HUP INT TERM

# project VERSION: a cluster with a node that writes into a tree of its own, and one that keeps state.
project() {
  write_pom "$work/$1" bench "$1"
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
    state: [/var/lib/app]
nodes:
  - { name: node1, mac: "52:54:00:00:01:01", address: 10.1.1.1, group: compute }
YAML
  mkdir -p "$work/$1/src/main/cluster/files/all/etc"
  echo "version $1" >"$work/$1/src/main/cluster/files/all/etc/motd"
  # The shell installer knows no signatures.
  pack "$1" && cp "$work/$1/target/bench-$1-tftpboot.tar.zst" "$work/$1-unsigned.tar.zst"
  pack "$1" -Ddiskless.sign.key="$work/key" && cp "$work/$1/target/bench-$1-tftpboot.tar.zst" "$work/$1.tar.zst"
}

pack() { # VERSION OPTION...
  folder=$work/$1
  shift
  (cd "$folder" && "$maven" -B -q -Ddiskless.cache="$bench/cache" "$@" package) >"$work/log" 2>&1 || {
    cat "$work/log" >&2
    exit 1
  }
}
ssh-keygen -q -t ed25519 -N '' -C bench -f "$work/key"
project 1
project 2
for version in 1 2; do
  sed "s/@CLUSTER@/bench/; s/@VERSION@/$version/; s,@DIRECTORY@,/srv/diskless,; s/@MASTERS@//; s/@RAM_IMAGES@//; s/@PRIVATE_FOLDERS@/etc var root tmp/" \
    "$base/diskless-core/src/test/resources/dev/diskless/master/install-3dc457e.sh" >"$work/shell-$version"
  for program in install verify; do
    zstd -dcq "$work/$version.tar.zst" | tar -xO --occurrence=1 "META-INF/diskless/$program" >"$work/$program-$version"
  done
done

# take NAME COMMAND...: appends what it took to a file of that name.
mkdir "$work/times"
take() {
  name=$1
  shift
  sync
  before=$(date +%s.%N)
  "$@" >"$work/log" 2>&1 </dev/null || {
    cat "$work/log" >&2
    exit 1
  }
  after=$(date +%s.%N)
  awk -v a="$after" -v b="$before" 'BEGIN { printf "%.2f\n", a - b }' >>"$work/times/$name"
}

# master NAME: an empty one, that accepts the key.
master() {
  rm -rf "${work:?}/$1"
  mkdir -p "$work/$1/etc/diskless"
  echo "bench $(cat "$work/key.pub")" >"$work/$1/etc/diskless/allowed_signers"
}

# Each way installs version 1, then version 2 over it, then version 2 once more.
round() {
  master shell
  take shell_first sh "$work/shell-1" --destdir "$work/shell" "$work/1-unsigned.tar.zst"
  take shell_next sh "$work/shell-2" --destdir "$work/shell" "$work/2-unsigned.tar.zst"
  take shell_again sh "$work/shell-2" --destdir "$work/shell" "$work/2-unsigned.tar.zst"
  master installer
  take first python3 "$work/install-1" --destdir "$work/installer" "$work/1.tar.zst"
  take next python3 "$work/install-2" --destdir "$work/installer" "$work/2.tar.zst"
  take again python3 "$work/install-2" --destdir "$work/installer" "$work/2.tar.zst"
  master verifier
  take verified_first python3 "$work/verify-1" --destdir "$work/verifier" "$work/1.tar.zst"
  take verified_next python3 "$work/verify-1" --destdir "$work/verifier" "$work/2.tar.zst"
  take verified_again python3 "$work/verify-1" --destdir "$work/verifier" "$work/2.tar.zst"
}

echo "the bundle: $(($(stat -c %s "$work/1.tar.zst") / 1000000)) MB, the tree: $(du -sm --apparent-size "$tree" | cut -f 1) MB, $(find "$tree" | wc -l) files; $(nproc) processors; median of $runs runs"
round # Once for nothing, so that the file cache is as warm for the first as for the last.
rm "$work/times"/*
i=0
while [ "$i" -lt "$runs" ]; do
  round
  i=$((i + 1))
done
(cd "$work/times" && paste shell_first first verified_first shell_next next verified_next shell_again again verified_again) |
  awk '
  function median(all, n, i, j, keep, sorted) {
    for (i = 1; i <= n; i++) {
      keep = all[i]
      for (j = i - 1; j > 0 && sorted[j] > keep; j--) sorted[j + 1] = sorted[j]
      sorted[j + 1] = keep
    }
    return n % 2 ? sorted[(n + 1) / 2] : (sorted[n / 2] + sorted[n / 2 + 1]) / 2
  }
  function row(what, took, ratio, aim) { printf "%-52s %9s %9s   %s\n", what, took, ratio, aim }
  { for (c = 1; c <= 9; c++) { t[c, NR] = $c; if (c % 3 != 1) { r[c, NR] = $c / $(c - (c - 1) % 3); d[c, NR] = $c - $(c - (c - 1) % 3) } } }
  function of(table, c, i, list) { for (i = 1; i <= NR; i++) list[i] = table[c, i]; return median(list, NR) }
  END {
    row("", "seconds", "", "aim")
    split("the first release|the next release|installed already", what, "|")
    for (k = 1; k <= 3; k++) {
      c = 3 * k - 2
      row(what[k] ": shell installer of 3dc457e", sprintf("%.2f", of(t, c)), "1.00", "")
      for (j = 1; j <= 2; j++)
        row("  " (j == 1 ? "installer, signed bundle" : "the same, through the verifier"), sprintf("%.2f", of(t, c + j)),
          k == 3 ? sprintf("%+.2f s", of(d, c + j)) : sprintf("%.2f", of(r, c + j)), k == 3 ? "at most +0.3 s" : "at most 1.05")
    }
  }'
