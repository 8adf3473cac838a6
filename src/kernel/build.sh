#!/bin/sh
# Builds a small kernel that starts diskless without an initramfs, from Debian's own kernel source.
#
#   src/kernel/build.sh [-n] OUT [FRAGMENT...]
#
# Leaves vmlinuz-VERSION and config-VERSION in OUT/boot. FRAGMENTs, such as the goal diskless:kernel writes, are laid
# over diskless.config by the kernel's own merge_config.sh. With -n it stops when the configuration is made.
# Needs a C compiler, make, flex, bison, bc, zstd and libelf; no root. Same source and configuration, same kernel.
#
#   DISKLESS_KERNEL_SOURCE   package with the source, default linux-source-6.1
#   DISKLESS_KERNEL_WORK     where it is unpacked and built (1.5 GB), default ~/.cache/diskless/kernel
set -eu
here=$(cd "$(dirname "$0")" && pwd)

dry=
if [ "${1-}" = -n ]; then
  dry=yes
  shift
fi
if [ $# -lt 1 ]; then
  echo "usage: $0 [-n] OUT [FRAGMENT...]" >&2
  exit 2
fi
mkdir -p "$1/boot"
out=$(cd "$1/boot" && pwd)
shift
fragments=
for fragment in "$here/diskless.config" "$@"; do
  [ -f "$fragment" ] || { echo "there is no fragment $fragment" >&2; exit 1; }
  # merge_config.sh takes a list; what it cannot take is refused rather than split.
  case $fragment in *[[:space:]]*) echo "a path must have no space: $fragment" >&2; exit 1 ;; esac
  fragments="$fragments $(cd "$(dirname "$fragment")" && pwd)/$(basename "$fragment")"
done

missing=
for each in cc:gcc make:make flex:flex bison:bison bc:bc zstd:zstd xz:xz-utils perl:perl dpkg-deb:dpkg; do
  command -v "${each%%:*}" >/dev/null 2>&1 || missing="$missing ${each#*:}"
done
# objtool, which the build makes for itself, reads ELF files.
[ -e /usr/include/gelf.h ] || missing="$missing libelf-dev"
if [ -n "$missing" ]; then
  echo "missing; please run: sudo apt-get install -y --no-install-recommends$missing libc6-dev" >&2
  exit 1
fi

package=${DISKLESS_KERNEL_SOURCE:-linux-source-6.1}
work=${DISKLESS_KERNEL_WORK:-$HOME/.cache/diskless/kernel}
mkdir -p "$work"
cd "$work"

# The package need not be installed: its archive is taken out of the .deb.
tarball=/usr/src/$package.tar.xz
if [ ! -e "$tarball" ]; then
  tarball=$work/$package.tar.xz
  if [ ! -e "$tarball" ]; then
    set -- "${package}"_*.deb
    [ -e "$1" ] || apt-get download -qq "$package"
    set -- "${package}"_*.deb
    dpkg-deb --fsys-tarfile "$1" | tar -xO "./usr/src/$package.tar.xz" >"$tarball.part"
    mv "$tarball.part" "$tarball"
    rm -f "$@"
  fi
fi
if [ ! -e "$package/.unpacked" ]; then
  rm -rf "$package"
  mkdir "$package"
  tar -xJf "$tarball" -C "$package" --strip-components=1
  touch "$package/.unpacked"
fi

# The same bytes from every machine and at every time.
export KBUILD_BUILD_TIMESTAMP='2026-01-01 00:00:00 UTC' KBUILD_BUILD_USER=diskless KBUILD_BUILD_HOST=diskless
export LC_ALL=C TZ=UTC ARCH=x86_64

cd "$package"
mkdir -p "$work/build"
# -n: what no fragment names is off (allnoconfig). Its list of what did not come true is what is checked here.
# shellcheck disable=SC2086
scripts/kconfig/merge_config.sh -n -O "$work/build" $fragments >"$work/merge.log" 2>&1 || { cat "$work/merge.log" >&2; exit 1; }
cd "$work/build"
if grep -q '^Value requested for .* not in final' "$work/merge.log"; then
  echo "the kernel's configuration does not take all that was asked for:" >&2
  grep -A 3 '^Value requested' "$work/merge.log" >&2
  exit 1
fi
[ -z "$dry" ] || { cp .config "$out/config"; exit 0; }

# What was built before from the same source and configuration is not built again.
kernel=$work/kernels/$({ cat .config; head -n 6 "$work/$package/Makefile"; cc --version; } | sha256sum | cut -c 1-32)
if [ ! -e "$kernel" ]; then
  make -s -C "$work/$package" O="$work/build" -j"$(nproc)" bzImage
  version=$(make -s kernelrelease)
  rm -rf "$kernel.part"
  mkdir -p "$kernel.part"
  cp arch/x86/boot/bzImage "$kernel.part/vmlinuz-$version"
  cp .config "$kernel.part/config-$version"
  mv "$kernel.part" "$kernel"
fi
version=$(make -s kernelrelease)
cp "$kernel/vmlinuz-$version" "$kernel/config-$version" "$out"
ls -l "$out/vmlinuz-$version" "$out/config-$version"
