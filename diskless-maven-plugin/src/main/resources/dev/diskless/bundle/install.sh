#!/bin/sh
# Installs a release of the cluster @CLUSTER@ from its bundle, on the master, and makes it the active one.
# Needs sh, GNU tar, coreutils, awk, and zstd or gzip, as the bundle is packed.
set -eu
umask 022
LC_ALL=C
export LC_ALL

cluster='@CLUSTER@'
version='@VERSION@'
directory='@DIRECTORY@'
# The images of nodes of root mode ram, and what a node of root mode shared has for itself.
ram_images='@RAM_IMAGES@'
private_folders='@PRIVATE_FOLDERS@'

usage() {
    cat <<EOF
usage: install [--destdir DIR] [--no-switch] [--replace] BUNDLE

Installs release $version of the cluster $cluster from BUNDLE to
$directory/$cluster/releases/$version, and switches $directory/$cluster/active
and the link /tftpboot to it.

  --destdir DIR   put DIR before every path, to try it anywhere
  --no-switch     install only; the active release stays
  --replace       replace a release of the same version with other content
EOF
}

die() {
    echo "install: $*" >&2
    exit 1
}

destdir=
switch=yes
replace=no
bundle=
while [ $# -gt 0 ]; do
    case $1 in
        --destdir) [ $# -gt 1 ] || die "--destdir needs a directory"; destdir=${2%/}; shift ;;
        --destdir=*) destdir=${1#--destdir=}; destdir=${destdir%/} ;;
        --no-switch) switch=no ;;
        --replace) replace=yes ;;
        -h | --help) usage; exit 0 ;;
        -*) usage >&2; die "unknown option $1" ;;
        *) [ -z "$bundle" ] || die "one bundle only: $bundle, $1"; bundle=$1 ;;
    esac
    shift
done

[ -n "$bundle" ] || { usage >&2; exit 2; }
[ -f "$bundle" ] || die "no such file: $bundle"
[ "$(id -u)" = 0 ] || die "must run as root, for owners and devices are restored"
tar --version 2>/dev/null | grep -q GNU || die "needs GNU tar"
for program in awk sha256sum cp mv ln mknod sync; do
    command -v $program >/dev/null || die "needs $program"
done

# An image in one compressed file, for the memory of nodes. The same tree makes the same bytes, in every release. Level 6
# takes twice the time of 3 and saves 5 %; higher ones take long and save little. squashfs has no POSIX ACLs.
squash() { # TREE FILE
    said=$2.said
    if env -u SOURCE_DATE_EPOCH mksquashfs "$1" "$2" -comp zstd -Xcompression-level 6 -xattrs -mkfs-time 0 -no-exports \
        -noappend -no-recovery -no-progress -quiet >"$said" 2>&1; then
        rm "$said"
    else
        cat "$said" >&2
        return 1
    fi
}
if [ -n "$ram_images" ]; then
    command -v mksquashfs >/dev/null \
        || die "needs mksquashfs, for this cluster has nodes with root: ram; install the package squashfs-tools"
    probe=$(mktemp -d)
    mkdir "$probe/tree"
    squash "$probe/tree" "$probe/file" || {
        rm -rf "$probe"
        die "this mksquashfs cannot do what nodes with root: ram need; install squashfs-tools 4.4 or newer, with zstd"
    }
    rm -rf "$probe"
fi

# By what the file is, not by how it is called.
case $(od -An -tx1 -N4 "$bundle" | tr -d ' \n') in
    28b52ffd) unpack='zstd -dcq' ;;
    1f8b*) unpack='gzip -dc' ;;
    *) die "$bundle is no bundle: neither zstd nor gzip" ;;
esac
command -v "${unpack%% *}" >/dev/null || die "needs ${unpack%% *}"

base=$destdir$directory/$cluster
releases=$base/releases
release=$releases/$version
partial=$releases/.$version.partial
mkdir -p "$releases"

# One installation at a time; what an earlier one left behind when it was killed goes.
if command -v flock >/dev/null; then
    exec 9>"$base/.lock"
    flock -n 9 || die "another installation is running (it holds $base/.lock)"
fi
[ ! -d "$releases/.$version.replaced" ] || [ -e "$release" ] || mv "$releases/.$version.replaced" "$release"
rm -rf "$releases"/.*.partial "$releases"/.*.partial.failed "$releases"/.*.replaced
trap 'rm -rf "$partial" "$partial.failed"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
mkdir "$partial"

# A shell pipe tells only its last part's failure; a truncated bundle must not pass.
{ $unpack "$bundle" || : >"$partial.failed"; } |
    tar -xpf - -C "$partial" --numeric-owner --same-owner --xattrs --xattrs-include='*' \
        || die "cannot unpack $bundle: it is damaged, or the disk is full"
if [ -e "$partial.failed" ]; then
    rm -f "$partial.failed"
    die "cannot unpack $bundle: it is damaged"
fi
meta=$partial/META-INF/diskless
[ -f "$meta/manifest" ] || die "$bundle is no whole bundle: it has no manifest"

