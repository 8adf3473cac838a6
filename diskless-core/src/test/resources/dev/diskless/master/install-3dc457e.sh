#!/bin/sh
# Installs a release of the cluster @CLUSTER@ from its bundle, on the master, and makes it the active one; or switches between
# releases that are installed. Needs sh, GNU tar, coreutils and findutils, awk, sed, flock, and zstd or gzip, as the bundle is packed.
set -eu
umask 022
LC_ALL=C
export LC_ALL

cluster='@CLUSTER@'
version='@VERSION@'
directory='@DIRECTORY@'
# Where the bundle is for several masters, a line each: name and address.
masters='@MASTERS@'
# The images of nodes of root mode ram, and what a node of root mode shared has for itself.
ram_images='@RAM_IMAGES@'
private_folders='@PRIVATE_FOLDERS@'

usage() {
    cat <<EOF
usage: install [OPTION]... BUNDLE
       install [OPTION]... --switch VERSION | --rollback [VERSION] | --undo
       install [OPTION]... --status | --remove VERSION... | --recover

Installs release $version of the cluster $cluster from BUNDLE to
$directory/$cluster/releases/$version, switches $directory/$cluster/active
and the link /tftpboot to it, and puts the master's own files in place.

  --destdir DIR       put DIR before every path, to try it anywhere
  --no-switch         install only; the active release stays
  --replace           replace a release of the same version with other content
  --verify-links      read each file that is to be shared with an installed release, and do not
                      only look at its size, time, owner and mode
  --switch VERSION    make an installed release the active one
  --rollback          make the release active that the active one replaced, or VERSION
  --undo              take the last switch back, with every file as it was before
  --status            list what is installed: version, active or previous, bytes on the disk, and
                      how many of them no other release has
  --remove VERSION... remove releases; neither the active nor the previous one. No node is asked
                      here whether it runs one of them, as mvn diskless:prune does
  --recover           bring to its end, or take back, what a run left that was killed or that the power was
                      cut from; any other run does that, too, before anything else
  --dry-run           say what would be done, and do nothing
EOF
    [ -z "$masters" ] || cat <<EOF

The bundle is for these masters, and installs what belongs to one of them:
$(master_names)

  --master NAME       the master that this machine is; by default the one that has its name or
                      one of its addresses
  --which-master      print the name of that master, and do nothing
EOF
}

die() {
    echo "install: $*" >&2
    exit 1
}

say() {
    echo "install: $*" >&2
}

need_version() { # VERSION: which is the name of a folder of the releases
    case $1 in
        */* | '' | .*) die "no version: $1" ;;
    esac
}

master_names() {
    echo "$masters" | cut -d ' ' -f 1 | paste -s -d ' ' | fold -s -w 90 | sed 's/^/  /;s/ *$//'
}

# The master that this machine is, where the bundle is for several. Its words go to standard error.
choose_master() { # globals master and masters
    if [ -n "$master" ]; then
        echo "$masters" | cut -d ' ' -f 1 | grep -qxF -e "$master" ||
            die "the bundle is for no master $master; there is:
$(master_names)"
        return
    fi
    short=$(uname -n)
    short=${short%%.*}
    # Addresses of this machine, by ip(8) or else by hostname(1).
    own=$(ip -o -4 address show 2>/dev/null | awk '{ sub(/\/.*/, "", $4); print $4 }' || :)
    [ -n "$own" ] || own=$(hostname -I 2>/dev/null | tr ' ' '\n' || :)
    found=$(echo "$masters" | while read -r name address; do
        if [ "$name" = "$short" ]; then
            echo "$name by its name"
        elif echo "$own" | grep -qxF -e "$address"; then
            echo "$name by its address $address"
        fi
    done)
    case $(echo "$found" | grep -c .) in
        1) ;;
        0) die "this machine, $short, has the name or an address of none of the masters; say which it is with --master NAME:
$(master_names)" ;;
        *) die "this machine may be $(echo "$found" | sed 's/ by/, by/' | paste -s -d ';' | sed 's/;/, or /g'); say which it is with --master NAME" ;;
    esac
    master=${found%% *}
    say "this machine is the master $master, ${found#* }"
}

destdir=
action=install
switch=yes
replace=no
verify_links=no
dry=no
locked=no
master=
which=no
bundle=
wanted=
removed=
while [ $# -gt 0 ]; do
    case $1 in
        --destdir) [ $# -gt 1 ] || die "--destdir needs a directory"; destdir=${2%/}; shift ;;
        --destdir=*) destdir=${1#--destdir=}; destdir=${destdir%/} ;;
        --no-switch) switch=no ;;
        --replace) replace=yes ;;
        --verify-links) verify_links=yes ;;
        --dry-run) dry=yes ;;
        --master) [ $# -gt 1 ] || die "--master needs a name"; master=$2; shift ;;
        --master=*) master=${1#--master=} ;;
        --which-master) which=yes ;;
        --locked) locked=yes ;; # for the goals, which hold .session while they check and reload between runs of this
        --switch) [ $# -gt 1 ] || die "--switch needs a version"; action=switch; wanted=$2; need_version "$2"; shift ;;
        --rollback)
            action=rollback
            case ${2:--} in
                -*) ;;
                *) wanted=$2; need_version "$2"; shift ;;
            esac
            ;;
        --undo) action=undo ;;
        --status) action=status ;;
        --recover) action=recover ;;
        --remove)
            [ $# -gt 1 ] || die "--remove needs a version"
            action=remove
            while [ $# -gt 1 ]; do
                case $2 in
                    -*) break ;;
                esac
                need_version "$2"
                removed="$removed $2"
                shift
            done
            ;;
        -h | --help) usage; exit 0 ;;
        -*) usage >&2; die "unknown option $1" ;;
        *) [ -z "$bundle" ] || die "one bundle only: $bundle, $1"; bundle=$1 ;;
    esac
    shift
done

[ -z "$master" ] || [ -n "$masters" ] || die "--master $master: the bundle is for one master only"
if [ "$which" = yes ]; then
    [ -z "$masters" ] || { choose_master && echo "$master"; }
    exit 0
fi
if [ "$action" = install ]; then
    [ -n "$bundle" ] || { usage >&2; exit 2; }
    [ -f "$bundle" ] || die "no such file: $bundle"
    [ -z "$masters" ] || choose_master
fi
[ "$(id -u)" = 0 ] || die "must run as root, for owners and devices are restored"
tar --version 2>/dev/null | grep -q GNU || die "needs GNU tar"
for program in awk sed sha256sum split cp mv ln mknod sync find xargs sort comm cmp install flock; do
    command -v $program >/dev/null || die "needs $program"
done

# A list of sums is checked by several processors side by side. More than four would only keep a disk seeking.
side_by_side() { # LIST COMMAND PREFIX: each run of the command has a part of the lines, and $FILE, a name that begins so
    checkers=$(nproc 2>/dev/null) || checkers=1
    [ "$checkers" -le 4 ] || checkers=4
    SHELL=/bin/sh split -e -n "r/$checkers" --filter="$2" "$1" "$3"
}

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
if [ -n "$ram_images" ] && [ "$action" = install ]; then
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
[ -z "$bundle" ] || case $(od -An -tx1 -N4 "$bundle" | tr -d ' \n') in
    28b52ffd) unpack='zstd -dcq' ;;
    1f8b*) unpack='gzip -dc' ;;
    *) die "$bundle is no bundle: neither zstd nor gzip" ;;
esac
[ -z "$bundle" ] || command -v "${unpack%% *}" >/dev/null || die "needs ${unpack%% *}"

case $destdir in
    '' | /*) ;;
    *) destdir=$PWD/$destdir ;;
esac
base=$destdir$directory/$cluster
releases=$base/releases
release=$releases/$version
partial=$releases/.$version.partial
work=$releases/.$version.work
# What is known of the host: which files diskless wrote there, what it found in their place, the journal of a switch.
host=$base/host
# What outlives releases: of each node what its group's state names, and secrets, which no bundle has.
state=$base/state
tab=$(printf '\t')

# The host's files and the releases may lie on two disks, and each may be cut off at another moment. So what is done on the one because
# of what is on the other is done after this, and a name that counts is given after what it leads to is on the disk.
flush() { # what was written so far is on the disk when this returns
    sync -f "$releases" || die "cannot write to $releases: is the disk full?"
    sync -f "$destdir/" || die "cannot write to $destdir/: is the disk full?"
}

discard() { # FOLDER: it is whole until it is no more, whenever this is killed; to be called after a flush of what it was for
    rm -rf "$host/.gone"
    mv -T "$1" "$host/.gone"
    rm -rf "$host/.gone"
}

active_version() { # empty where none is
    active_link=$(readlink "$base/active" || :)
    echo "${active_link#releases/}"
}

point() { # VERSION: the one step that makes a release the active one
    ln -sfn "releases/$1" "$base/.active.new" && mv -T "$base/.active.new" "$base/active"
}

installed() {
    (cd "$releases" && for one in *; do [ ! -d "$one" ] || printf ' %s' "$one"; done)
}

# ---- The master's own files. They are copies at their own paths and no links to a release: AppArmor and SELinux let dhcpd and
# Kea read below /etc only, and a service that starts before the releases are mounted finds its configuration.

staged() { # PATH: where a new file waits beside the old one; no service reads a hidden name
    echo "$destdir${1%/*}/.diskless-new.${1##*/}"
}

present() { # FILE: whether there is any, be it a dangling link
    [ -e "$1" ] || [ -L "$1" ]
}

