# Runs a DHCP server in a network of its own, and asks it. Everything it writes vanishes with the private root.
# serve.sh JAVA WAY QUESTION... -- SERVER...
set -eu
java=$1 way=$2
shift 2
questions=
while [ "$1" != -- ]; do
  questions="$questions $1"
  shift
done
shift
mkdir -p /tftpboot/boot /run/kea /var/lib/kea /var/lib/misc
: >/t/leases
ip link set lo up
ip link add eno2 type veth peer name asker || { echo 'no veth'; exit 0; }
ip address add 10.1.0.1/24 dev eno2
ip link set eno2 up
ip route add 10.2.0.0/20 dev eno2
unshare --net sleep 100 >/dev/null 2>&1 &
asker=$!
while [ "$(readlink /proc/$asker/ns/net)" = "$(readlink /proc/self/ns/net)" ]; do sleep 0.1; done
ip link set asker netns "$asker"
nsenter --net=/proc/$asker/ns/net sh -euc '
  ip address add 10.1.0.2/24 dev asker
  ip address add 10.2.0.2/20 dev asker
  ip link set asker up
  ip route add 255.255.255.255 dev asker'
"$@" >/t/log 2>&1 &
server=$!
# shellcheck disable=SC2086
nsenter --net=/proc/$asker/ns/net "$java" /t/DhcpQuestions.java 10.1.0.1 "$way" $questions || cat /t/log
kill "$server" "$asker" || cat /t/log
