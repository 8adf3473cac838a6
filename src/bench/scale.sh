#!/bin/sh
# Prints what a cluster with several masters costs: packaging it, and installing it on one of the masters. It is no test: seconds
# of one machine mean nothing to another, bytes do.
#
#   src/bench/scale.sh [--masters N] [--nodes N] [--small] [TREE]
#
# As root. Each of 40 masters has a network of its own and its part of 10,000 nodes, unless other numbers are given. TREE is an
# unpacked Debian; without it, one is made by mmdebstrap and kept in target/bench. With --small, 2 masters and 20 nodes use a
# stand-in of 5 MB. Version 2 differs from version 1 in one file of the image and in the name of the release.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
base=$(dirname "$(dirname "$here")")
# shellcheck source=src/prerequisites.sh
. "$base/src/prerequisites.sh"

# shellcheck source=src/bench/measure.sh
. "$here/measure.sh"

masters=
nodes=
options='masters nodes small'
read_options "$@"
if [ "$small" = yes ]; then
  masters=${masters:-2}
  nodes=${nodes:-20}
fi
masters=${masters:-40}
nodes=${nodes:-10000}
need_to_build
need dhcpd isc-dhcp-server
need python3 python3
need ssh-keygen openssh-client
install_missing
start_python_itself
# shellcheck source=src/cluster-project.sh
. "$base/src/cluster-project.sh"
[ "$(id -u)" = 0 ] || { echo "installing a bundle needs root" >&2; exit 1; }
install_suite
make_tree
[ $((nodes % masters)) = 0 ] && [ $((nodes / masters)) -le 60000 ] && [ "$masters" -le 200 ] || {
  echo "$nodes nodes are not the same number for each of $masters masters" >&2
  exit 1
}
each=$((nodes / masters))
work=$base/target/bench-scale
rm -rf "$work"
mkdir -p "$work"
trap 'rm -rf "$work/image" "$work/rack" "$work/one-rack"' EXIT
trap 'exit 130' HUP INT TERM

project() { # NAME VERSION MASTERS NODES-OF-EACH
  write_pom "$work/$1" scale "$2"
  awk -v masters="$3" -v each="$4" -v image="$work/image" 'BEGIN {
    print "cluster: scale"
    print "masters:"
    for (m = 1; m <= masters; m++) printf "  - { name: rack%03d, address: 10.%d.0.1 }\n", m, m
    print "networks:"
    for (m = 1; m <= masters; m++) printf "  - { subnet: 10.%d.0.0/16, gateway: 10.%d.0.1, pool: 10.%d.255.1-10.%d.255.99 }\n", m, m, m, m
    printf "images: { debian: { directory: %s } }\n", image
    print "groups: { compute: { image: debian, root: overlay, mounts: [{ path: /home, access: rw }] } }"
    print "nodes:"
    for (m = 1; m <= masters; m++)
      printf "  - { name: \"r%03dn[%05d-%05d]\", mac: \"52:54:%02x:00:00:01+\", address: 10.%d.1.1+, group: compute }\n", m, 1, each, m, m
  }' >"$work/$1/src/main/cluster/cluster.yaml"
}

mvn() { (cd "$work/$1" && MAVEN_OPTS=-Xmx512m "$maven" -B -q -Ddiskless.cache="$work/cache" "$2"); }
size() { stat -c %s "$1"; }
row() { printf '%-66s %14s %s\n' "$1" "$2" "$3"; }
took() { row "$1" "${2% *}" "seconds (${2#* } of processors)"; }
mb() { awk -v bytes="$1" 'BEGIN { printf "%.1f", bytes / 1e6 }'; }
number() { echo "$1" | sed -e ':a' -e 's/^\([0-9]*[0-9]\)\([0-9]\{3\}\)/\1,\2/;ta'; }
# Bytes on the disk, and those of files that have no other name elsewhere counted once.
disk() { du -sB1 "$@" | awk '{ n += $1 } END { print n }'; }

boot_bytes=$(cat "$tree"/boot/vmlinuz-* "$tree"/boot/initrd.img-* | wc -c)
cp -a "$tree" "$work/image"
overlay_initramfs "$work/image"
image_bytes=$(file_bytes "$work/image")
image_files=$(find "$work/image" | wc -l)