# mtree(5) to sha256sum(1): names there have \ooo for odd bytes, here a backslash before the line.
awk '
    function decode(text,    plain, at) {
        plain = ""
        while ((at = index(text, "\\")) > 0) {
            plain = plain substr(text, 1, at - 1) \
                sprintf("%c", substr(text, at + 1, 1) * 64 + substr(text, at + 2, 1) * 8 + substr(text, at + 3, 1))
            text = substr(text, at + 4)
        }
        return plain text
    }
    # Not gsub(): what a backslash means in its replacement differs from awk to awk.
    function swap(text, from, to,    done, at) {
        done = ""
        while ((at = index(text, from)) > 0) {
            done = done substr(text, 1, at - 1) to
            text = substr(text, at + length(from))
        }
        return done text
    }
    match($0, / sha256digest=[0-9a-f]+/) {
        name = decode($1)
        mark = ""
        if (index(name, "\\") || index(name, "\n")) {
            mark = "\\"
            name = swap(swap(name, "\\", "\\\\"), "\n", "\\n")
        }
        print mark substr($0, RSTART + 14, 64) "  " name
    }' "$meta/manifest" >"$meta/.sums"
[ -s "$meta/.sums" ] || die "the manifest of $bundle names no file"
(cd "$partial" && sha256sum --check --quiet --strict META-INF/diskless/.sums) \
    || die "$bundle does not match its manifest; nothing was installed"
rm "$meta/.sums"

if [ -e "$release" ]; then
    if cmp -s "$meta/manifest" "$release/META-INF/diskless/manifest"; then
        echo "release $version is installed already"
        rm -rf "$partial"
    elif [ "$replace" = no ]; then
        die "release $version is installed with other content; package under another version, or give --replace"
    fi
fi

# What a layer takes away. Lines of META-INF/diskless/deleted: layer, whiteout or replace, path.
deleted() {
    awk -F '\t' -v layer="$1" '$1 == layer { print $2 "\t" $3 }' "$meta/deleted"
}

tab=$(printf '\t')
reflink=
cp --help 2>&1 | grep -q -e --reflink && reflink=--reflink=auto

lay() { # LAYER TREE PATH...: lays those paths of a layer over a tree
    layer=$1
    tree=$2
    shift 2
    deleted "$layer" | while IFS=$tab read -r kind path; do
        rm -rf "${tree:?}/$path"
    done
    tar -C "$partial/$layer" -cf - --numeric-owner --xattrs --xattrs-include='*' "$@" |
        tar -C "$tree" -xpf - --numeric-owner --same-owner --xattrs --xattrs-include='*'
}

# The same for what a node of root mode shared has for itself. What is not there comes from another layer.
lay_private() { # LAYER TREE
    from=$1
    to=$2
    set --
    for folder in $private_folders; do
        [ ! -d "$partial/$from/$folder" ] || set -- "$@" "$folder"
    done
    [ $# = 0 ] || lay "$from" "$to" "$@"
}

copy_private() { # IMAGE TREE
    from=$1
    to=$2
    set --
    for folder in $private_folders; do
        [ ! -d "$partial/$from/$folder" ] || set -- "$@" "$partial/$from/$folder"
    done
    [ $# = 0 ] || cp -a $reflink "$@" "$to"
}

if [ -d "$partial" ]; then
    # Nodes write into these trees, so they are copies and never links.
    while IFS=$tab read -r node address mode image group; do
        case $mode in
            full)
                cp -a $reflink "$partial/images/$image" "$partial/$address" &&
                    lay "groups/$group" "$partial/$address" . &&
                    lay "nodes/$node" "$partial/$address" .
                ;;
            shared)
                mkdir "$partial/$address" &&
                    copy_private "images/$image" "$partial/$address" &&
                    lay_private "groups/$group" "$partial/$address" &&
                    lay_private "nodes/$node" "$partial/$address"
                ;;
        esac || die "cannot write the tree of $node: is the disk full?"
    done <"$meta/trees"

    for image in $ram_images; do
        mkdir -p "$partial/ram/$image"
        squash "$partial/images/$image" "$partial/ram/$image/image.squashfs" \
            || die "cannot compress the image $image for nodes with root: ram: is the disk full?"
        size=$(stat -c %s "$partial/ram/$image/image.squashfs")
        echo "ram/$image/image.squashfs: $(((size + 999999) / 1000000)) MB in the memory of each node with this image and root: ram"
    done

    # overlayfs takes a character device 0:0 for a deleted name.
    while IFS=$tab read -r layer kind path; do
        [ "$kind" = whiteout ] || continue
        mknod "$partial/$layer/$path" c 0 0 || die "cannot make $layer/$path"
    done <"$meta/deleted"

    sync
    [ ! -e "$release" ] || mv "$release" "$releases/.$version.replaced"
    mv "$partial" "$release"
    rm -rf "$releases/.$version.replaced"
    echo "installed $release"
fi

if [ "$switch" = yes ]; then
    ln -sfn "releases/$version" "$base/.active.new"
    mv -T "$base/.active.new" "$base/active"
    if [ -L "$destdir/tftpboot" ] || [ ! -e "$destdir/tftpboot" ]; then
        ln -sfn "${directory#/}/$cluster/active" "$destdir/.tftpboot.new"
        mv -T "$destdir/.tftpboot.new" "$destdir/tftpboot"
        echo "active: $version ($destdir/tftpboot)"
    else
        echo "active: $version ($base/active)"
        echo "install: $destdir/tftpboot is a directory of its own and was left alone" >&2
    fi
    sync
    echo "the master's own files: $release/master"
fi
