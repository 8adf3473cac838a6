#!/bin/bash
# The master of a lab: installs the bundle with its own installer, puts the master's files in place, starts the
# services, and then asks each node over ssh. What the host must know goes line by line to a port of its own:
#   READY                                   nodes can be switched on
#   JOBS <tab> node <tab> units             what its init is busy with, before that
#   UP <tab> node                           the node reached multi-user.target
#   ASKS <tab> node <tab> check             a check begins
#   CHECK <tab> node <tab> check <tab> exit code <tab> milliseconds <tab> output in base64
#   REBOOT <tab> node                       it is told to reboot; UP follows once more
#   DONE <tab> node
#   FAILED <tab> why
set -u
lab=/usr/lib/diskless-lab
modprobe virtio_console
for _ in $(seq 60); do
    [ -e /dev/virtio-ports/diskless.lab ] && [ -e /dev/virtio-ports/diskless.log ] && break
    sleep 1
done
exec 3>/dev/virtio-ports/diskless.lab || exit 1
say() { # one write a line, for nodes are asked side by side
    local line
    line=$(printf '%s\t' "$@")
    { flock 9 && printf '%s\n' "${line%$'\t'}" >&3; } 9>/run/diskless-lab.lock
}
fail() {
    say FAILED "$*"
    exit 1
}
step() {
    echo "lab: $*"
    say STEP "$*"
}
. "$lab/settings"

journalctl --quiet --follow --lines=all --output=short-monotonic \
    -t dhcpd -t isc-dhcp-server -t kea-dhcp4 -t dnsmasq -t dnsmasq-dhcp -t dnsmasq-tftp -t in.tftpd -t nginx -t rpc.mountd \
    >/dev/virtio-ports/diskless.log &

step 'looking for its disks and its network interface'
for _ in $(seq 60); do
    [ -e /dev/disk/by-id/virtio-release ] && [ -e /dev/disk/by-id/virtio-bundle ] \
        && [ -e "/sys/class/net/$interface" ] && break
    sleep 1
done
step 'making a disk for the release'
modprobe xfs
mkfs.xfs -q -f /dev/disk/by-id/virtio-release || fail 'cannot make a file system for the release'
mkdir -p "$directory" /bundle
mount /dev/disk/by-id/virtio-release "$directory" || fail 'cannot mount the disk for the release'

step 'setting up the network'
ip link set lo up
ip address add "$address/$prefix" dev "$interface" || fail "there is no interface $interface"
ip link set "$interface" up
[ -z "$address6" ] || ip -6 address add "$address6" dev "$interface" nodad || fail "$interface takes no IPv6 address"

# As the package munge makes it where it is installed; an image has none, for it would be the same on all that are made from it.
if command -v munged >/dev/null && [ ! -f /etc/munge/munge.key ]; then
    (umask 077 && head -c 128 /dev/urandom >/etc/munge/munge.key)
    chown munge:munge /etc/munge/munge.key
fi

# NAME SIZE OPTION...: a bundle's own installer installs it, as on any master.
install_bundle() {
    local disk=/dev/disk/by-id/virtio-$1 size=$2 unpack
    shift 2
    # A disk ends on a whole sector, the bundle does not.
    head -c "$size" "$disk" >"$directory/bundle"
    case $(od -An -tx1 -N4 "$directory/bundle" | tr -d ' \n') in
        28b52ffd) unpack=zstd ;;
        *) unpack=gzip ;;
    esac
    "$unpack" -dc <"$directory/bundle" | tar -xOf - --occurrence=1 META-INF/diskless/install >/bundle/install
    python3 /bundle/install "$@" "$directory/bundle" >/bundle/log 2>&1 || fail "the bundle's installer: $(tail -n 3 /bundle/log | tr '\n\t' '  ')"
    rm "$directory/bundle"
    cat /bundle/log
}