digest_of() { # FILE: sets digest to that of its content, or of where it leads
    if [ -L "$1" ]; then digest=$(readlink "$1" | sha256sum); else digest=$(sha256sum <"$1"); fi
    digest=${digest%% *}
}

same_file() { # ONE OTHER: in content, owner and mode
    [ -f "$1" ] && [ ! -L "$1" ] && [ -f "$2" ] && [ ! -L "$2" ] && cmp -s "$1" "$2" || return 1
    both=$(stat -c '%a,%u,%g' "$1" "$2")
    [ "${both%%[!0-9,]*}" = "${both##*[!0-9,]}" ]
}

is_ours() { # PATH: whether it is as diskless wrote it
    [ -f "$host/written" ] && present "$destdir$1" && digest_of "$destdir$1" && grep -qxF "$digest  $1" "$host/written"
}

# The exports of all installed releases, for a node that runs keeps its release until it reboots. Where two say something of the
# same path and client, the one that becomes active counts.
collect_exports() { # MASTER VERSION PATH
    set -- "$1$3" "$2" "$3"
    for other in "$releases"/*; do
        [ "$other" = "$releases/$2" ] || [ ! -f "$other/master$3" ] || set -- "$@" "$other/master$3"
    done
    own=$1
    shift 3
    awk -v skip="$((${#releases} + 2))" '
        FNR == 1 {
            files++
            heading = substr(FILENAME, skip)
            sub(/\/.*/, "", heading)
            heading = files > 1 ? "# Of release " heading ", for nodes that run it.\n" : ""
        }
        /^[ \t]*(#|$)/ { if (files == 1) print; next }
        {
            key = $0
            sub(/\([^()]*\)[ \t]*$/, "", key)
            if (key in seen) next
            seen[key] = 1
            printf "%s%s\n", heading, $0
            heading = ""
        }' "$own" "$@"
}

# The same for NFS-Ganesha, whose file names a path once, with all its clients. File handles hold the number of an export, so a path
# keeps the one that it has in the file that is there; a new one gets the smallest that is free.
collect_shares() { # MASTER VERSION PATH
    set -- "$1$3" "$2" "$3"
    live=/dev/null
    [ ! -f "$destdir$3" ] || live=$destdir$3
    for other in "$releases"/*; do
        [ "$other" = "$releases/$2" ] || [ ! -f "$other/master$3" ] || set -- "$@" "$other/master$3"
    done
    own=$1
    shift 3
    awk -v live="$live" '
        function path_of(line) {
            sub(/^EXPORT \{ Export_Id = [0-9]+; Path = /, "", line)
            sub(/; Pseudo = .*/, "", line)
            return line
        }
        FILENAME == live {
            if (/^EXPORT /) { number[path_of($0)] = $5 + 0 }
            next
        }
        FNR == 1 { files++; inside = 0 }
        /^EXPORT / {
            path = path_of($0)
            inside = 1
            if (!(path in rest)) {
                paths[++count] = path
                rest[path] = $0
                sub(/^EXPORT \{ Export_Id = [0-9]+;/, "", rest[path])
            }
            next
        }
        inside && /^ *CLIENT / {
            if (!((path, $5) in seen)) clients[path] = clients[path] $0 "\n"
            seen[path, $5] = 1
            next
        }
        inside { next }
        files == 1 { print }
        END {
            for (i = 1; i <= count; i++) if (paths[i] in number) taken[number[paths[i]]] = 1
            for (i = 1; i <= count; i++) {
                path = paths[i]
                if (!(path in number)) {
                    while (++next_id in taken) { }
                    number[path] = next_id
                }
                printf "EXPORT { Export_Id = %d;%s\n%s}\n", number[path], rest[path], clients[path]
            }
        }' "$live" "$own" "$@"
}

