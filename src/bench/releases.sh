#!/bin/sh
# Prints what activating a release costs on ext4, xfs and btrfs: seconds, bytes of files that are new, and bytes that
# the disk is given to write, with all metadata and the journal. It is no
# test: seconds of one machine mean nothing to another, shares of the image do.
#
#   src/bench/releases.sh [--small] [TREE]
#
# As root. TREE is an unpacked Debian; without it, one is made by mmdebstrap and kept in target/bench. With --small, it is a stand-in
# of 5 MB. Version 2 has 1 % of the bytes of its files changed. Each file system is made anew on a loop device of 8 GB, which is
# sparse.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
base=$(dirname "$(dirname "$here")")
# shellcheck source=src/prerequisites.sh
. "$base/src/prerequisites.sh"
# shellcheck source=src/bench/measure.sh
. "$here/measure.sh"

options=small
read_options "$@"
need_to_build
need mkfs.ext4 e2fsprogs
need mkfs.xfs xfsprogs
need mkfs.btrfs btrfs-progs
need losetup mount
need python3 python3
install_missing
start_python_itself
# shellcheck source=src/cluster-project.sh
. "$base/src/cluster-project.sh"
[ "$(id -u)" = 0 ] || { echo "loop devices need root" >&2; exit 1; }

install_suite
make_tree
work=$base/target/bench-releases
rm -rf "$work"
mkdir -p "$work/mount"
device=
trap 'umount "$work/mount" 2>/dev/null || :; [ -z "$device" ] || losetup -d "$device"; rm -rf "$work/disk" "$work/image"' EXIT
trap 'exit 130' HUP INT TERM

package() { # VERSION
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
    root: overlay
    interface: eth0
nodes:
  - { name: "node[001-100]", mac: "52:54:00:00:01:00+", address: 10.1.1.1+, group: compute }
YAML
  (cd "$work/project" && "$maven" -B -q -Ddiskless.cache="$work/cache" package >"$work/log" 2>&1 </dev/null) || {
    cat "$work/log" >&2
    exit 1
  }
  mv "$work/project/target/bench-$1-tftpboot.tar.zst" "$work/$1.tar.zst"
}

cp -a "$tree" "$work/image"
overlay_initramfs "$work/image"
package 1
# Files in an order that has nothing to do with their names, until 1 % of all bytes is changed.
total=$(file_bytes "$work/image")
find "$work/image/usr" -type f -links 1 -size +0 -printf '%s %p\n' | sort | shuf --random-source=/dev/zero |
  awk -v aim="$((total / 100))" 'n < aim && $1 < aim / 4 { n += $1; print }' >"$work/changed"
while read -r size file; do
  head -c "$size" /dev/urandom >"$file"
done <"$work/changed"
package 2
changed=$(awk '{ n += $1 } END { printf "%d", n }' "$work/changed")
files=$(find "$work/image" | wc -l)
for one in 1 2; do
  zstd -dcq "$work/$one.tar.zst" | tar -xO --occurrence=1 META-INF/diskless/install >"$work/install-$one"
done

# in_row WHAT COMMAND...: a line of the table. The file system is unmounted after, so that nothing is left to write.
in_row() {
  what=$1
  shift
  umount "$work/mount"
  mount "$device" "$work/mount"
  before=$(awk '{ print $7 }' "/sys/block/${device#/dev/}/stat")
  touch "$work/mark"
  measured "$@"
  umount "$work/mount"
  after=$(awk '{ print $7 }' "/sys/block/${device#/dev/}/stat")
  mount "$device" "$work/mount"
  # Of the release that is active then: files that came just now, and are no links to another's.
  new=$(find "$work/mount/tftpboot/" -xdev -type f -links 1 -cnewer "$work/mark" -printf '%s\n' | awk '{ n += $1 } END { printf "%d", n }')
  awk -v fs="$fs" -v what="$what" -v seconds="${took% *}" -v a="$before" -v b="$after" -v total="$total" -v new="$new" \
    'BEGIN { w = (b - a) * 512
      printf "%-6s  %-22s %8.2f %10.1f %8.1f %% %10.1f %8.1f %%\n", fs, what, seconds, new / 1e6, 100 * new / total, w / 1e6, 100 * w / total }'
}

awk -v total="$total" -v files="$files" -v changed="$changed" \
  'BEGIN { printf "the image: %.0f MB in %d files and directories; version 2 changes %.1f MB\n\n", total / 1e6, files, changed / 1e6
    printf "%-6s  %-22s %8s %10s %10s %10s %10s\n", "", "", "seconds", "MB files", "of image", "MB disk", "of image" }'
for fs in ext4 xfs btrfs; do
  truncate -s 8G "$work/disk"
  device=$(losetup -f --show "$work/disk")
  mkfs.$fs -q "$device" >"$work/log" 2>&1
  mount "$device" "$work/mount"
  in_row 'activate 1, the first' python3 "$work/install-1" --destdir "$work/mount" "$work/1.tar.zst"
  in_row 'activate 2' python3 "$work/install-2" --destdir "$work/mount" "$work/2.tar.zst"
  in_row 'roll back to 1' python3 "$work/install-2" --destdir "$work/mount" --rollback
  umount "$work/mount"
  losetup -d "$device"
  device=
  rm "$work/disk"
done
