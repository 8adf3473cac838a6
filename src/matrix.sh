#!/bin/sh
# Boots the full product in virtual machines: every image x root mode x way to start, with every DHCP server, and prints a
# table in Markdown with the seconds from power-on to each stage. It takes long: a lab for each image and DHCP server, with
# forty nodes.
#
#   src/matrix.sh                     all of it
#   src/matrix.sh --only REGEX        combinations whose name matches, such as 'overlay' or 'bios-pxelinux kea'
#   src/matrix.sh --at-once N         nodes that run at the same time; 4 by default, 1 GB of memory each
#   src/matrix.sh --reboot            reboots each node, and checks what outlives that
#   src/matrix.sh --continue          leaves out what was well in runs before this one, and prints that, too
#   src/matrix.sh --list              prints the names of the combinations
#
# What can be combined stands in the lists below.
# Logs and reports stay in target/matrix.
set -eu
src=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
base=$(dirname "$src")
# shellcheck source=src/prerequisites.sh
. "$src/prerequisites.sh"

# Name, suite, packages beside those of the ways to start.
images='
bookworm   bookworm   linux-image-cloud-amd64,openssh-server
'
roots='full shared overlay ram'
# Name, boot: of the group, value for -Ddiskless.boot.start (- for what needs none), packages.
ways='
bios-pxelinux   pxelinux   -             pxelinux,syslinux-common
bios-ipxe       ipxe       bios          ipxe
uefi-grub       grub       uefi          grub-efi-amd64-signed,shim-signed
uefi-ipxe       ipxe       uefi          ipxe
secure-boot     grub       secure-boot   grub-efi-amd64-signed,shim-signed
bios-usb        pxelinux   bios-usb      pxelinux,syslinux-common,isolinux,ipxe,grub-efi-amd64-signed,shim-signed
bios-cd         ipxe       bios-cd       isolinux,ipxe,grub-efi-amd64-signed,shim-signed
uefi-usb        ipxe       uefi-usb      isolinux,ipxe,grub-efi-amd64-signed,shim-signed
uefi-cd         grub       uefi-cd       isolinux,ipxe,grub-efi-amd64-signed,shim-signed
secure-boot-cd  grub       secure-boot-cd   isolinux,ipxe,grub-efi-amd64-signed,shim-signed
'
# Name, dhcp:, proxyDhcp:.
servers='
isc            isc       false
kea            kea       false
dnsmasq        dnsmasq   false
dnsmasq-proxy  dnsmasq   true
'

only=. at_once=4 reboot=false list=no continue=no
while [ $# -gt 0 ]; do
  case $1 in
    --only) only=${2:?--only needs a regular expression}; shift ;;
    --at-once) at_once=${2:?--at-once needs a number}; shift ;;
    --reboot) reboot=true ;;
    --continue) continue=yes ;;
    --list) list=yes ;;
    *) sed -n '2,15s/^# \{0,1\}//p' "$0"; exit 2 ;;
  esac
  shift
done

work=$base/target/matrix
[ "$list" = yes ] || [ "$continue" = yes ] || rm -rf "$work"
mkdir -p "$work"
# A line for each combination that was tried: its cells, as they stand in the table.
rows=$work/rows
touch "$rows"

# The suite as it is now goes into a repository of its own, before the user's.
run_maven() {
  "$base/mvnw" -B -ntp "-Dmaven.repo.local=$work/repository" "-Dmaven.repo.local.tail=$HOME/.m2/repository" "$@" </dev/null
}

# lines LIST: the list's lines, without the empty ones.
lines() { printf '%s\n' "$1" | sed '/^ *$/d'; }

# project FOLDER IMAGE SERVER COMBINATIONS: a project with a group and a node for each line "name root way".
project() {
  write_pom "$1" matrix 1.0
  {
    lines "$images" | while read -r name suite packages; do
      [ "$name" = "$2" ] || continue
      lines "$servers" | while read -r server dhcp proxy; do
        [ "$server" = "$3" ] || continue
        echo 'cluster: matrix'
        echo "master: { name: master, address: 192.168.45.1, interface: eth0, dhcp: $dhcp, proxyDhcp: $proxy }"
      done
      echo 'networks: [{ subnet: 192.168.45.0/24, gateway: 192.168.45.1 }]'
      all=$packages
      for more in $(lines "$4" | while read -r _ _ way; do
        lines "$ways" | awk -v way="$way" '$1 == way { print $4 }'
      done | tr , '\n' | sort -u); do
        all=$all,$more
      done
      echo "images: { $name: { debian: { suite: $suite, packages: [$all] } } }"
      echo 'groups:'
      lines "$4" | while read -r node root way; do
        boot=$(lines "$ways" | awk -v way="$way" '$1 == way { print $2 }')
        echo "  $node-group:"
        echo "    { image: $name, root: $root, boot: $boot, kernelArgs: [console=ttyS0, mitigations=off, norandmaps], mounts: [{ path: /home, access: rw }, { path: /opt, access: ro }] }"
      done
      echo 'nodes:'
      number=10
      lines "$4" | while read -r node root way; do
        number=$((number + 1))
        echo "  - { name: $node, mac: \"52:54:00:00:00:$(printf %02x "$number")\", address: 192.168.45.$number, group: $node-group }"
      done
    done
  } >"$1/src/main/cluster/cluster.yaml"
}