new_content() { # MASTER VERSION PATH FILE: writes what belongs at a path of the host
    cp -a "$1$3" "$4"
    case $3 in
        /etc/exports.d/*.exports)
            collect_exports "$1" "$2" "$3" >"$4"
            touch -r "$1$3" "$4"
            ;;
        /etc/ganesha/ganesha.conf)
            collect_shares "$1" "$2" "$3" >"$4"
            touch -r "$1$3" "$4"
            ;;
    esac
}

paths_of() { # MASTER: without what is a block of another file
    [ ! -d "$1" ] || (cd "$1" && find . \( -type f -o -type l \) -print) | sed 's/^\.//' | grep -vxF "$hosts_block" | sort
}

no_longer() { # FILE: paths that diskless wrote once and that are not in that sorted list
    [ ! -f "$host/written" ] || cut -c 67- "$host/written" | sort -u | comm -23 - "$1"
}

unstage() { # JOURNAL: removes what waits, and the directories that were made for it
    [ ! -f "$1/paths" ] || { cat "$1/paths" && printf '%s\n' $block_paths; } | while IFS= read -r path; do
        rm -f "$(staged "$path")"
    done
    [ ! -f "$1/made" ] || sort -ru "$1/made" | while IFS= read -r path; do
        rmdir "$destdir$path" 2>/dev/null || :
    done
}

copy_old() { # PATH: for the way back
    present "$destdir$1" || return 0
    mkdir -p "$journal/old${1%/*}"
    cp -a "$destdir$1" "$journal/old$1"
}

keep_old() { # PATH: the same, and whether it is to be kept for the admin
    present "$destdir$1" || return 0
    copy_old "$1"
    is_ours "$1" || echo "$1" >>"$journal/keep"
}

# ---- Files of the host that have lines of others, too. Of these only a block is ours, between two lines that name the cluster, and
# whatever becomes of a release, all other lines stay.

hosts_block=/etc/hosts.diskless
block_paths='/etc/hosts'

block_of() { # MASTER PATH: the file with what belongs into the block; there need be none
    case $2 in
        /etc/hosts) echo "$1$hosts_block" ;;
    esac
}

is_block() { # PATH: whether only a block of it is ours
    case " $block_paths " in *" $1 "*) ;; *) return 1 ;; esac
}

# The lines of the first file with those of the second as the block, which stays where it was, or comes last. Where the end of
# one is missing nobody knows what is ours, and nothing is taken away.
with_block() { # FILE BLOCK
    awk -v begin="# BEGIN diskless cluster $cluster" -v end="# END diskless cluster $cluster" -v block="$2" '
        function lay(    line, count) {
            if (laid++) return
            while ((getline line <block) > 0) {
                if (line == begin || line == end) continue
                if (!count++) print begin
                print line
            }
            if (count) print end
        }
        function give_back(    i) {
            for (i = 1; i <= held; i++) print lines[i]
            held = 0
        }
        $0 == begin { give_back(); lines[++held] = $0; next }
        held && $0 == end { held = 0; lay(); next }
        held { lines[++held] = $0; next }
        { print }
        END { give_back(); lay() }' "$1"
}

# A link belongs to whoever made it, and what is mounted over a file cannot be replaced by a rename.
can_have_block() { # PATH
    [ -d "$destdir${1%/*}" ] || return 1
    present "$destdir$1" || return 0
    if [ -L "$destdir$1" ] || [ ! -f "$destdir$1" ] || grep -qsF " $destdir$1 " /proc/self/mounts; then
        say "$destdir$1 is no plain file and was left alone; the lines for it are in $(block_of "$base/active/master" "$1")"
        return 1
    fi
}

new_block() { # MASTER PATH FILE: writes what a file of the host is with the block of a release, or without one
    before=/dev/null
    : >"$3"
    if present "$destdir$2"; then
        before=$destdir$2
        cp -a "$before" "$3"
    fi
    with_block "$before" "$(block_of "$1" "$2")" >"$3"
}

stage_blocks() { # VERSION, and the global journal
    for path in $block_paths; do
        can_have_block "$path" || continue
        new=$(staged "$path")
        new_block "$releases/$1/master" "$path" "$new"
        if [ -s "$new" ] && ! same_file "$new" "$destdir$path"; then
            copy_old "$path"
            echo "$path" >>"$journal/put"
            continue
        fi
        # Nothing but the block was in it.
        if [ ! -s "$new" ] && [ -s "$destdir$path" ]; then
            copy_old "$path"
            echo "$path" >>"$journal/drop"
        fi
        rm "$new"
    done
}

restore_block() { # JOURNAL PATH: the block is again what it was before that switch
    old=$1/old$2
    target=$destdir$2
    if present "$old" && ! present "$target"; then
        cp -a "$old" "$(staged "$2")"
        mv -fT "$(staged "$2")" "$target"
        return
    fi
    present "$target" || return 0
    : >"$1/.block"
    [ ! -f "$old" ] || awk -v begin="# BEGIN diskless cluster $cluster" -v end="# END diskless cluster $cluster" '
        $0 == begin { inside = 1; held = 0; next }
        inside && $0 == end { for (i = 1; i <= held; i++) print lines[i]; exit }
        inside { lines[++held] = $0 }' "$old" >"$1/.block"
    cp -a "$target" "$(staged "$2")"
    with_block "$target" "$1/.block" >"$(staged "$2")"
    ! same_file "$(staged "$2")" "$old" || cp -a "$old" "$(staged "$2")"
    if [ -s "$(staged "$2")" ] || present "$old"; then
        mv -fT "$(staged "$2")" "$target"
    else
        rm -f "$(staged "$2")" "$target"
    fi
}

# A node that read its boot entry before the switch asks for its kernel after it, by the name of its own release: that name is in
# the new one's boot as well. Not that of any release before; no node takes so long.
keep_kernels() { # FROM TO
    [ -d "$releases/$1/boot/$1" ] && [ "$1" != "$2" ] && [ ! -e "$releases/$2/boot/$1" ] || return 0
    for other in $(installed); do
        [ "$other" = "$2" ] || rm -rf "${releases:?}/$2/boot/$other"
    done
    rm -rf "$releases/$2/boot/.kernels.partial"
    cp -al "$releases/$1/boot/$1" "$releases/$2/boot/.kernels.partial" 2>/dev/null ||
        { rm -rf "$releases/$2/boot/.kernels.partial" && cp -a "$releases/$1/boot/$1" "$releases/$2/boot/.kernels.partial"; } ||
        die "cannot keep the kernels of release $1: is the disk full?"
    mv "$releases/$2/boot/.kernels.partial" "$releases/$2/boot/$1"
}

# All that a switch needs is written before it, so that the switch itself only renames. The journal has lists of the paths that the
# release has, of those to put and to drop, of the admin's files among these, of directories made, the old files, and what then is
# the list of files written.
prepare_switch() { # VERSION ACTION
    keep_kernels "$(active_version)" "$1"
    journal=$host/.switch.new
    mkdir -p "$host"
    mkdir "$journal" "$journal/old"
    active_version >"$journal/from"
    echo "$1" >"$journal/to"
    echo "$2" >"$journal/action"
    readlink "$destdir/tftpboot" >"$journal/tftpboot" 2>/dev/null || :
    for list in put drop keep made written; do
        : >"$journal/$list"
    done
    count=1
    while [ -e "$host/kept/$count" ]; do count=$((count + 1)); done
    echo "$count" >"$journal/number"
    [ ! -f "$host/written" ] || cp -a "$host/written" "$journal/written.old"
    paths_of "$releases/$1/master" >"$journal/paths"
    no_longer "$journal/paths" >"$journal/gone"
    while IFS= read -r path; do
        [ -L "$destdir$path" ] || [ ! -d "$destdir$path" ] || die "$destdir$path is a directory, where release $1 has a file"
        parent=${path%/*}
        while [ -n "$parent" ] && [ ! -d "$destdir$parent" ]; do
            echo "$parent" >>"$journal/made"
            parent=${parent%/*}
        done
    done <"$journal/paths"
    # What is to be made is on the disk before any of it is, so that it can be taken away whenever the power fails.
    flush
    while IFS= read -r path; do
        target=$destdir$path
        [ -d "${target%/*}" ] || mkdir -p "${target%/*}"
        new=$(staged "$path")
        new_content "$releases/$1/master" "$1" "$path" "$new"
        digest_of "$new"
        echo "$digest  $path" >>"$journal/written"
        if same_file "$new" "$target"; then
            rm "$new"
        else
            keep_old "$path"
            echo "$path" >>"$journal/put"
        fi
    done <"$journal/paths"
    while IFS= read -r path; do
        if present "$destdir$path"; then
            keep_old "$path"
            echo "$path" >>"$journal/drop"
        fi
    done <"$journal/gone"
    stage_blocks "$1"
    flush
    mv -T "$journal" "$host/.switch"
    flush
}

put() { # PATH
    ! present "$(staged "$1")" || mv -fT "$(staged "$1")" "$destdir$1" || die "cannot write $destdir$1"
}

keep_for_the_admin() { # PATH
    kept=$host/kept/$(cat "$journal/number")
    mkdir -p "$kept${1%/*}"
    cp -a "$journal/old$1" "$kept$1"
    say "$destdir$1 was not as diskless wrote it; what stood there is kept as $kept$1"
}

# Any step may have been done before, for a run that was killed is brought to its end here. The admin's files and the exports come
# first: kept files change nothing, and exports only grow, so that the old release is served until the one rename.
tell_nfs_server() { # that what it exports has changed
    if command -v exportfs >/dev/null; then
        exportfs -ra || say "exportfs does not take all exports; see above"
    fi
    # Where it does not run yet, it reads the file as it starts.
    if [ -f /etc/ganesha/ganesha.conf ] && systemctl is-active --quiet nfs-ganesha 2>/dev/null; then
        systemctl reload nfs-ganesha || say "nfs-ganesha does not read its exports again"
    fi
}

do_switch() {
    journal=$host/.switch
    to=$(cat "$journal/to")
    from=$(cat "$journal/from")
    while IFS= read -r path; do
        keep_for_the_admin "$path"
    done <"$journal/keep"
    while IFS= read -r path; do
        case $path in
            /etc/exports.d/* | /etc/ganesha/*) put "$path" ;;
            /etc/tmpfiles.d/*)
                put "$path"
                # Folders that are exported are there before they are.
                systemd-tmpfiles --create ${destdir:+--root="$destdir"} "$path" ||
                    say "systemd-tmpfiles did not make all that $path asks for"
                ;;
        esac
    done <"$journal/put"
    # The server must know of the new release before a node hears of it.
    [ -n "$destdir" ] || tell_nfs_server
    [ "$(active_version)" = "$to" ] || point "$to" || die "cannot switch $base/active"
    while IFS= read -r path; do
        put "$path"
        echo "wrote $destdir$path"
    done <"$journal/put"
    while IFS= read -r path; do
        rm -f "$destdir$path"
        echo "removed $destdir$path, which release $to does not have"
    done <"$journal/drop"
    cp "$journal/written" "$host/.written"
    mv -f "$host/.written" "$host/written"
    # It reads unit files only when told.
    if [ -z "$destdir" ] && cat "$journal/put" "$journal/drop" | grep -q '^/etc/systemd/' && [ -d /run/systemd/system ]; then
        systemctl daemon-reload || say "systemd does not read its unit files again"
    fi
    if [ -L "$destdir/tftpboot" ] || [ ! -e "$destdir/tftpboot" ]; then
        ln -sfn "${directory#/}/$cluster/active" "$destdir/.tftpboot.new"
        mv -T "$destdir/.tftpboot.new" "$destdir/tftpboot"
        echo "active: $to ($destdir/tftpboot)"
    else
        echo "active: $to ($base/active)"
        say "$destdir/tftpboot is a directory of its own and was left alone"
    fi
    [ "$from" = "$to" ] || remember "$(cat "$journal/action")" "$to" "$from"
    if [ -n "$from" ] && [ "$from" != "$to" ] && cut -f 3 "$releases/$from/META-INF/diskless/trees" 2>/dev/null | grep -qE '^(full|shared)$'; then
        echo "what nodes wrote stays in their trees of release $from; mvn diskless:drift -Ddiskless.version=$from lists it"
    fi
    flush
    [ ! -d "$host/undo" ] || discard "$host/undo"
    mv -T "$journal" "$host/undo"
}

# One line a switch: time, what was done, the release then active, the one before. What counts is the order of the lines, so that
# a clock may go backwards. A run that was killed and goes on does not write its line twice.
remember() { # ACTION VERSION FROM
    last=$(tail -n 1 "$base/history" 2>/dev/null | cut -f 2-)
    # A power cut may have left half a line.
    [ ! -s "$base/history" ] || [ -z "$(tail -c 1 "$base/history")" ] || echo >>"$base/history"
    [ "$last" = "$1$tab${2:--}$tab${3:--}" ] ||
        printf '%s\t%s\t%s\t%s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$1" "${2:--}" "${3:--}" >>"$base/history"
}

restore() { # JOURNAL: every file of the host is again what it was before that switch
    sort -u "$1/put" "$1/drop" >"$1/.all"
    while IFS= read -r path; do
        if is_block "$path"; then
            restore_block "$1" "$path"
        elif present "$1/old$path"; then
            mkdir -p "$destdir${path%/*}"
            cp -a "$1/old$path" "$(staged "$path")"
            mv -fT "$(staged "$path")" "$destdir$path"
        else
            rm -f "$destdir$path"
        fi
    done <"$1/.all"
    if [ -f "$1/written.old" ]; then
        cp -a "$1/written.old" "$host/.written"
        mv -f "$host/.written" "$host/written"
    else
        rm -f "$host/written"
    fi
    if [ -s "$1/tftpboot" ]; then
        ln -sfn "$(cat "$1/tftpboot")" "$destdir/.tftpboot.new"
        mv -T "$destdir/.tftpboot.new" "$destdir/tftpboot"
    elif [ -L "$destdir/tftpboot" ]; then
        rm -f "$destdir/tftpboot"
    fi
    unstage "$1"
}

begin_undo() { # JOURNAL
    mv -T "$1" "$host/.undo"
    flush
}

undo_switch() {
    from=$(cat "$host/.undo/from")
    if [ -z "$from" ]; then
        rm -f "$base/active"
    elif [ "$(active_version)" != "$from" ]; then
        point "$from" || die "cannot switch $base/active"
    fi
    restore "$host/.undo"
    remember undo "$from" "$(cat "$host/.undo/to")"
    flush
    discard "$host/.undo"
    echo "active: ${from:-none}"
}

abandon_switch() { # what was prepared, but not begun, goes away
    rm -f "$base/.active.new" "$destdir/.tftpboot.new"
    if [ -d "$host/.switch.new" ]; then
        unstage "$host/.switch.new"
        flush
        discard "$host/.switch.new"
    fi
    if [ -d "$host/.switch" ] && [ "$(active_version)" != "$(cat "$host/.switch/to")" ]; then
        restore "$host/.switch"
        flush
        discard "$host/.switch"
    fi
}

# There is one /tftpboot and one dhcpd.conf, and what they hold of another cluster is no file of an admin to be put aside.
refuse_a_second_cluster() {
    for other in "$destdir$directory"/*; do
        [ "$other" = "$base" ] || [ ! -L "$other/active" ] ||
            die "this machine is the master of the cluster ${other##*/}, and serves one cluster; to serve $cluster in its place, rm $other/active first"
    done
}

