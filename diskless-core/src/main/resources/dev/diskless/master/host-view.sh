#!/bin/sh
# Runs a program with the files of a release laid over the root of the host, in the mount namespace that it was started in:
#   host-view.sh EMPTY MASTER ROOT PROGRAM [ARGUMENT]...
# Whatever the program writes goes to memory and vanishes.
set -eu
top=$1
master=$2
root=$3
shift 3
mount -t tmpfs -o mode=0755 diskless "$top"
mkdir "$top/upper" "$top/work" "$top/root"
mount -t overlay -o "lowerdir=/,upperdir=$top/upper,workdir=$top/work" diskless "$top/root"
# Copied, for layers of an overlay must not lie within each other. Both are small.
[ "$root" = / ] || [ ! -d "$root/etc" ] || cp -a "$root/etc" "$top/root"
cp -a "$master/." "$top/root"
for part in proc dev usr var opt; do
    ! mountpoint -q "/$part" || mount --rbind "/$part" "$top/root/$part"
done
# A new root and not chroot, for AppArmor knows paths from the root of the namespace.
mkdir -p "$top/root/mnt/.diskless"
pivot_root "$top/root" "$top/root/mnt/.diskless"
cd /
umount -l /mnt/.diskless

if [ "$1" = exportfs ]; then
    # Only this file, and with every directory that it names, for what is asked is whether it is well written.
    mount -t tmpfs diskless /var/lib/nfs
    : >/var/lib/nfs/etab
    : >/var/lib/nfs/rmtab
    mv "$2" /etc/exports.new
    rm -f /etc/exports /etc/exports.d/*
    mv /etc/exports.new /etc/exports
    sed -n -e 's/^"\([^"]*\)".*/\1/p' -e t -e '/^#/d' -e 's/^\([^ \t]\{1,\}\)[ \t].*/\1/p' /etc/exports |
        sed 's/\\\([0-7]\{3\}\)/\\0\1/g' | while IFS= read -r path; do
        mkdir -p "$(printf '%b' "$path")"
    done
    exec exportfs -ra
fi
exec "$@"