# The lab's own key, in the trees of this machine only; the bundle has none of it.
ssh-keygen -q -t ed25519 -N '' -f /root/lab_key
add_keys() { # RELEASE
    local release=$1 node node_address mode image group rest tree keys
    while IFS=$'\t' read -r node rest; do
        # As that release has the node.
        IFS=$'\t' read -r node node_address mode image group < <(awk -F '\t' -v node="$node" '$1 == node' "$release/META-INF/diskless/trees")
        case $mode in
            full | shared) tree=$release/$node_address ;;
            '') continue ;;
            *) tree=$release/nodes/$node ;;
        esac
        keys=$(for part in "$tree" "$release/groups/$group" "$release/images/$image"; do
            [ ! -f "$part/root/.ssh/authorized_keys" ] || { cat "$part/root/.ssh/authorized_keys"; break; }
        done)
        mkdir -p -m 0755 "$tree"
        mkdir -p -m 0700 "$tree/root" "$tree/root/.ssh"
        # What releases share are links to one file, which must not be written.
        rm -f "$tree/root/.ssh/authorized_keys"
        printf '%s\n' "$keys" "$(cat /root/lab_key.pub)" >"$tree/root/.ssh/authorized_keys"
        chmod 0600 "$tree/root/.ssh/authorized_keys"
    done <"$lab/nodes"
}

if [ -n "$earlier_size" ]; then
    step 'installing the earlier bundle'
    install_bundle earlier "$earlier_size"
else
    step 'installing the bundle'
    install_bundle bundle "$size"
fi
before=$(basename "$(readlink "$directory/$cluster/active")")
add_keys "$directory/$cluster/releases/$before"

step 'preparing what nodes mount'
# What the nodes mount beside their root. A place in each where anybody may write, to see whether the mount lets them;
# not sticky, for there the node's kernel refuses root a file that the server gave to nobody (fs.protected_regular).
while IFS= read -r path; do
    mkdir -p "$path/.diskless-lab"
    chmod 0777 "$path/.diskless-lab"
done <"$lab/exported"

ended() { # how something ended, for the host: its last lines as one
    tail -n 5 | tr '\n\t' '  '
}
if [ -n "$existing" ]; then
    step 'starting the DHCP server beside which the master stands'
    # A machine of its own on the same wire: another MAC, another address, another network stack.
    modprobe macvlan
    { ip netns add existing \
        && ip link add existing link "$interface" type macvlan mode bridge \
        && ip link set existing netns existing \
        && ip -n existing address add "$existing/$prefix" dev existing \
        && ip -n existing link set lo up \
        && ip -n existing link set existing up; } || fail 'cannot make a place for another DHCP server'
    mkdir -p /run/existing
    : >/run/existing/leases
    ip netns exec existing dhcpd -4 -cf "$lab/existing.conf" -lf /run/existing/leases -pf /run/existing/pid existing \
        >/run/existing/log 2>&1 || fail "the DHCP server beside the master does not start: $(ended </run/existing/log)"
fi

step 'starting DHCP, TFTP, HTTP and NFS'
# So that the log tells what each node asked for, and what there was none of.
echo 'TFTP_OPTIONS="$TFTP_OPTIONS --verbose --verbose"' >>/etc/default/tftpd-hpa
case $dhcp in
    isc)
        services='isc-dhcp-server tftpd-hpa'
        mkdir -p /var/lib/dhcp
        touch /var/lib/dhcp/dhcpd.leases /var/lib/dhcp/dhcpd6.leases
        ;;
    kea)
        services='kea-dhcp4-server tftpd-hpa'
        [ -z "$address6" ] || services="$services kea-dhcp6-server"
        # systemd does not wait for it to read its configuration.
        kea-dhcp4 -t /etc/kea/kea-dhcp4.conf >/run/kea.log 2>&1 || fail "kea-dhcp4 refuses its configuration: $(ended </run/kea.log)"
        ;;
    dnsmasq) services=dnsmasq ;;
    *) fail "no master of a lab has the DHCP server $dhcp" ;;
esac
if [ -f /etc/nginx/conf.d/diskless.conf ]; then
    services="$services nginx"
    mkdir -p /var/log/nginx
    : >/var/log/nginx/access.log
    tail -q -n +1 -F /var/log/nginx/access.log | logger -t nginx &