switch_to() { # VERSION ACTION
    [ -f "$releases/$1/META-INF/diskless/manifest" ] || die "release $1 is not installed; there is:$(installed)"
    refuse_a_second_cluster
    if [ "$dry" = yes ]; then
        plan_switch "$releases/$1/master" "$1"
        return
    fi
    prepare_switch "$1" "$2"
    if [ "$(cat "$host/.switch/from")" = "$1" ] && [ ! -s "$host/.switch/put" ] && [ ! -s "$host/.switch/drop" ]; then
        discard "$host/.switch"
        echo "active: $1 already"
    else
        do_switch
    fi
}

plan_switch() { # MASTER VERSION: says what a switch would do to the host
    plan=$(mktemp -d)
    paths_of "$1" >"$plan/all"
    while IFS= read -r path; do
        new_content "$1" "$2" "$path" "$plan/new"
        if same_file "$plan/new" "$destdir$path"; then
            :
        elif ! present "$destdir$path"; then
            echo "would write $destdir$path, which is new"
        elif is_ours "$path"; then
            echo "would write $destdir$path"
        else
            echo "would write $destdir$path, and keep what stands there, which diskless did not write"
        fi
        rm -f "$plan/new"
    done <"$plan/all"
    no_longer "$plan/all" >"$plan/gone"
    while IFS= read -r path; do
        ! present "$destdir$path" || echo "would remove $destdir$path, which release $2 does not have"
    done <"$plan/gone"
    for path in $block_paths; do
        can_have_block "$path" || continue
        new_block "$1" "$path" "$plan/new"
        if [ -s "$plan/new" ] && ! same_file "$plan/new" "$destdir$path"; then
            echo "would write $destdir$path: its lines between the markers of this cluster"
        elif [ ! -s "$plan/new" ] && [ -s "$destdir$path" ]; then
            echo "would remove $destdir$path, where nothing else stands"
        fi
        rm -f "$plan/new"
    done
    rm -rf "$plan"
    plan=$(active_version)
    if [ "$plan" = "$2" ]; then
        echo "would leave $base/active at $2"
    else
        echo "would switch $base/active from ${plan:-no release} to $2"
    fi
}

was_active() { # VERSION: whether a node may have it
    [ "$(active_version)" = "$1" ] || [ ! -f "$base/history" ] || cut -f 3 "$base/history" | grep -qxF "$1"
}

# The release that was active when the active one was activated.
replaced_one() {
    [ ! -f "$base/history" ] || awk -F '\t' -v active="$(active_version)" '
        NF == 4 && $2 == "activate" && $3 == active { from = $4 }
        END { if (from != "-") print from }' "$base/history"
}

# ---- Releases that go

# The server forgets their exports before anything of them is deleted. What an admin wrote there is left alone. Both digests are
# known while the file changes, so that it counts as written by diskless whenever this is killed.
forget_exports() {
    active=$(active_version)
    changed=no
    for file in "$releases/$active"/master/etc/exports.d/*.exports "$releases/$active"/master/etc/ganesha/ganesha.conf; do
        [ -n "$active" ] && [ -f "$file" ] || continue
        path=${file#"$releases/$active/master"}
        new=$(staged "$path")
        [ -d "${new%/*}" ] || continue
        new_content "$releases/$active/master" "$active" "$path" "$new"
        if same_file "$new" "$destdir$path"; then
            rm "$new"
        elif is_ours "$path"; then
            digest_of "$new"
            { cat "$host/written"; echo "$digest  $path"; } >"$host/.written"
            flush
            mv -f "$host/.written" "$host/written"
            flush
            put "$path"
            echo "wrote $destdir$path"
            changed=yes
        else
            rm "$new"
            say "$destdir$path is not as diskless wrote it and was left alone; it may name releases that are gone"
        fi
    done
    [ "$changed" = no ] || [ -n "$destdir" ] || tell_nfs_server
}

# A release that goes is first renamed to what nothing ever serves, and that name is on the disk before a file is deleted. So it
# is whole or gone, and what a killed run left is finished by the next one.
finish_removal() {
    for gone in "$releases"/.*.removed; do
        [ -d "$gone" ] || return 0
        break
    done
    forget_exports
    flush
    # The way back would name them.
    [ ! -d "$host/undo" ] || discard "$host/undo"
    for gone in "$releases"/.*.removed; do
        each=${gone##*/.}
        each=${each%.removed}
        # Its kernels, which another release kept (keep_kernels), have no root any more.
        rm -rf "$releases"/*/boot/"$each" "$gone" || die "cannot remove $gone"
        echo "removed release $each"
    done
}

remove_releases() { # VERSION...
    for each; do
        [ -f "$releases/$each/META-INF/diskless/manifest" ] || die "release $each is not installed; there is:$(installed)"
        [ "$each" != "$(active_version)" ] || die "release $each is the active one"
        [ "$each" != "$(replaced_one)" ] || die "release $each is the one that a rollback goes to"
    done
    for each; do
        if [ "$dry" = yes ]; then
            echo "would remove release $each"
        else
            mv -T "$releases/$each" "$releases/.$each.removed" || die "cannot rename $releases/$each"
        fi
    done
    [ "$dry" = yes ] || { flush && finish_removal; }
}

# Blocks of the disk, not sizes of files. What several releases have by hard links counts for each, and for none alone; what they
# share by reflink looks like copies here.
show_status() {
    active=$(active_version)
    previous=$(replaced_one)
    [ -d "$releases" ] || return 0
    (cd "$releases" && find . -xdev -mindepth 1 ! -path './.*' -printf '%D:%i %n %b %y %P\n') | awk -v active="$active" -v previous="$previous" '
        NF >= 5 && $1 ~ /^[0-9]+:[0-9]+$/ {
            version = $5
            sub(/\/.*/, "", version)
            if ($4 != "f" || $2 == 1) { all[version] += $3; alone[version] += $3; next }
            if (($1, version) in seen) next
            seen[$1, version] = 1
            all[version] += $3
            if ($1 in owner) { if (owner[$1] != "") { alone[owner[$1]] -= $3; owner[$1] = "" } }
            else { owner[$1] = version; alone[version] += $3 }
        }
        END {
            for (version in all)
                printf "%s\t%s\t%.0f\t%.0f\n", version, version == active ? "active" : version == previous ? "previous" : "-", all[version] * 512, alone[version] * 512
        }' | sort
}

# What a run that was killed left behind: what it had not begun to switch goes away, the rest is brought to its end.
recover() {
    abandon_switch
    if [ -d "$host/.undo" ]; then
        say "an earlier run was killed as it took a switch back; going on with that"
        undo_switch
    fi
    if [ -d "$host/.switch" ]; then
        say "an earlier run was killed as it switched to $(cat "$host/.switch/to"); going on with that"
        do_switch
    fi
    for left in "$releases"/.*.replaced; do
        whole=${left##*/.}
        [ ! -d "$left" ] || [ -e "$releases/${whole%.replaced}" ] || mv "$left" "$releases/${whole%.replaced}"
    done
    rm -rf "$releases"/*/boot/.kernels.partial "$releases"/.*.partial "$releases"/.*.partial.failed "$releases"/.*.replaced "$releases"/.*.work \
        "$state/.work" "$host/.gone"
    finish_removal
}

# Where a command failed, and was not killed, the old release is put back at once.
clean_up() {
    code=$?
    trap - EXIT
    rm -rf "$partial" "$partial.failed" "$work" || :
    [ "$dry" = yes ] || rm -rf "$state/.work"
    if [ "$code" != 0 ] && [ "$dry" = no ]; then
        abandon_switch
        if [ -d "$host/.switch" ]; then
            begin_undo "$host/.switch"
            undo_switch
        fi
        say "failed; active: $(active_version)"
    fi
    exit "$code"
}

if [ "$action" = status ]; then
    show_status
    exit 0
fi
if [ "$dry" = yes ]; then
    partial=$(mktemp -d)
    work=$(mktemp -d)
    trap clean_up EXIT
else
    mkdir -p "$releases" || die "cannot make $releases"
    exec 8>"$base/.session" 9>"$base/.lock"
    [ "$locked" = yes ] || flock -n 8 || die "another activation is running (it holds $base/.session)"
    flock -n 9 || die "another installation is running (it holds $base/.lock)"
    # One installation at a time; what an earlier one left behind when it was killed goes.
    recover
    trap clean_up EXIT
fi
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

case $action in
    recover) exit 0 ;; # it is done
    switch)
        switch_to "$wanted" activate
        exit 0
        ;;
    rollback)
        [ -n "$wanted" ] || wanted=$(replaced_one)
        [ -n "$wanted" ] || die "no release was active before $(active_version); name one of:$(installed)"
        switch_to "$wanted" rollback
        exit 0
        ;;
    remove)
        # shellcheck disable=SC2086
        remove_releases $removed
        exit 0
        ;;
    undo)
        if [ ! -d "$host/undo" ] || [ "$(cat "$host/undo/to")" != "$(active_version)" ]; then
            die "there is no switch to take back"
        fi
        if [ "$dry" = yes ]; then
            echo "would take back the switch from $(cat "$host/undo/from") to $(active_version)"
            exit 0
        fi
        begin_undo "$host/undo"
        undo_switch
        exit 0
        ;;
esac

[ "$dry" = yes ] || mkdir "$partial" "$work"
meta=$partial/META-INF/diskless

# A shell pipe tells only its last part's failure; a truncated bundle must not pass.
untar() { # ARGUMENTS OF TAR
    rm -f "$partial.failed"
    { $unpack "$bundle" || : >"$partial.failed"; } | tar "$@" -f - && [ ! -e "$partial.failed" ]
}

# Reads lines of mtree(5), whose names have \ooo for odd bytes.
# shellcheck disable=SC2016
mtree='
    function decode(text,    plain, at) {
        plain = ""
        while ((at = index(text, "\\")) > 0) {
            plain = plain substr(text, 1, at - 1) \
                sprintf("%c", substr(text, at + 1, 1) * 64 + substr(text, at + 2, 1) * 8 + substr(text, at + 3, 1))
            text = substr(text, at + 4)
        }
        return plain text
    }
    function attribute(name,    at, text) {
        at = index($0, " " name "=")
        if (!at) return "-"
        text = substr($0, at + length(name) + 2)
        at = index(text, " ")
        return at ? substr(text, 1, at - 1) : text
    }
    function seconds(text) { sub(/\..*/, "", text); return text }
    function mode(text) { sub(/^0/, "", text); return text }
