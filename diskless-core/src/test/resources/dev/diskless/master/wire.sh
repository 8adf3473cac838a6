# Runs a DHCP server at one end of a wire of its own, and a program at the other.
# wire.sh FOLDER SERVER-ADDRESS OWN-ADDRESS PROGRAM...
set -eu
PATH=$PATH:/usr/sbin:/sbin
folder=$1 server=$2 own=$3
shift 3
ip link set lo up
ip link add there type veth peer name here || { echo 'no veth'; exit 0; }
ip address add "$server/24" dev there
ip link set there up
unshare --net sleep 50 >/dev/null 2>&1 &
end=$!
trap 'kill "$end"' EXIT
while [ "$(readlink /proc/$end/ns/net)" = "$(readlink /proc/self/ns/net)" ]; do sleep 0.1; done
ip link set here netns "$end"
nsenter --net=/proc/$end/ns/net sh -euc 'ip address add "$1/24" dev here; ip link set here up' sh "$own"
: >"$folder/leases"
cat >"$folder/dhcpd.conf" <<EOF
subnet ${server%.*}.0 netmask 255.255.255.0 { range ${server%.*}.200 ${server%.*}.210; }
EOF
dhcpd -q -f -4 -cf "$folder/dhcpd.conf" -lf "$folder/leases" -pf "$folder/pid" there >"$folder/log" 2>&1 &
dhcpd=$!
trap 'kill "$end" "$dhcpd"' EXIT
sleep 1
nsenter --net=/proc/$end/ns/net "$@" || cat "$folder/log"
