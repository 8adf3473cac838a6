# shellcheck shell=sh disable=SC2154,SC2034
# Read by the scripts that measure or boot clusters of their own: projects for them, and images. Expects $base.

# The suite's version, and the pinned Maven.
version=$(sed -n 's:^  <version>\(.*\)</version>$:\1:p' "$base/pom.xml" | head -n 1)
maven=$("$base/mvnw" --home)/bin/mvn

# write_pom FOLDER ARTIFACT VERSION: the pom.xml of a cluster, the folder for its descriptor, and how a scaffolded project has
# Java run Maven.
write_pom() {
  mkdir -p "$1/src/main/cluster" "$1/.mvn"
  cp "$base/cluster-archetype/src/main/resources/archetype-resources/.mvn/jvm.config" "$1/.mvn/"
  cat >"$1/pom.xml" <<POM
<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>bench</groupId>
  <artifactId>$2</artifactId>
  <version>$3</version>
  <packaging>diskless-cluster</packaging>
  <properties>
    <project.build.outputTimestamp>2026-01-01T00:00:00Z</project.build.outputTimestamp>
  </properties>
  <build>
    <plugins>
      <plugin>
        <groupId>dev.diskless</groupId>
        <artifactId>diskless-maven-plugin</artifactId>
        <version>$version</version>
        <extensions>true</extensions>
      </plugin>
    </plugins>
  </build>
</project>
POM
}

# install_suite: builds the suite of this checkout and installs it where Maven looks for it, unless no source file has changed since.
install_suite() {
  mkdir -p "$base/target/bench"
  if [ -e "$base/target/bench/installed" ] && [ -z "$(find "$base"/pom.xml "$base"/*/pom.xml "$base"/*/src/main \
    -newer "$base/target/bench/installed" -print -quit)" ]; then
    return
  fi
  echo "building and installing the suite, $version"
  "$base/mvnw" -q -B -ntp -f "$base/pom.xml" -Dmaven.test.skip=true -Dinvoker.skip -Darchetype.test.skip install </dev/null
  touch "$base/target/bench/installed"
}

# make_tree: leaves in $tree, unless it has one, a Debian of about 400 MB with a kernel and the loaders that nodes fetch, made once
# by mmdebstrap. If $small is yes, a stand-in of 5 MB is made instead, which can be packaged and installed but not booted.
make_tree() {
  [ -z "$tree" ] || return 0
  if [ "${small:-no}" = yes ]; then
    make_small_tree
    return
  fi
  tree=$base/target/bench/debian
  [ ! -d "$tree" ] || return 0
  echo "making a Debian in $tree"
  rm -rf "$tree.partial"
  mmdebstrap --quiet --variant=apt \
    --include=systemd-sysv,udev,kmod,iproute2,ifupdown,openssh-server,nfs-common,busybox,zstd,initramfs-tools,linux-image-cloud-amd64 \
    --include=pxelinux,syslinux-common,shim-signed,grub-efi-amd64-signed \
    bookworm "$tree.partial" >/dev/null
  mv "$tree.partial" "$tree"
}

make_small_tree() {
  tree=$base/target/bench/small
  [ ! -d "$tree" ] || return 0
  rm -rf "$tree.partial"
  (
    mkdir -p "$tree.partial"
    cd "$tree.partial" || exit
    mkdir -p boot dev etc/ssh home mnt opt proc root run srv sys tmp usr/bin usr/sbin usr/share/bench var/lib/dpkg var/log var/tmp
    mkdir -p usr/lib/PXELINUX usr/lib/syslinux/modules/bios usr/lib/modules/6.1.0-bench
    for folder in bin sbin lib; do ln -s "usr/$folder" "$folder"; done
    chmod 1777 tmp var/tmp
    for file in boot/vmlinuz-6.1.0-bench boot/initrd.img-6.1.0-bench usr/sbin/sshd usr/lib/PXELINUX/pxelinux.0 usr/lib/syslinux/modules/bios/ldlinux.c32; do
      echo 'a stand-in' >"$file"
    done
    : >usr/lib/modules/6.1.0-bench/modules.dep
    : >var/lib/dpkg/status
    echo 'ID=debian' >etc/os-release
    echo 'root:x:0:0:root:/root:/bin/sh' >etc/passwd
    echo 'root:x:0:' >etc/group
    echo 'Include /etc/ssh/sshd_config.d/*.conf' >etc/ssh/sshd_config
    echo 'key = value' >etc/bench.conf
    # Files of 8 kB.
    seq 1 800000 | split -b 8192 -a 3 - usr/share/bench/file.
  )
  overlay_initramfs "$tree.partial"
  mv "$tree.partial" "$tree"
}

# overlay_initramfs IMAGE: replaces the image's initramfs by names alone: all that is looked for in one of a node with root mode
# overlay. It is for images that are packaged and installed, and never booted.
overlay_initramfs() {
  for initramfs in "$1"/boot/initrd.img-*; do
    modules=usr/lib/modules/${initramfs##*/initrd.img-}/kernel/fs
    for name in bin/nfsmount scripts/nfs-bottom/diskless conf/diskless/overlay "$modules/nfs/nfs.ko" "$modules/nfs/nfsv3.ko" \
      "$modules/overlayfs/overlay.ko" 'TRAILER!!!'; do
      # An entry of cpio(5)'s "new ASCII format", without content.
      printf '070701%08X%08X%072d%08X%08d%s\0' 1 33261 0 $((${#name} + 1)) 0 "$name"
      head -c $((3 - (110 + ${#name}) % 4)) /dev/zero
    done >"$initramfs"
  done
}

# file_bytes FOLDER: bytes of all its files.
file_bytes() { find "$1" -type f -printf '%s\n' | awk '{ n += $1 } END { printf "%d", n }'; }