'

# Whatever a bundle says, nothing is written, removed or read but below its release, at the paths of the host that its master part
# has, and where the state of its nodes is kept. tar itself takes no name and no link that leads out of the folder it unpacks to,
# and what it unpacked is all in the manifest. What is left are names in lists, and symbolic links of a tree on the way to a path that
# a list names: they are followed on the master, as if they were its own. No bundle that mvn package made has either.
refuse_what_leads_elsewhere() {
    awk -F '\t' -v releases="$directory" "$mtree"'
        function refuse(what, name) {
            gsub(/[^ -~]/, "?", name)
            print what ": " name
        }
        function is_label(text) { return text ~ /^[a-z0-9][a-z0-9-]*$/ }
        function is_path(text) { return text != "" && ("/" text "/") !~ /\/(\.\.?)?\// }
        function is_line(text) { return text !~ /[\001-\037\177]/ }
        function is_layer(text,    part) {
            return split(text, part, "/") == 2 && (part[1] == "groups" || part[1] == "nodes") && is_label(part[2])
        }

        # Whether a layer that lies above the link takes it away.
        function is_gone(path, above,    part, count, i, at) {
            count = split(path, part, "/")
            for (i = 1; i <= count; i++) {
                at = i == 1 ? part[1] : at "/" part[i]
                if ((above "/" at) in gone) return 1
            }
            return 0
        }
        function check_way(path, image, group, node,    part, count, i, at) {
            count = split(path, part, "/")
            for (i = 1; i < count; i++) {
                at = i == 1 ? part[1] : at "/" part[i]
                if ((image "/" at) in link && !is_gone(at, group) && !(node != "" && is_gone(at, node)) ||
                    (group "/" at) in link && !(node != "" && is_gone(at, node)) || node != "" && (node "/" at) in link) {
                    refuse("a symbolic link leads to a path of " (node != "" ? node : group), path)
                    return
                }
            }
        }

        FILENAME == ARGV[1] {
            if (/^#/) next
            name = decode(substr($0, 1, index($0, " ") - 1))
            type = attribute("type")
            if (substr(name, 1, 2) != "./" || !is_path(substr(name, 3))) { refuse("no path of a release", name); next }
            name = substr(name, 3)
            count = split(name, part, "/")
            if (part[1] == "images" || part[1] == "groups" || part[1] == "nodes") {
                if (type == "link") link[name] = 1
                if (count > 1 && !is_label(part[2])) refuse("no name", part[1] "/" part[2])
                if (count > 2 && part[1] != "images") entry[++entries] = name
                next
            }
            if (part[1] != "boot" && part[1] != "master" && part[1] != "META-INF") refuse("no part of a release", name)
            if (type != "file" && type != "dir" && !(type == "link" && part[1] == "master")) refuse("a " type " among files", name)
            if (part[1] != "master") next
            path = substr(name, 7)
            if (!is_line(path)) refuse("no path of a host", name)
            if (path == "/tftpboot" && type != "dir" || index(path, "/tftpboot/") == 1 || index(path "/", releases "/") == 1)
                refuse("no file of a host but of releases", name)
            if (type == "file" && attribute("mode") !~ /^0*[0-7]?[0-7]?[0-7]$/) refuse("set-uid, set-gid or sticky", name)
            next
        }
        FILENAME == ARGV[2] {
            if (NF != 5 || !is_label($1) || $2 !~ /^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+$/ || $3 !~ /^(full|shared|overlay|ram)$/ ||
                !is_label($4) || !is_label($5)) {
                refuse("no node", $0)
                next
            }
            image_of[$5] = "images/" $4
            group_of[$1] = $5
            next
        }
        FILENAME == ARGV[3] {
            path = $NF
            if ($1 == "host-keys" && NF == 2 && is_label($2)) {
                keeps[$2] = keeps[$2] "\tetc/ssh/ssh_host_key"
                next
            }
            if ($1 == "members-key" && NF == 2 && is_label($2)) {
                # It goes into the layer of the group, whatever its nodes take away.
                if ($2 in image_of) entry[++entries] = "groups/" $2 "/etc/ssh/members/root"
                next
            }
            if ($1 == "master" && NF == 3 && is_label($2) && $3 ~ /^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+$/) next
            if (!($1 == "state" && NF == 3 || $1 == "secret" && NF == 8 && $3 ~ /^(cluster|node)$/ && $4 ~ /^(random|given|master)$/ &&
                $5 ~ /^[A-Za-z0-9_][A-Za-z0-9_.-]*[$]?$/ && $6 ~ /^[A-Za-z0-9_][A-Za-z0-9_.-]*[$]?$/ && $7 ~ /^0?[0-7][0-7][0-7]$/) ||
                !is_label($2) || substr(path, 1, 1) != "/" || !is_path(substr(path, 2)) || !is_line(path)) {
                refuse("nothing that is kept", $0)
                next
            }
            # What is state is taken from a tree itself, and not only the folder that it is in.
            keeps[$2] = keeps[$2] "\t" substr(path, 2) ($1 == "state" ? "/" : "")
            next
        }
        FILENAME == ARGV[4] {
            if (NF != 3 || !is_layer($1) || $2 !~ /^(whiteout|replace)$/ || !is_path($3) || !is_line($3)) {
                refuse("nothing that a layer takes away", $0)
                next
            }
            gone[$1 "/" $3] = 1
            entry[++entries] = $1 "/" $3
        }
        END {
            for (i = 1; i <= entries; i++) {
                split(entry[i], part, "/")
                path = substr(entry[i], length(part[1] part[2]) + 3)
                if (part[1] == "groups" && part[2] in image_of) check_way(path, image_of[part[2]], "groups/" part[2], "")
                if (part[1] == "nodes" && part[2] in group_of) {
                    group = group_of[part[2]]
                    check_way(path, image_of[group], "groups/" group, "nodes/" part[2])
                }
            }
            for (node in group_of) {
                group = group_of[node]
                count = split(keeps[group], kept_path, "\t")
                for (i = 2; i <= count; i++) check_way(kept_path[i], image_of[group], "groups/" group, "nodes/" node)
            }
        }' "$meta/manifest" "$meta/trees" "$meta/kept" "$meta/deleted" >"$work/refused" || die "cannot read the lists of $bundle"
    [ ! -s "$work/refused" ] || {
        head -n 5 "$work/refused" | sed 's/^/  /' >&2
        die "$bundle is not as mvn package makes one, and leads elsewhere; nothing was installed"
    }
}

# A node never writes into images, groups, nodes and boot, so what the manifests of two releases have on equal lines is one file
# for both. Leaves the names in $work/shared.
find_shared() { # RELEASE
    ours='^\./(images|groups|nodes|boot)/[^ ]* type=file '
    { grep -E "$ours" "$1/META-INF/diskless/manifest" || :; } | sort >"$work/old"
    { grep -E "$ours" "$meta/manifest" || :; } | sort >"$work/new"
    # Names that a line of text cannot hold are left out; tar takes them from the bundle.
    comm -12 "$work/old" "$work/new" | awk "$mtree"'{
        name = decode(substr($1, 3))
        if (name !~ /[\n\\]|[ \t\r\f\v]$/)
            print mode(attribute("mode")), attribute("uid"), attribute("gid"), seconds(attribute("time")), attribute("size"), name
    }' | sort >"$work/described"
    # A release that was damaged since must not hand its damage on.
    (cd "$1" && find images groups nodes boot -type f -printf '%m %U %G %T@ %s %p\n' 2>/dev/null || :) |
        sed -E 's/^([0-7]+ [0-9]+ [0-9]+ -?[0-9]+)\.[0-9]+ /\1 /' | sort | comm -12 "$work/described" - |
        cut -d ' ' -f 6- | sort >"$work/shared"
    lost=$(($(wc -l <"$work/described") - $(wc -l <"$work/shared")))
    [ "$lost" = 0 ] || say "$lost files of $1 are not as its manifest says; they are taken from the bundle"
    [ "$verify_links" = yes ] || return 0
    awk "$mtree"'
        FILENAME == ARGV[1] { shared["./" $0] = 1; next }
        / sha256digest=/ { name = decode($1); if (name in shared) print attribute("sha256digest") "  " substr(name, 3) }
        ' "$work/shared" "$meta/manifest" >"$work/sums"
    # shellcheck disable=SC2016 # split has the variable
    (cd "$1" && side_by_side "$work/sums" 'sha256sum --check >"$FILE" 2>/dev/null || :' "$work/checked.")
    cat "$work"/checked.* 2>/dev/null | sed -n 's/: OK$//p' | sort >"$work/sound"
    lost=$(($(wc -l <"$work/shared") - $(wc -l <"$work/sound")))
    [ "$lost" = 0 ] || say "$lost files of $1 are damaged; they are taken from the bundle"
    mv "$work/sound" "$work/shared"
}

# What is of other masters is left out, and what is of this one takes the place that it has in a bundle for one. So the release is
# that of a cluster which is no more than this master's part, and its manifest says so, too.
renaming=
take_own_part() {
    [ -f "$meta/masters/$master/trees" ] || die "$bundle has nothing for the master $master; it is damaged"
    for other in "$meta/masters"/*; do
        [ "${other##*/}" = "$master" ] || cat "$other/own"
    done >"$work/others"
    awk -v master="$master" "$mtree"'
        FILENAME == ARGV[1] { other[$0] = 1; next }
        /^#/ { print; next }
        {
            name = decode(substr($1, 3))
            if (name in other) next
            count = split(name, part, "/")
            if (count > 1 && (part[1] "/" part[2]) in other) next
            if (count > 3 && (part[1] "/" part[2] "/" part[3] "/" part[4]) in other) next
            # Names of masters need no escape.
            at = "./masters/" master
            if ($1 == at || index($1, at "/") == 1) sub(/^\.\/masters\/[^\/ ]*/, "./master")
            if (index($1, "./META-INF/diskless/masters/" master "/") == 1)
                sub(/^\.\/META-INF\/diskless\/masters\/[^\/ ]*/, "./META-INF/diskless")
            print
        }' "$work/others" "$meta/manifest" >"$work/manifest"
    mv "$work/manifest" "$meta/manifest"
    mv "$meta/masters/$master/trees" "$meta/trees"
    rm -r "$meta/masters"
    renaming="--transform=s,^META-INF/diskless/masters/$master/,META-INF/diskless/,;s,^masters/$master\\(/\\|\$\\),master\\1,"
}