if [ "$list" = no ]; then
  need_to_build
  need_to_boot
  install_missing
  # shellcheck source=src/cluster-project.sh
  . "$base/src/cluster-project.sh"
  echo "building the suite, $version" >&2
  run_maven -q -f "$base/pom.xml" -Dmaven.test.skip=true -Dinvoker.skip -Darchetype.test.skip install >"$work/build.log" 2>&1 || {
    cat "$work/build.log" >&2
    exit 1
  }
fi

# combinations IMAGE SERVER: lines "node root way" of those that are asked for.
combinations() {
  number=10
  for root in $roots; do
    for way in $(lines "$ways" | awk '{ print $1 }'); do
      number=$((number + 1))
      echo "$1 $root $way $2" | grep -Eq -e "$only" || continue
      [ "$list" = yes ] || ! grep -Fq "| $1 | $root | $way | $2 | ok |" "$rows" || continue
      echo "n$number $root $way"
    done
  done
}

failed=0
for image in $(lines "$images" | awk '{ print $1 }'); do
  for server in $(lines "$servers" | awk '{ print $1 }'); do
    all=$(combinations "$image" "$server")
    [ -n "$all" ] || continue
    if [ "$list" = yes ]; then
      lines "$all" | while read -r node root way; do echo "$image $root $way $server"; done
      continue
    fi
    folder=$work/$image-$server
    project "$folder" "$image" "$server" "$all"
    echo "packaging $image with $server" >&2
    if ! (cd "$folder" && run_maven package) >"$folder/package.log" 2>&1; then
      grep '^\[ERROR\] src' "$folder/package.log" >&2 || tail -n 20 "$folder/package.log" >&2
      lines "$all" | while read -r node root way; do
        echo "| $image | $root | $way | $server | not packaged | | | | | | |"
      done >>"$rows"
      failed=1
      continue
    fi
    turn=0
    while [ -e "$folder/lab-$turn" ]; do turn=$((turn + 1)); done
    names=$(lines "$all" | awk '{ printf "%s%s", n++ ? "," : "", $1 }')
    starts=$(lines "$all" | while read -r node root way; do
      lines "$ways" | awk -v way="$way" -v node="$node" '$1 == way && $3 != "-" { print node "=" $3 }'
    done | tr '\n' ',' | sed 's/,$//')
    echo "booting $image with $server: $(lines "$all" | awk '{ printf "%s%s %s", n++ ? ", " : "", $2, $3 }')" >&2
    (cd "$folder" && run_maven diskless:boot -Ddiskless.boot "-Ddiskless.boot.nodes=$names" "-Ddiskless.boot.reboot=$reboot" \
      "-Ddiskless.boot.atOnce=$at_once" ${starts:+"-Ddiskless.boot.start=$starts"}) >"$folder/boot-$turn.log" 2>&1 || failed=1
    mkdir -p "$folder/lab-$turn"
    mv "$folder/target/diskless/lab"/* "$folder/lab-$turn/" 2>/dev/null || :
    lines "$all" | while read -r node root way; do
      stages=$(awk -F '\t' -v node="$node" '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i }
        NR > 1 && $1 == node {
          printf "| %s |", $at["result"]
          n = split("offer loader kernel root init up", stage, " ")
          for (i = 1; i <= n; i++) printf " %s |", $at[stage[i]]
        }' "$folder/lab-$turn/stages.tsv" 2>/dev/null || :)
      echo "| $image | $root | $way | $server ${stages:-| no lab, see $image-$server/boot-$turn.log | | | | | | |}"
    done >>"$rows"
  done
done
[ "$list" = no ] || exit 0
# The last of each combination, in the order of the lists.
echo
echo '| image | root | start | DHCP | | offer | loader | kernel | root | init | login |'
echo '|---|---|---|---|---|---|---|---|---|---|---|'
only=.
list=yes
for image in $(lines "$images" | awk '{ print $1 }'); do
  for server in $(lines "$servers" | awk '{ print $1 }'); do
    lines "$(combinations "$image" "$server")" | while read -r _ root way; do
      grep -F "| $image | $root | $way | $server |" "$rows" | tail -n 1
    done
  done
done | tee "$work/table"
# For each DHCP server on its own: with another selection each may have had other ways to start.
echo
echo '| root | DHCP | nodes | mean seconds from power-on to login | of them after the kernel had started |'
echo '|---|---|---|---|---|'
for server in $(lines "$servers" | awk '{ print $1 }'); do
  for root in $roots; do
    awk -F ' [|] ' -v root="$root" -v server="$server" '
      $2 == root && $4 == server && $5 == "ok" { sub(/ [|]$/, "", $11); n++; all += $11; kernel += $11 - $8 }
      END { if (n) printf "| %s | %s | %d | %.0f | %.0f |\n", root, server, n, all / n, kernel / n }' "$work/table"
  done
done
exit "$failed"