project one 1 1 1
project many 1 "$masters" "$each"
measured mvn one package
first_seconds=$took
rm -rf "$work/one/target"
measured mvn one package
one_seconds=$took
measured mvn many validate
validate_seconds=$took
measured mvn many package
many_seconds=$took
one=$work/one/target/scale-1-tftpboot.tar.zst
cp "$work/many/target/scale-1-tftpboot.tar.zst" "$work/1.tar.zst"
files=$work/many/target/diskless/masters/rack001/etc
dhcpd_bytes=$(size "$files/dhcp/dhcpd.conf")
exports_bytes=$(size "$files/exports.d/diskless.exports")
exports_lines=$(grep -c '^/' "$files/exports.d/diskless.exports")
masters_bytes=$(find "$work/many/target/diskless/masters" -type f -printf '%s\n' | awk '{ n += $1 } END { print n }')
hosts_bytes=$(size "$work/many/target/diskless/all/etc/hosts")
measured dhcpd -t -4 -cf "$files/dhcp/dhcpd.conf" -lf /dev/null
dhcpd_seconds=$took

zstd -dcq "$work/1.tar.zst" | tar -xO --occurrence=1 META-INF/diskless/install >"$work/install"
zstd -dcq "$one" | tar -xO --occurrence=1 META-INF/diskless/install >"$work/install-one"
mkdir "$work/rack" "$work/one-rack"
measured python3 "$work/install-one" --destdir "$work/one-rack" "$one"
install_one_seconds=$took
measured python3 "$work/install" --destdir "$work/rack" --master rack001 "$work/1.tar.zst"
install_seconds=$took
installed=$(disk "$work/rack")
installed_one=$(disk "$work/one-rack")
release=$work/rack/srv/diskless/scale/releases/1
keys=$(find "$work/rack/srv/diskless/scale/state" -name 'ssh_host_*_key' | wc -l)
installed_nodes=$(find "$release/nodes" -mindepth 1 -maxdepth 1 | wc -l)
installed_boot=$(find "$release/boot" -type f | wc -l)

echo 'version 2' >"$work/image/etc/motd"
project many 2 "$masters" "$each"
measured mvn many package
next_seconds=$took
cp "$work/many/target/scale-2-tftpboot.tar.zst" "$work/2.tar.zst"
zstd -dcq "$work/2.tar.zst" | tar -xO --occurrence=1 META-INF/diskless/install >"$work/install-2"
measured python3 "$work/install-2" --destdir "$work/rack" --master rack001 "$work/2.tar.zst"
install_next_seconds=$took
both=$(disk "$work/rack")
measured python3 "$work/install-2" --destdir "$work/rack" --rollback
rollback_seconds=$took

echo "$(number "$nodes") nodes on $masters masters, $each on each; the image: $(mb "$image_bytes") MB in $image_files files and directories; $(nproc) processors"
echo
took 'mvn validate' "$validate_seconds"
took 'mvn package, 512 MB heap, an image packed before' "$many_seconds"
took '  the same of one node on one master' "$one_seconds"
took '  the same, no image packed before' "$first_seconds"
took 'mvn package of version 2, one file of the image changed' "$next_seconds"
row 'the bundle' "$(mb "$(size "$work/1.tar.zst")")" MB
row '  less that of one node on one master' "$(mb $(($(size "$work/1.tar.zst") - $(size "$one"))))" MB
row '  the same for each node' "$(number $((($(size "$work/1.tar.zst") - $(size "$one")) / nodes)))" bytes
row "own files of all masters, unpacked" "$(mb "$masters_bytes")" MB
row "/etc/hosts of a node" "$(number "$hosts_bytes")" bytes
row 'dhcpd.conf of a master' "$(number "$dhcpd_bytes")" bytes
took '  dhcpd -t of it' "$dhcpd_seconds"
row 'exports of a master' "$(number "$exports_bytes")" bytes
row "  lines of it, for $each NFS clients" "$(number "$exports_lines")" lines
took 'install and switch on a master' "$install_seconds"
row '  host keys made for its nodes then, and never again' "$(number "$keys")" keys
took '  the same of the bundle with one node on one master' "$install_one_seconds"
row '  on its disk' "$(mb "$installed")" MB
row '  on its disk, beyond the bundle with one node on one master' "$(mb $((installed - installed_one)))" MB
row '  nodes in the release' "$(number "$installed_nodes")" nodes
row '  files in its TFTP root' "$(number "$installed_boot")" files
took 'install and switch to version 2 there' "$install_next_seconds"
row '  more on its disk' "$(mb $((both - installed)))" MB
took 'roll back there' "$rollback_seconds"
row "kernel and initramfs, which a node fetches" "$(mb "$boot_bytes")" MB
row "  all $each nodes of a master" "$(mb $((boot_bytes * each)))" MB
row "fetched from the repository by all masters, a version" "$(mb $(($(size "$work/2.tar.zst") * masters)))" MB