link_shared() { # RELEASE
    [ -s "$work/shared" ] || return 0
    (cd "$1" && tr '\n' '\0' <"$work/shared" | xargs -0 cp -al --parents -t "$partial" -- 2>"$work/said") || {
        say "cannot share files with $1 ($(head -n 1 "$work/said")); all are taken from the bundle"
        (cd "$partial" && rm -rf images groups nodes boot)
        : >"$work/shared"
    }
}

# ---- What outlives releases. META-INF/diskless/kept has a line each: master, NAME, ADDRESS; host-keys, GROUP; members-key, GROUP; state, GROUP, PATH;
# secret, GROUP, SCOPE, ORIGIN, OWNER, OWNING GROUP, MODE, PATH.

# A cluster may have thousands of nodes, so that for each of them as few programs are started as can be. What follows the kind and the
# group is in a file for each of these.
read_what_is_kept() {
    mkdir "$work/kept"
    awk -F '\t' -v folder="$work/kept" '{
        file = folder "/" $1 "." $2
        line = $3
        for (i = 4; i <= NF; i++) line = line "\t" $i
        print line >>file
        close(file)
    }' "$meta/kept"
}

keeps() { # KIND GROUP
    [ -f "$work/kept/$1.$2" ]
}

secret_place() { # SCOPE NODE PATH ORIGIN: sets place to where the master keeps it
    case $4,$1 in
        master,*) place=$destdir$3 ;; # its own file of that path
        *,node) place=$state/$2/secret$3 ;;
        *) place=$base/secret$3 ;;
    esac
}

# Before anything is unpacked: what an administrator has to give, and what makes the rest.
need_what_is_kept() {
    : >"$work/missing"
    while IFS=$tab read -r node address mode image group; do
        keeps secret "$group" || continue
        while IFS=$tab read -r scope origin owner owners bits path; do
            secret_place "$scope" "$node" "$path" "$origin"
            [ "$origin" = random ] || [ -f "$place" ] || echo "$place" >>"$work/missing"
        done <"$work/kept/secret.$group"
    done <"$meta/trees"
    if [ -s "$work/missing" ]; then
        sort -u "$work/missing" | sed 's/^/  /' >&2
        die "secrets are missing; put them there with mode 0600, and run this again"
    fi
}

new_work() {
    [ ! -d "$state/.work" ] || rm -rf "$state/.work"
    [ -d "$state" ] || (umask 077 && mkdir -p "$state")
    mkdir -m 0700 "$state/.work"
}

private_folder() { # FILE: makes the directory that it goes to, for root alone
    [ -d "${1%/*}" ] || (umask 077 && mkdir -p "${1%/*}")
}

# The directories above a path, as what lies below this layer has them: overlayfs takes them from the uppermost. What is there
# already stays as it is. One archive serves all nodes of a group.
make_parents() { # LAYER PATH, and the globals group and image
    above=${2%/*}
    [ -n "$above" ] && [ ! -d "$partial/$1$above" ] || return 0
    ways=$work/above/${1%%/*}.$group$above
    [ -f "$ways/.archive" ] || archive_parents "$1" "$above" "$ways"
    tar -C "$partial/$1" -xpf "$ways/.archive" --no-overwrite-dir --numeric-owner --same-owner || die "cannot make $above in $1"
}

archive_parents() { # LAYER DIRECTORY FOLDER
    mkdir -p "$3/.tree"
    way=
    rest=${2#/}/
    while [ -n "$rest" ]; do
        way=$way/${rest%%/*}
        rest=${rest#*/}
        mkdir "$3/.tree$way"
        for below in "groups/$group" "images/$image"; do
            if [ "$below" != "$1" ] && [ -d "$partial/$below$way" ]; then
                chown --reference="$partial/$below$way" "$3/.tree$way"
                chmod --reference="$partial/$below$way" "$3/.tree$way"
                break
            fi
        done
    done
    top=${2#/}
    tar -C "$3/.tree" -cf "$3/.archive" --numeric-owner "./${top%%/*}" || die "cannot write $3: is the disk full?"
}

number_of() { # FILE NAME, and the globals node, group and image: sets number to that user or group of the tree, or to nothing
    number=$2
    case $2 in
        *[!0-9]*) ;;
        *) return ;;
    esac
    number=
    for layer in "nodes/$node" "groups/$group" "images/$image"; do
        if [ -f "$partial/$layer/etc/$1" ]; then
            known=$work/numbers/$layer/$1/$2
            [ -f "$known" ] || {
                mkdir -p "${known%/*}"
                awk -F : -v name="$2" '$1 == name { print $3; exit }' "$partial/$layer/etc/$1" >"$known"
            }
            read -r number <"$known" || :
            return
        fi
    done
}

lay_secret() { # LAYER PLACE PATH MODE UID GID, and the globals group and image
    make_parents "$1" "$3"
    # It puts a new file there, which nobody else may read at any time.
    install -p -m "$4" -o "$5" -g "$6" -T "$2" "$partial/$1$3" || die "cannot write $3 of $1: is the disk full?"
}

keep_made() { # PLACE: what was made for it
    sync "$state/.work/made" || die "cannot write $1: is the disk full?"
    mv -T "$state/.work/made" "$1"
}

make_secret() { # PLACE ORIGIN
    [ ! -f "$1" ] || return 0
    [ "$2" = random ] || die "the secret $1 is missing; put it there with mode 0600, and run this again"
    new_work
    private_folder "$1"
    (umask 077 && od -An -v -tx1 -N64 /dev/urandom | tr -d ' \n' >"$state/.work/made")
    [ "$(wc -c <"$state/.work/made")" = 128 ] || die "cannot make $1"
    echo >>"$state/.work/made"
    keep_made "$1"
    echo "made the secret $1"
}