fi
[ ! -f /etc/dnsmasq.d/diskless.conf ] || [ "$dhcp" = dnsmasq ] || services="$services dnsmasq"
[ ! -f /etc/radvd.conf ] || services="$services radvd"
if [ ! -f /etc/radvd.conf ]; then
    # iPXE asks for an IPv6 router as well, and loads nothing until one has answered or 13 s are over. This one has neither a
    # route nor a prefix to give.
    printf 'interface %s {\n    AdvSendAdvert on;\n    AdvDefaultLifetime 0;\n};\n' "$interface" >/run/radvd.conf
    radvd --config=/run/radvd.conf --pidfile=/run/radvd.pid || fail 'radvd does not start'
fi
[ ! -f /etc/rsyslog.d/diskless.conf ] || services="$services rsyslog"
[ ! -f /etc/prometheus/diskless-rules.yml ] || services="$services prometheus"
[ ! -f /etc/slurm/slurm.conf ] || services="$services munge slurmctld"
nfs=nfs-server
if [ -f /etc/ganesha/ganesha.conf ] && grep -q '^EXPORT' /etc/ganesha/ganesha.conf; then
    nfs=nfs-ganesha
fi
for service in rpcbind $nfs $services; do
    systemctl start "$service" || fail "$service does not start: $(journalctl -q -o cat -u "$service" | ended)"
done
[ $nfs = nfs-ganesha ] || exportfs -ra || fail 'exportfs refuses the exports'
say READY

# The connection to a node that all commands share, by its address.
kept=/run/diskless-lab-%h

remote() { # ADDRESS COMMAND..., and the variable control where another connection, or none, is to be kept
    local to=$1
    shift
    ssh -i /root/lab_key -o BatchMode=yes -o ConnectTimeout=60 -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \
        -o LogLevel=ERROR -o ControlMaster=auto -o ControlPersist=600 -o ControlPath="${control:-$kept}" \
        -o ServerAliveInterval=10 -o ServerAliveCountMax=6 "root@$to" "$@"
}

report() { # NODE CHECK CODE STARTED FILE
    say CHECK "$1" "$2" "$3" "$(($(date +%s%3N) - $4))" "$(head -c 20000 "$5" | base64 -w 0)"
}

