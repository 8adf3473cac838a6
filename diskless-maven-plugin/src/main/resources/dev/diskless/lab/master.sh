#!/bin/bash
# The master of a lab: installs the bundle as its own script does it, puts the master's files in place, starts the
# services, and then asks each node over ssh. What the host must know goes line by line to a port of its own:
#   READY                                   nodes can be switched on
#   UP <tab> node                           the node reached multi-user.target
#   CHECK <tab> node <tab> check <tab> exit code <tab> milliseconds <tab> output in base64
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
    -t dhcpd -t in.tftpd -t rpc.mountd -t isc-dhcp-server >/dev/virtio-ports/diskless.log &

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

step 'installing the bundle'
# A disk ends on a whole sector, the bundle does not.
head -c "$size" /dev/disk/by-id/virtio-bundle >"$directory/bundle"
case $(od -An -tx1 -N4 "$directory/bundle" | tr -d ' \n') in
    28b52ffd) unpack=zstd ;;
    *) unpack=gzip ;;
esac
"$unpack" -dc <"$directory/bundle" | tar -xOf - --occurrence=1 META-INF/diskless/install >/bundle/install
sh /bundle/install "$directory/bundle" >/bundle/log 2>&1 || fail "the bundle's script: $(tail -n 3 /bundle/log | tr '\n\t' '  ')"
rm "$directory/bundle"
cat /bundle/log
release=$directory/$cluster/active

step "putting the master's files in place"
cp -a "$release/master/." /
[ ! -f /etc/hosts.diskless ] || cat /etc/hosts.diskless >>/etc/hosts
# What the nodes mount beside their root. A place in each where anybody may write, to see whether the mount lets them;
# not sticky, for there the node's kernel refuses root a file that the server gave to nobody (fs.protected_regular).
while IFS= read -r path; do
    mkdir -p "$path/.diskless-lab"
    chmod 0777 "$path/.diskless-lab"
done <"$lab/exported"

# The lab's own key, in the trees of this machine only; the bundle has none of it.
ssh-keygen -q -t ed25519 -N '' -f /root/lab_key
while IFS=$'\t' read -r node node_address mode group image; do
    case $mode in
        full | shared) tree=$release/$node_address ;;
        *) tree=$release/nodes/$node ;;
    esac
    keys=$(for part in "$tree" "$release/groups/$group" "$release/images/$image"; do
        [ ! -f "$part/root/.ssh/authorized_keys" ] || { cat "$part/root/.ssh/authorized_keys"; break; }
    done)
    mkdir -p -m 0755 "$tree"
    mkdir -p -m 0700 "$tree/root" "$tree/root/.ssh"
    printf '%s\n' "$keys" "$(cat /root/lab_key.pub)" >"$tree/root/.ssh/authorized_keys"
    chmod 0600 "$tree/root/.ssh/authorized_keys"
done <"$lab/nodes"

step 'starting DHCP, TFTP and NFS'
# So that the log tells what each node asked for.
echo 'TFTP_OPTIONS="$TFTP_OPTIONS --verbose"' >>/etc/default/tftpd-hpa
mkdir -p /var/lib/dhcp
touch /var/lib/dhcp/dhcpd.leases
for service in rpcbind nfs-server isc-dhcp-server tftpd-hpa; do
    systemctl start "$service" || fail "$service does not start: $(journalctl -q -o cat -n 5 -u "$service" | tr '\n\t' '  ')"
done
exportfs -ra || fail 'exportfs refuses the exports'
say READY

remote() { # ADDRESS COMMAND...
    local to=$1
    shift
    ssh -i /root/lab_key -o BatchMode=yes -o ConnectTimeout=5 -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \
        -o LogLevel=ERROR -o ControlMaster=auto -o ControlPersist=120 -o ControlPath=/run/diskless-lab-%h \
        -o ServerAliveInterval=10 -o ServerAliveCountMax=6 "root@$to" "$@"
}

report() { # NODE CHECK CODE STARTED FILE
    say CHECK "$1" "$2" "$3" "$(($(date +%s%3N) - $4))" "$(head -c 20000 "$5" | base64 -w 0)"
}

ask() { # NODE ADDRESS
    local node=$1 to=$2 out=/tmp/out-$1 check code started
    until remote "$to" 'systemctl is-active --quiet multi-user.target' </dev/null >/dev/null 2>&1; do
        sleep 1
    done
    say UP "$node"
    for check in "$lab/checks/$node"/*; do
        [ -f "$check" ] || continue
        started=$(date +%s%3N)
        # An emulated processor that has to wait loses time. The machine's own clock is the host's.
        hwclock --hctosys --utc
        case ${check##*/} in
            user-*)
                remote "$to" 'f=$(mktemp) && cat >"$f" && chmod 700 "$f" && { "$f"; c=$?; rm -f "$f"; exit $c; }' \
                    <"$check" >"$out" 2>&1
                ;;
            *) { echo "now=$(date +%s)"; cat "$check"; } | remote "$to" sh -s >"$out" 2>&1 ;;
        esac
        code=$?
        report "$node" "${check##*/}" "$code" "$started" "$out"
    done
    say DONE "$node"
}

while IFS=$'\t' read -r node node_address rest; do
    ask "$node" "$node_address" &
done <"$lab/nodes"
wait