# A node that made host keys in its own tree of a release for which the master made none keeps them. Files without .pub come last, and
# are what counts.
make_host_keys() { # globals node, address and active; sets keys to their folder
    keys=$state/$node/secret/etc/ssh
    set --
    for type in ed25519 ecdsa; do
        key=ssh_host_${type}_key
        [ ! -f "$keys/$key" ] || continue
        [ $# != 0 ] || {
            command -v ssh-keygen >/dev/null || die "needs ssh-keygen, for the nodes' host keys; install openssh-client"
            new_work
            private_folder "$keys/$key"
        }
        own=$releases/$active/$address/etc/ssh/$key
        if [ -f "$own" ] && [ ! -L "$own" ] && ! grep -qs '^host-keys' "$releases/$active/META-INF/diskless/kept" &&
            ssh-keygen -y -f "$own" >"$state/.work/$key.pub" 2>/dev/null </dev/null; then
            (umask 077 && cat "$own" >"$state/.work/$key")
        else
            rm -f "$state/.work/$key.pub"
            ssh-keygen -q -t "$type" -N '' -C "root@$node" -f "$state/.work/$key" </dev/null || die "cannot make host keys"
        fi
        set -- "$state/.work/$key.pub" "$@" "$state/.work/$key"
    done
    [ $# != 0 ] || return 0
    sync "$@" || die "cannot write $keys: is the disk full?"
    mv -t "$keys" "$@"
}

has_sshd() { # globals node, group and image
    for layer in "nodes/$node" "groups/$group" "images/$image"; do
        [ ! -f "$partial/$layer/usr/sbin/sshd" ] || return 0
    done
    return 1
}

# To the name and the address of each, those that it has beside in the host table.
add_names() { # KNOWN HOSTS
    [ -f "$partial/master$hosts_block" ] || return 0
    awk 'FILENAME == ARGV[1] {
            sub(/#.*/, "")
            for (i = 1; i < NF; i++) beside[$NF] = beside[$NF] " " $i
            next
        }
        {
            names = $1
            split(names, name, ",")
            count = split(beside[name[1]], more, " ")
            for (i = 1; i <= count; i++) if (index("," names ",", "," more[i] ",") == 0) names = names "," more[i]
            print names substr($0, length($1) + 1)
        }' "$partial/master$hosts_block" "$1" >"$1.named"
    mv "$1.named" "$1"
}

make_members_key() { # PLACE
    [ ! -f "$1" ] || return 0
    new_work
    private_folder "$1"
    ssh-keygen -q -t ed25519 -N '' -C "members of $cluster" -f "$state/.work/made" </dev/null || die "cannot make the key of members"
    keep_made "$1"
    echo "made the key of members, $1"
}

# Whoever is root on one member is root on the others: the key is as safe as the weakest of them. It goes into the layers of those
# groups that have it, where no node writes, with the host keys of all nodes and of this master.
lay_members_keys() {
    grep -q "^members-key$tab" "$meta/kept" || return 0
    key=$base/secret/etc/ssh/members_key
    make_members_key "$key"
    ssh-keygen -y -P '' -f "$key" >"$work/members_key.pub" 2>/dev/null </dev/null ||
        die "$key is no private key without a passphrase, readable by root alone; remove it, and one is made"
    grep ' ssh-ed25519 ' "$work/known_hosts" >"$work/ssh_known_hosts" || :
    own=$destdir/etc/ssh/ssh_host_ed25519_key.pub
    if [ -f "$own" ]; then
        awk -F '\t' -v master="${master:-}" '$1 == "master" && (master == "" || $2 == master) { printf "%s,%s ", $2, $3 }' "$meta/kept" >"$work/master"
        [ ! -s "$work/master" ] || cut -d ' ' -f 1,2 "$own" >>"$work/master"
        add_names "$work/master"
        cat "$work/master" >>"$work/ssh_known_hosts"
    fi
    touch -r "$key" "$work/members_key.pub" "$work/ssh_known_hosts"
    laid=' '
    while IFS=$tab read -r node address mode image group; do
        case $laid in *" $group "*) continue ;; esac
        keeps members-key "$group" && has_sshd || continue
        laid="$laid$group "
        lay_secret "groups/$group" "$key" /etc/ssh/members_key 0600 0 0
        lay_secret "groups/$group" "$work/members_key.pub" /etc/ssh/members/root 0644 0 0
        hosts=/etc/ssh/ssh_known_hosts
        # A project has its own there; ssh(1) reads this one, too.
        ! present "$partial/groups/$group$hosts" && ! present "$partial/images/$image$hosts" || hosts=${hosts}2
        lay_secret "groups/$group" "$work/ssh_known_hosts" "$hosts" 0644 0 0
    done <"$meta/trees"
}

# Into the layer of each node, which nobody but the node can mount, so that every kind of root has it before its init starts.
lay_secrets() { # global active
    while IFS=$tab read -r node address mode image group; do
        if keeps host-keys "$group" && has_sshd; then
            make_host_keys
            make_parents "nodes/$node" /etc/ssh/key
            ssh=$partial/nodes/$node/etc/ssh
            install -p -m 0600 -o 0 -g 0 -t "$ssh" "$keys"/ssh_host_*_key &&
                install -p -m 0644 -o 0 -g 0 -t "$ssh" "$keys"/ssh_host_*_key.pub || die "cannot write $ssh: is the disk full?"
            for key in "$keys"/ssh_host_*_key; do
                read -r type half rest <"$key.pub"
                echo "$node,$address $type $half" >>"$work/known_hosts"
            done
        fi
        keeps secret "$group" || continue
        while IFS=$tab read -r scope origin owner owners bits path; do
            secret_place "$scope" "$node" "$path" "$origin"
            make_secret "$place" "$origin"
            number_of passwd "$owner"
            uid=$number
            number_of group "$owners"
            [ -n "$uid" ] || die "$node has no user $owner, to whom $path is to belong"
            [ -n "$number" ] || die "$node has no group $owners, to which $path is to belong"
            lay_secret "nodes/$node" "$place" "$path" "$bits" "$uid" "$number"
        done <"$work/kept/secret.$group"
    done <"$meta/trees"
    [ -f "$work/known_hosts" ] || return 0
    add_names "$work/known_hosts"
    lay_members_keys
    # Of nodes that only other releases have, the lines stay.
    new_work
    if [ -f "$state/known_hosts" ]; then
        awk 'FILENAME == ARGV[1] { split($1, name, ","); mine[name[1]] = mine[name[2]] = 1; print; next }
            { split($1, name, ",") }
            !(name[1] in mine) && !(name[2] in mine)' "$work/known_hosts" "$state/known_hosts"
    else
        cat "$work/known_hosts"
    fi >"$state/.work/made"
    chmod 0644 "$state/.work/made"
    cmp -s "$state/.work/made" "$state/known_hosts" || keep_made "$state/known_hosts"
}

# What a tree has at a path, from its layers, whatever kind of root it is for.
compose() { # PATH FILE, and the globals node, group and image
    awk -F '\t' -v image="images/$image" -v group="groups/$group" -v node="nodes/$node" -v path="${1#/}" '
        $1 != image && $1 != group && $1 != node { next }
        path == $3 || index(path, $3 "/") == 1 { print $1 "\t." }
        index($3, path "/") == 1 { print $1 "\t" substr($3, length(path) + 2) }' "$meta/deleted" >"$work/gone"
    for layer in "images/$image" "groups/$group" "nodes/$node"; do
        while IFS=$tab read -r from gone; do
            if [ "$from" != "$layer" ]; then continue; fi
            if [ "$gone" = . ]; then rm -rf "$2"; else rm -rf "${2:?}/$gone"; fi
        done <"$work/gone"
        from=$partial/$layer$1
        if [ -d "$from" ] && [ ! -L "$from" ] && [ -d "$2" ]; then
            cp -a "$from/." "$2"
        elif present "$from"; then
            ! present "$2" || rm -rf "$2"
            cp -a "$from" "$2"
        fi
    done
    present "$2" || mkdir "$2"
}

# Paths of one folder over another. What reads can fail and leave a whole archive of less, which alone nobody would notice.
lay_over() { # FROM TO OPTION PATH...
    source=$1
    sink=$2
    how=$3
    shift 3
    rm -f "$work/unread"
    { tar -C "$source" -cf - --numeric-owner --xattrs --xattrs-include='*' "$@" || : >"$work/unread"; } |
        tar -C "$sink" -xpf - "$how" --numeric-owner --same-owner --xattrs --xattrs-include='*' && [ ! -e "$work/unread" ]
}

is_seeded() { # NODE PATH
    [ -f "$state/$1/seeded" ] || return 1
    while IFS= read -r line; do
        [ "$line" != "$2" ] || return 0
    done <"$state/$1/seeded"
    return 1
}

# The first content of what is new in the state: what the node has there now, if it writes into a tree of its own, or else what its
# new tree has. What is there already is never touched again.
seed_state() { # global active
    while IFS=$tab read -r node address mode image group; do
        keeps state "$group" || continue
        paths=$state/$node/paths
        [ -d "$paths" ] || {
            private_folder "$paths"
            mkdir "$paths"
        }
        while IFS= read -r path; do
            ! is_seeded "$node" "$path" || continue
            new_work
            own=$releases/$active/$address$path
            if [ -n "$active" ] && present "$own" && [ "$(readlink -f "$own")" = "$(readlink -f "$releases/$active/$address")$path" ]; then
                cp -a "$own" "$state/.work/first"
            else
                compose "$path" "$state/.work/first"
            fi
            sync -f "$state" || die "cannot write to $state: is the disk full?"
            # What is there is of a path above or below, and stays.
            if [ -d "$paths$path" ] && [ -d "$state/.work/first" ]; then
                lay_over "$state/.work/first" "$paths$path" --skip-old-files . || die "cannot write to $paths$path: is the disk full?"
            elif ! present "$paths$path"; then
                [ -d "$paths${path%/*}" ] || mkdir -p "$paths${path%/*}"
                mv -T "$state/.work/first" "$paths$path"
            fi
            echo "$path" >>"$state/$node/seeded"
            echo "state of $node: $path"
        done <"$work/kept/state.$group"
    done <"$meta/trees"
    [ ! -d "$state" ] || sync -f "$state" || die "cannot write to $state: is the disk full?"
}