# NODE ADDRESS BOOT: waits until it is up, but not with the boot that is named, which is to end; prints the new one's id.
wait_for() {
    local node=$1 to=$2 before=$3 said boot state jobs last= control=$kept
    # The connection to a system that is about to end would hang for a minute.
    [ -z "$before" ] || control=none
    while :; do
        # Much cheaper than an ssh that finds nobody, of which there would be one a node and second.
        until (exec 3<>"/dev/tcp/$to/22") 2>/dev/null; do sleep 1; done
        # is-active also fails while it is not; what is printed counts.
        said=$(remote "$to" 'cat /proc/sys/kernel/random/boot_id; systemctl is-active multi-user.target
            systemctl list-jobs --no-legend --plain' </dev/null 2>/dev/null)
        { read -r boot; read -r state; jobs=$(awk '$4 == "running" { printf "%s%s (%s)", n++ ? ", " : "", $2, $3 }'); } <<<"$said"
        if [ -n "$boot" ] && [ "$boot" != "$before" ]; then
            if [ "$state" = active ]; then
                echo "$boot"
                return
            fi
            [ "$jobs" = "$last" ] || say JOBS "$node" "$jobs"
            last=$jobs
            # That system goes on. Each program costs an emulated processor a second or two, which a node that starts has better
            # use for: it waits by itself, and is asked seldom.
            control=$kept
            remote "$to" 'timeout 20 systemctl is-system-running --wait || sleep 5' </dev/null >/dev/null 2>&1
        else
            sleep 5
        fi
    done
}

run() { # NODE ADDRESS NAME FILE: runs a script of the lab there, and tells of it
    local node=$1 to=$2 name=$3 file=$4 out=/tmp/out-$1 started
    say ASKS "$node" "$name"
    started=$(date +%s%3N)
    # An emulated processor that has to wait loses time. The machine's own clock is the host's.
    hwclock --hctosys --utc
    { echo "now=$(date +%s)"; cat "$file"; } | remote "$to" sh -s >"$out" 2>&1
    report "$node" "$name" $? "$started" "$out"
}

run_own() { # NODE ADDRESS NAME FILE BOOT: the same for a program of the user's
    local node=$1 to=$2 name=$3 file=$4 out=/tmp/out-$1 started
    say ASKS "$node" "$name"
    started=$(date +%s%3N)
    remote "$to" 'f=$(mktemp) && cat >"$f" && chmod 700 "$f" && { DISKLESS_BOOT='"$5"' "$f"; c=$?; rm -f "$f"; exit $c; }' \
        <"$file" >"$out" 2>&1
    report "$node" "$name" $? "$started" "$out"
}

checks() { # NODE ADDRESS BOOT PREFIX
    local check
    for check in "$lab/checks/$1"/[0-9][0-9][0-9]-*; do
        run "$1" "$2" "$4${check##*/[0-9][0-9][0-9]-}" "$check"
    done
    for check in "$lab/checks/$1/start$3"-*; do
        [ ! -f "$check" ] || run "$1" "$2" "$4${check##*/start[12]-}" "$check"
    done
    for check in "$lab/checks/$1"/user-*; do
        [ ! -f "$check" ] || run_own "$1" "$2" "$4${check##*/user-}" "$check" "$3"
    done
}

# A node that needs no master is cut off from it, as if that were switched off: no packet goes there any more.
leave_alone() { # NODE ADDRESS SCRIPT
    local node=$1 to=$2 out=/tmp/out-$1 started code=0
    say ASKS "$node" goes-on-alone
    started=$(date +%s%3N)
    remote "$to" 'cat >/run/diskless-alone; (setsid sh /run/diskless-alone; echo "ended with $?") >/run/diskless-alone.said 2>&1 </dev/null &' <"$3"
    remote "$to" true </dev/null || code=1
    ssh_end "$to"
    ip route add unreachable "$to/32" || code=1
    sleep $((alone + 10))
    if remote "$to" true </dev/null >/dev/null 2>&1; then
        echo 'the node was not cut off from the master' >"$out"
        code=1
    fi
    ip route del unreachable "$to/32"
    remote "$to" 'cat /run/diskless-alone.said; read=$(cat /run/diskless-alone.count); echo "files read: $read"
        grep -qx "ended with 0" /run/diskless-alone.said' </dev/null >>"$out" 2>&1 || code=1
    report "$node" goes-on-alone "$code" "$started" "$out"
}

# The master gets in as the release has set it up: by the key of members, and where it knows the host key. The lab's own key and
# connection are left aside.
members_from_master() { # NODE ADDRESS
    local node=$1 to=$2 out=/tmp/out-$1 meta=$directory/$cluster/active/META-INF/diskless started group
    group=$(awk -F '\t' -v node="$node" '$1 == node { print $5 }' "$meta/trees")
    grep -qxF "members-key"$'\t'"$group" "$meta/kept" || return 0
    say ASKS "$node" members-from-master
    started=$(date +%s%3N)
    timeout 120 ssh -n -T -o BatchMode=yes -o StrictHostKeyChecking=yes -o ControlPath=none "root@$to" uname -n >"$out" 2>&1 &&
        grep -qx "$node" "$out"
    report "$node" members-from-master $? "$started" "$out"
}

# A line that is logged on the node is read on the master.
central_log() { # NODE ADDRESS
    local node=$1 to=$2 out=/tmp/out-$1 started line code=1
    remote "$to" 'test -f /etc/rsyslog.d/diskless.conf && command -v rsyslogd' </dev/null >/dev/null || return 0
    say ASKS "$node" central-log
    started=$(date +%s%3N)
    line="seen from $node in $started"
    remote "$to" "logger -t diskless-lab '$line'" </dev/null >"$out" 2>&1
    for _ in $(seq 60); do
        if grep -F "$line" "/var/log/diskless-nodes/$node.log" >>"$out" 2>/dev/null; then
            code=0
            break
        fi
        sleep 1
    done
    [ "$code" = 0 ] || tail -n 20 "/var/log/diskless-nodes/$node.log" >>"$out" 2>&1
    report "$node" central-log "$code" "$started" "$out"
}

# srun(1) on the master, until the nodes that are named have told the controller of themselves.
runs_there() { # NAMES COUNT OUT
    local said
    for _ in $(seq 40); do
        said=$(srun --immediate=10 --nodes="$2" --ntasks-per-node=1 --nodelist="$1" hostname 2>"$3" | sort | paste -s -d ,)
        echo "srun: $said" >>"$3"
        [ "$said" != "$1" ] || return 0
        sleep 3
    done
    { sinfo --Node --long; tail -n 20 /var/log/slurm/slurmctld.log; } >>"$3" 2>&1
    return 1
}

# A job on the node; and one on all of them, which the last to come runs while the others wait for it.
jobs_run() { # NODE
    local node=$1 out=/tmp/out-$1 started all count
    [ -f /etc/slurm/slurm.conf ] || return 0
    say ASKS "$node" slurm
    started=$(date +%s%3N)
    runs_there "$node" 1 "$out"
    report "$node" slurm $? "$started" "$out"
    count=$(wc -l <"$lab/nodes")
    [ "$count" -gt 1 ] || return 0
    say ASKS "$node" slurm-on-all
    if [ "$({ flock 9 && echo "$node" >&9 && wc -l </run/diskless-jobs; } 9>>/run/diskless-jobs)" = "$count" ]; then
        all=$(cut -f 1 "$lab/nodes" | sort | paste -s -d ,)
        started=$(date +%s%3N)
        runs_there "$all" "$count" "$out"
        report "$node" slurm-on-all $? "$started" "$out"
        touch /run/diskless-jobs.done
    fi
    for _ in $(seq 600); do
        [ ! -e /run/diskless-jobs.done ] || break
        sleep 1
    done
}

ssh_end() { # ADDRESS: what is kept open to save time would hang when the other side goes
    ssh -o ControlPath=/run/diskless-lab-%h -O exit "root@$1" 2>/dev/null
}

look_on_master() { # NODE
    local out=/tmp/out-$1 started
    started=$(date +%s%3N)
    (
        # shellcheck disable=SC2034 # the script reads it
        found=$(find "$directory/$cluster/" -xdev -name ".diskless-lab-$1")
        . "$lab/reboot/$1/on-master"
    ) >"$out" 2>&1
    report "$1" marks-on-master $? "$started" "$out"
}

reboot() { # NODE ADDRESS
    local node=$1 to=$2 turn
    # Not all at once: their firmware waits for each packet in a loop.
    until { turn=1 && mkdir /run/diskless-turn-1; } || { turn=2 && mkdir /run/diskless-turn-2; }; do
        sleep 1
    done 2>/dev/null
    say REBOOT "$node"
    remote "$to" 'systemctl reboot' </dev/null >/dev/null 2>&1
    ssh_end "$to"
    {
        sleep 20
        for _ in $(seq 50); do
            (exec 3<>"/dev/tcp/$to/22") 2>/dev/null && break
            sleep 2
        done
        rmdir "/run/diskless-turn-$turn"
    } &
}

# The master goes over to the other release. The last of the nodes starts just then: it has read its boot entry, and asks for
# its kernel.
switch_as_it_starts() { # NODE ADDRESS
    local node=$1 to=$2 out=/tmp/out-$1 started asked line
    started=$(date +%s%3N)
    say ASKS "$node" switched-as-it-starts
    install_bundle bundle "$size" --no-switch
    next=$(sed -n "s/^VERSION = '\\(.*\\)'$/\\1/p" /bundle/install)
    add_keys "$directory/$cluster/releases/$next"
    journalctl --quiet --follow --lines=0 --output=cat -t in.tftpd -t dnsmasq-tftp -t nginx >/run/diskless-asked &
    asked=$!
    reboot "$node" "$to"
    for _ in $(seq 3000); do
        line=$(grep -m 1 -F "$to" /run/diskless-asked | grep vmlinuz)
        [ -z "$line" ] || break
        line=$(grep -F "$to" /run/diskless-asked | grep -m 1 vmlinuz)
        [ -z "$line" ] || break
        sleep 0.1
    done
    kill "$asked"
    {
        echo "$line"
        [ -n "$line" ] && python3 /bundle/install --switch "$next" && systemctl restart "${services%% *}"
    } >"$out" 2>&1
    report "$node" switched-as-it-starts $? "$started" "$out"
    echo "$next" >/run/diskless-next
}

release_script() { # VERSION FILE: a script that wants that release
    printf 'wanted=%q\npath=%q\n' "$1" "$address:$directory/$cluster/releases/$1"
    cat "$lab/$2"
}

# What a node goes through while its master goes over to the bundle, having started with the earlier one.
go_over() { # NODE ADDRESS BOOT
    local node=$1 to=$2 boot=$3 last other
    release_script "$before" runs-release.sh >"/run/diskless-before-$node.sh"
    run "$node" "$to" runs-earlier-release "/run/diskless-before-$node.sh"
    touch "/run/diskless-before/$node"
    last=$(tail -n 1 "$lab/nodes" | cut -f 1)
    if [ "$node" = "$last" ]; then
        for other in $(cut -f 1 "$lab/nodes"); do
            for _ in $(seq 900); do
                [ ! -e "/run/diskless-before/$other" ] || break
                sleep 1
            done
        done
        switch_as_it_starts "$node" "$to"
        boot=$(wait_for "$node" "$to" "$boot")
        say UP "$node"
        run "$node" "$to" started-of-one-release "/run/diskless-before-$node.sh"
    else
        until [ -e /run/diskless-next ]; do sleep 1; done
    fi
    run "$node" "$to" undisturbed "$lab/undisturbed.sh"
    run "$node" "$to" keeps-its-release "/run/diskless-before-$node.sh"
    reboot "$node" "$to"
    wait_for "$node" "$to" "$boot" >/dev/null
    say UP "$node"
    release_script "$(cat /run/diskless-next)" runs-release.sh >"/run/diskless-next-$node.sh"
    run "$node" "$to" runs-next-release "/run/diskless-next-$node.sh"
}

reboot_and_check() { # NODE ADDRESS BOOT
    local node=$1 to=$2 before=$3 files=$lab/reboot/$1 other
    run "$node" "$to" leaves-marks "$files/mark"
    touch "/run/diskless-marked/$node"
    [ ! -f "$files/alone" ] || leave_alone "$node" "$to" "$files/alone"
    reboot "$node" "$to"
    wait_for "$node" "$to" "$before" >/dev/null
    say UP "$node"
    checks "$node" "$to" 2 after-reboot-
    # So that there are marks of others to be seen, if there can be.
    for other in /run/diskless-up/*; do
        [ -d "$lab/reboot/${other##*/}" ] || continue
        for _ in $(seq 120); do
            [ ! -e "/run/diskless-marked/${other##*/}" ] || break
            sleep 1
        done
    done
    run "$node" "$to" marks-after-reboot "$files/marked"
    look_on_master "$node"
}

ask() { # NODE ADDRESS
    local node=$1 to=$2 boot
    boot=$(wait_for "$node" "$to" '')
    touch "/run/diskless-up/$node"
    say UP "$node"
    if [ -n "$earlier_size" ]; then
        go_over "$node" "$to" "$boot"
        boot=$(remote "$to" 'cat /proc/sys/kernel/random/boot_id' </dev/null)
    fi
    checks "$node" "$to" 1 ''
    members_from_master "$node" "$to"
    central_log "$node" "$to"
    jobs_run "$node"
    [ ! -d "$lab/reboot/$node" ] || reboot_and_check "$node" "$to" "$boot"
    say DONE "$node"
}

mkdir -p /run/diskless-up /run/diskless-marked /run/diskless-before
while IFS=$'\t' read -r node node_address rest; do
    ask "$node" "$node_address" &
done <"$lab/nodes"
wait
