# shellcheck shell=sh disable=SC2016
# Read by the other scripts of this folder: what they need beyond a JDK and Maven, and how to get it.
# Installs with apt-get as root or with a sudo that asks nothing; else names the one command to run.

PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
packages=

# need PROGRAM PACKAGE: notes the package where the program is missing.
need() {
  command -v "$1" >/dev/null 2>&1 || case " $packages " in
    *" $2 "*) ;;
    *) packages="$packages $2" ;;
  esac
}

# What every use of the suite needs.
need_to_build() {
  javac=${JAVA_HOME:+$JAVA_HOME/bin/}javac
  release=$("$javac" -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p') || :
  [ "${release:-0}" -ge 17 ] || packages="$packages default-jdk-headless"
  need mvn maven
  need mmdebstrap mmdebstrap
  need tar tar
  need zstd zstd
  [ "$(id -u)" = 0 ] || need newuidmap uidmap
}

# What the tests hold our results against.
need_to_test() {
  need dhcpd isc-dhcp-server
  need kea-dhcp4 kea-dhcp4-server
  need dnsmasq dnsmasq-base
  need sshd openssh-server
  need nginx nginx-light
  need grub-script-check grub-common
  need exportfs nfs-kernel-server
  need findmnt util-linux
  need xinetd xinetd
  need ifquery ifupdown
  need netplan netplan.io
  need nmcli network-manager
  need rsyslogd rsyslog
  need logrotate logrotate
  need promtool prometheus
  need prometheus-node-exporter prometheus-node-exporter
  need curl curl
  need chromium chromium
  need chromedriver chromium-driver
  need nodeset clustershell
  need ganesha.nfsd nfs-ganesha
  [ -e /usr/lib/ganesha/libfsalvfs.so ] || [ -e "/usr/lib/$(uname -m)-linux-gnu/ganesha/libfsalvfs.so" ] || packages="$packages nfs-ganesha-vfs"
  need rpcbind rpcbind
  need kea-dhcp6 kea-dhcp6-server
  need radvd radvd
  need ansible-inventory ansible-core
  need file file
  need mksquashfs squashfs-tools
  need xz xz-utils
  need lz4 lz4
  need lzop lzop
  need bzip2 bzip2
  need setfattr attr
  need setcap libcap2-bin
  need ssh-keygen openssh-client
  need python3 python3
  need mypy mypy
  need pyflakes3 pyflakes3
  need_to_boot
  need newuidmap uidmap
  need xorriso xorriso
  need mformat mtools
  [ -e /usr/lib/ISOLINUX/isohdpfx.bin ] || packages="$packages isolinux"
  [ -e /usr/lib/syslinux/modules/bios/ldlinux.c32 ] || packages="$packages syslinux-common"
  [ -e /usr/lib/ipxe/ipxe.lkrn ] || packages="$packages ipxe"
  [ -e /usr/lib/shim/shimx64.efi.signed ] || packages="$packages shim-signed"
  [ -e /usr/lib/grub/x86_64-efi-signed/grubnetx64.efi.signed ] || packages="$packages grub-efi-amd64-signed"
  [ -e /usr/share/OVMF/OVMF_CODE_4M.fd ] || packages="$packages ovmf"
  need depmod kmod
  # The kernel's own scripts are compiled before they run.
  need cc gcc
  [ -e /usr/include/stdio.h ] || packages="$packages libc6-dev"
  need make make
  need flex flex
  need bison bison
}

# What booting a bundle in virtual machines needs.
need_to_boot() {
  need qemu-system-x86_64 qemu-system-x86
  [ -e /usr/lib/ipxe/qemu/pxe-virtio.rom ] || [ -e /usr/share/qemu/pxe-virtio.rom ] || packages="$packages ipxe-qemu"
  # The firmware of virtual machines. Loaders come from the images: nothing here touches what this machine starts from.
  [ -e /usr/share/OVMF/OVMF_CODE_4M.ms.fd ] || packages="$packages ovmf"
}

# What of kernels the tests read. Without a network these are skipped, and say so.
fetch_test_kernel() {
  fetch_test_kernel_package
  fetch_test_kernel_source
}

# A kernel of Debian with its configuration and modules, unpacked and never installed.
fetch_test_kernel_package() {
  kernel=$HOME/.cache/diskless/test-kernel
  [ ! -e "$kernel/boot" ] || return 0
  image=$(apt-cache depends linux-image-cloud-amd64 2>/dev/null | sed -n 's/^ *Depends: \(linux-image-.*\)/\1/p;') || :
  if [ -z "$image" ]; then
    echo "there is no package linux-image-cloud-amd64 here: the tests that read a kernel of Debian are skipped"
    return 0
  fi
  echo "fetching $image for the tests that read a kernel"
  rm -rf "$kernel" "$kernel.part"
  mkdir -p "$kernel.part"
  # No script of the package runs, so the list of modules is made here.
  if (cd "$kernel.part" && apt-get download -qq "$image" </dev/null >/dev/null 2>&1) &&
    dpkg-deb -x "$kernel.part"/*.deb "$kernel.part" &&
    rm "$kernel.part"/*.deb &&
    depmod -b "$kernel.part" "${image#linux-image-}"; then
    mv "$kernel.part" "$kernel"
  else
    rm -rf "$kernel.part"
    echo "it cannot be had: the tests that read a kernel of Debian are skipped"
  fi
}

# Of the kernel's source what merge_config.sh reads, for the test that gives it a fragment of ours: 139 MB are fetched, 22 MB kept.
fetch_test_kernel_source() {
  source=$HOME/.cache/diskless/test-kernel-source
  [ ! -e "$source/linux-source-6.1" ] || return 0
  echo "fetching linux-source-6.1 for the test that gives its scripts a fragment"
  rm -rf "$source" "$source.part"
  mkdir -p "$source.part"
  if (cd "$source.part" && apt-get download -qq linux-source-6.1 </dev/null >/dev/null 2>&1) &&
    dpkg-deb --fsys-tarfile "$source.part"/*.deb | tar -xO ./usr/src/linux-source-6.1.tar.xz |
      tar -C "$source.part" -xJ --wildcards '*/Kconfig*' 'linux-source-6.1/scripts/*' 'linux-source-6.1/Makefile' 'linux-source-6.1/arch/x86/Makefile*' &&
    rm "$source.part"/*.deb; then
    mv "$source.part" "$source"
  else
    rm -rf "$source.part"
    echo "it cannot be had: that test is skipped"
  fi
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

can_be_root() {
  [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null
}

install_missing() {
  if [ -n "$packages" ]; then
    if ! command -v apt-get >/dev/null 2>&1; then
      echo "missing; install what gives you the same as these Debian packages:$packages" >&2
      exit 1
    fi
    if ! can_be_root; then
      echo "missing; please run: sudo apt-get install -y --no-install-recommends$packages" >&2
      exit 1
    fi
    echo "installing$packages"
    # A DHCP server that starts on a developer's machine would answer strangers: no service that
    # comes with these packages is started, now or at the next boot.
    # shellcheck disable=SC2086
    as_root sh -euc '
      policy=/usr/sbin/policy-rc.d
      [ ! -e $policy ] || mv $policy $policy.before-diskless
      trap "rm -f $policy; [ ! -e $policy.before-diskless ] || mv $policy.before-diskless $policy" EXIT
      printf "#!/bin/sh\nexit 101\n" >$policy
      chmod 755 $policy
      export DEBIAN_FRONTEND=noninteractive
      apt-get update -qq
      apt-get install -qq -y --no-install-recommends "$@" >/dev/null
      for package in "$@"; do
        case $package in
          isc-dhcp-server) update-rc.d isc-dhcp-server disable ;;
          kea-dhcp4-server) update-rc.d kea-dhcp4-server disable ;;
          kea-dhcp6-server) update-rc.d kea-dhcp6-server disable ;;
          radvd) update-rc.d radvd disable ;;
          nfs-kernel-server) update-rc.d nfs-kernel-server disable ;;
          openssh-server) update-rc.d ssh disable ;;
          nginx-light) update-rc.d nginx disable ;;
          rsyslog) update-rc.d rsyslog disable ;;
          nfs-ganesha) update-rc.d nfs-ganesha disable ;;
          network-manager) systemctl disable NetworkManager NetworkManager-dispatcher NetworkManager-wait-online ;;
        esac
      done >/dev/null 2>&1 || :
    ' sh $packages </dev/null
    packages=
  fi
  # mmdebstrap makes the owners of an image's files out of a user's subordinate ids (subuid(5)).
  if [ "$(id -u)" != 0 ] && ! grep -q "^$(id -un):" /etc/subuid 2>/dev/null; then
    set -- usermod --add-subuids 200000-265535 --add-subgids 200000-265535 "$(id -un)"
    if can_be_root; then
      as_root "$@"
    else
      echo "missing: subordinate ids for $(id -un); please run: sudo $*" >&2
      exit 1
    fi
  fi
}

# Where python3 is a script that chooses a version (pyenv), its start takes longer than most of what is done with it. From here on,
# the chosen version itself is started. To be called when everything is installed.
start_python_itself() {
  if head -c 2 "$(command -v python3)" | grep -q '#!'; then
    PATH=$(python3 -c 'import os, sys; print(os.path.dirname(sys.executable))'):$PATH
    export PATH
  fi
}

# Seconds since some fixed time.
now() { date +%s; }

# 75 becomes 1 min 15 s.
duration() {
  if [ "$1" -lt 60 ]; then echo "$1 s"; else echo "$(($1 / 60)) min $(($1 % 60)) s"; fi
}