# The files that no release has yet, and the trees that nodes write into, which are copies where the file system has no reflinks.
# A file system that compresses may hold more than it seems to, so this only warns: a disk that is full changes nothing.
warn_of_room() {
    : >"$work/probe"
    copies=yes
    ! cp --reflink=always "$work/probe" "$work/probe.copy" 2>/dev/null || copies=no
    needed=$(awk -F '\t' -v copies="$copies" "$mtree"'
        FILENAME == ARGV[1] { if ($3 == "full") trees["./images/" $4]++; next }
        FILENAME == ARGV[2] { shared["./" $0] = 1; next }
        / type=file / {
            name = decode(substr($0, 1, index($0, " ") - 1))
            size = attribute("size")
            if (!(name in shared)) bytes += size
            split(name, part, "/")
            image = "./" part[2] "/" part[3]
            if (copies == "yes" && part[2] == "images") bytes += size * trees[image]
        }
        END { printf "%d", bytes / 1000000 }' "$meta/trees" "$work/shared" "$meta/manifest")
    free=$(df -P -k "$releases" | awk 'NR == 2 { printf "%d", $4 * 1024 / 1000000 }')
    if [ "$needed" -gt "$free" ]; then
        say "up to $needed MB are to be written to $releases, and $free MB are free there: it may not fit"
    fi
}

: >"$work/shared"
: >"$work/others"
[ "$switch" = no ] || refuse_a_second_cluster
head=META-INF/diskless/trees
[ -z "$masters" ] || head=META-INF/diskless/masters
untar -x -C "$partial" META-INF/diskless/manifest META-INF/diskless/kept META-INF/diskless/deleted $head || die "cannot unpack $bundle: it is damaged, or the disk is full"
[ -s "$meta/manifest" ] || die "$bundle is no whole bundle: it has no manifest"
[ -z "$masters" ] || take_own_part
refuse_what_leads_elsewhere
if [ -e "$release" ]; then
    if cmp -s "$meta/manifest" "$release/META-INF/diskless/manifest"; then
        echo "release $version is installed already"
        rm -rf "$partial"
    elif was_active "$version"; then
        [ "$replace" = yes ] || die "release $version is installed with other content; package under another version, or give --replace"
        say "nodes that run release $version lose it when it is replaced; start them again"
    fi
fi
active=$(active_version)
like=$active
[ -n "$like" ] || like=$(cd "$releases" 2>/dev/null && ls -t | head -n 1) || :

if [ -d "$partial" ]; then
    read_what_is_kept
    need_what_is_kept
    [ ! -f "$releases/$like/META-INF/diskless/manifest" ] || find_shared "$releases/$like"
    if [ "$dry" = yes ]; then
        awk "$mtree"'
            FILENAME == ARGV[1] { shared["./" $0] = 1; next }
            / type=file / { if (decode($1) in shared) same++; else { files++; bytes += attribute("size") } }
            END { printf "%d %d %.1f\n", same, files, bytes / 1e6 }' "$work/shared" "$meta/manifest" >"$work/sizes"
        read -r same files megabytes <"$work/sizes"
        echo "would check $((same + files)) files against the manifest of $bundle"
        echo "would install $release: $files files, $megabytes MB; $same files shared with ${like:-nothing}, for they are equal"
        if [ -n "$masters" ]; then
            untar -x -C "$partial" "$renaming" "masters/$master" 2>/dev/null || :
        else
            untar -x -C "$partial" master 2>/dev/null || :
        fi
        [ "$switch" = no ] || plan_switch "$partial/master" "$version"
        exit 0
    fi
    warn_of_room
    link_shared "$releases/$like"
    # In a bundle for several masters stands another manifest than this master's.
    if [ -n "$masters" ]; then echo META-INF/diskless/manifest >>"$work/others"; else rm -f "$meta/manifest"; fi
    rm -f "$meta/kept" "$meta/deleted" "$meta/trees"
    untar -xp -C "$partial" --numeric-owner --same-owner --xattrs --xattrs-include='*' ${renaming:+"$renaming"} --anchored --no-wildcards \
        -X "$work/shared" -X "$work/others" || die "cannot unpack $bundle: it is damaged, or the disk is full"

    # mtree(5) to sha256sum(1), which has a backslash before the line for odd bytes. Not what is shared, which is no copy.
    awk "$mtree"'
        # Not gsub(): what a backslash means in its replacement differs from awk to awk.
        function swap(text, from, to,    done, at) {
            done = ""
            while ((at = index(text, from)) > 0) {
                done = done substr(text, 1, at - 1) to
                text = substr(text, at + length(from))
            }
            return done text
        }
        FILENAME == ARGV[1] { shared["./" $0] = 1; next }
        / sha256digest=/ {
            name = decode($1)
            if (name in shared) next
            mark = ""
            if (index(name, "\\") || index(name, "\n")) {
                mark = "\\"
                name = swap(swap(name, "\\", "\\\\"), "\n", "\\n")
            }
            print mark attribute("sha256digest") "  " name
        }' "$work/shared" "$meta/manifest" >"$work/sums"
    [ -s "$work/sums" ] || die "the manifest of $bundle names no file"
    # shellcheck disable=SC2016 # split has the variable
    (cd "$partial" && side_by_side "$work/sums" 'sha256sum --check --quiet --strict || echo >"$FILE"' "$work/unsound.") &&
        ! ls "$work"/unsound.* >/dev/null 2>&1 || die "$bundle does not match its manifest; nothing was installed"

    # And nothing else is there, and all of it is what the manifest says. A line feed in a name counts as \001.
    awk "$mtree"'
        /^#/ { next }
        {
            name = decode(substr($1, 3))
            type = attribute("type")
            kind = type == "file" ? "f" : type == "dir" ? "d" : type == "link" ? "l" : type == "char" ? "c" : type == "block" ? "b" : "p"
            line = kind " " (kind == "l" ? "-" : mode(attribute("mode"))) " " attribute("uid") " " attribute("gid")
            if (kind == "f") line = line " " seconds(attribute("time")) " " attribute("size")
            target = kind == "l" ? " -> " decode(attribute("link")) : ""
            gsub(/\n/, "\001", name)
            gsub(/\n/, "\001", target)
            print line " " name target
            if (kind == "d") own[name] = 1
            while (match(name, /\/[^\/]*$/) && !((name = substr(name, 1, RSTART - 1)) in above)) above[name] = 1
        }
        # Those above everything need no line of their own.
        END { for (name in above) if (!(name in own)) print "d 755 0 0 " name }' "$meta/manifest" | sort >"$work/described"
    (cd "$partial" && find . -mindepth 1 ! -path ./META-INF/diskless/manifest \
        \( -type f -printf 'f %m %U %G %T@ %s %P\0' -o -type l -printf 'l - %U %G %P -> %l\0' -o -printf '%y %m %U %G %P\0' \)) |
        tr '\n\0' '\001\n' | sed -E 's/^(f [0-7]+ [0-9]+ [0-9]+ -?[0-9]+)\.[0-9]+ /\1 /' | sort >"$work/found"
    cmp -s "$work/described" "$work/found" || {
        comm -13 "$work/described" "$work/found" | head -n 5 | sed 's/^/  in the bundle:   /' >&2
        comm -23 "$work/described" "$work/found" | head -n 5 | sed 's/^/  in the manifest: /' >&2
        die "$bundle does not match its manifest; nothing was installed"
    }
fi

# What a layer takes away. Lines of META-INF/diskless/deleted: layer, whiteout or replace, path.
deleted() {
    awk -F '\t' -v layer="$1" '$1 == layer { print $2 "\t" $3 }' "$meta/deleted"
}

reflink=
cp --help 2>&1 | grep -q -e --reflink && reflink=--reflink=auto

lay() { # LAYER TREE PATH...: lays those paths of a layer over a tree
    layer=$1
    tree=$2
    shift 2
    deleted "$layer" | while IFS=$tab read -r kind path; do
        rm -rf "${tree:?}/$path"
    done
    lay_over "$partial/$layer" "$tree" --overwrite-dir "$@"
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

# The compressed image of the release before, where it is of the very same files and was not damaged since.
link_squashed() { # IMAGE
    was=$releases/$like/ram/$1
    [ -n "$like" ] && [ -f "$was/image.squashfs" ] && [ -f "$was/sum" ] || return 1
    grep "^\\./images/$1[/ ]" "$meta/manifest" >"$work/files.new"
    grep "^\\./images/$1[/ ]" "$releases/$like/META-INF/diskless/manifest" >"$work/files.old" || return 1
    cmp -s "$work/files.new" "$work/files.old" && (cd "$was" && sha256sum --check --status sum) &&
        ln "$was/image.squashfs" "$was/sum" "$partial/ram/$1" 2>/dev/null
}

if [ -d "$partial" ]; then
    lay_secrets
    seed_state
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
        awk -F '\t' -v image="$image" '$3 == "ram" && $4 == image { found = 1 } END { exit !found }' "$meta/trees" || continue
        mkdir -p "$partial/ram/$image"
        link_squashed "$image" || {
            rm -f "$partial/ram/$image"/*
            squash "$partial/images/$image" "$partial/ram/$image/image.squashfs" &&
                (cd "$partial/ram/$image" && sha256sum image.squashfs >sum)
        } || die "cannot compress the image $image for nodes with root: ram: is the disk full?"
        size=$(stat -c %s "$partial/ram/$image/image.squashfs")
        echo "ram/$image/image.squashfs: $(((size + 999999) / 1000000)) MB in the memory of each node with this image and root: ram"
    done

    # overlayfs takes a character device 0:0 for a deleted name. The directory keeps its time, as the manifest has it.
    awk -F '\t' 'FILENAME == ARGV[1] { other[$0] = 1; next } !($1 in other)' "$work/others" "$meta/deleted" >"$work/deleted"
    while IFS=$tab read -r layer kind path; do
        [ "$kind" = whiteout ] || continue
        within=$partial/$layer/$path
        within=${within%/*}
        touch -r "$within" "$work/time"
        mknod "$partial/$layer/$path" c 0 0 || die "cannot make $layer/$path"
        touch -r "$work/time" "$within"
    done <"$work/deleted"

    # Lists as long as the manifest; removed before they get to the disk at all.
    shared=$(wc -l <"$work/shared")
    rm -rf "$work"
    flush
    [ ! -e "$release" ] || mv "$release" "$releases/.$version.replaced"
    mv "$partial" "$release"
    flush
    rm -rf "$releases/.$version.replaced"
    if [ "$shared" = 0 ]; then echo "installed $release"; else echo "installed $release; $shared files shared with $like"; fi
fi

if [ "$switch" = yes ]; then
    switch_to "$version" activate
fi
