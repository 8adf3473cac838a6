#!/bin/sh
# Builds the suite, scaffolds a sample cluster from the archetype, packages it from real Debian packages, and says where
# the bundle is, what is in it, and what to do next.
#
#   src/sample.sh [--boot] [DIR]     the project goes to DIR/lab-cluster; without DIR to target/sample/lab-cluster
#
# With --boot it also boots the bundle in virtual machines.
set -eu
src=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
base=$(dirname "$src")
# shellcheck source=src/prerequisites.sh
. "$src/prerequisites.sh"

boot=no
case ${1:-} in
  -h | --help) sed -n '2,8s/^# \{0,1\}//p' "$0"; exit ;;
  --boot) boot=yes; shift ;;
esac

need_to_build
[ "$boot" = no ] || need_to_boot
install_missing

if [ $# -gt 0 ]; then
  mkdir -p "$1"
  parent=$(CDPATH='' cd -- "$1" && pwd)
  if [ -e "$parent/lab-cluster" ]; then
    echo "$parent/lab-cluster exists already; give another folder, or remove it" >&2
    exit 1
  fi
else
  parent=$base/target/sample
  rm -rf "$parent"
  mkdir -p "$parent"
fi
project=$parent/lab-cluster
version=$(sed -n 's:^  <version>\(.*\)</version>$:\1:p' "$base/pom.xml" | head -n 1)
archetype_plugin=$(sed -n '/<artifactId>maven-archetype-plugin</{n;s/.*>\(.*\)<.*/\1/p;}' "$base/pom.xml" | head -n 1)

started=$(now)
echo "building the suite, $version"
"$base/mvnw" -q -B -ntp -f "$base/pom.xml" -Dmaven.test.skip=true -Dinvoker.skip -Darchetype.test.skip -Dspotless.check.skip install </dev/null
built=$(now)

echo "scaffolding $project"
(
  cd "$parent"
  "$base/mvnw" -q -B -ntp "org.apache.maven.plugins:maven-archetype-plugin:$archetype_plugin:generate" \
    -DinteractiveMode=false \
    -DarchetypeGroupId=dev.diskless -DarchetypeArtifactId=cluster-archetype -DarchetypeVersion="$version" \
    -DgroupId=com.example -DartifactId=lab-cluster -Dversion=1.0.0 </dev/null
) >"$parent/scaffold.log" 2>&1 || {
  cat "$parent/scaffold.log" >&2
  exit 1
}
rm "$parent/scaffold.log"
scaffolded=$(now)

echo "packaging it: mvn package"
(cd "$project" && "$base/mvnw" -B -ntp package </dev/null) | sed -n -e '/^\[INFO\] *$/d' -e '/^\[INFO\] \([-=B]\|Scanning\|  from\|Total\|Finished\)/d' \
  -e 's/^\[INFO\] /    /p' -e '/^\[WARN/p' -e '/^\[ERR/p'
bundle=$project/target/lab-cluster-1.0.0-tftpboot.tar.zst
if [ ! -f "$bundle" ]; then
  echo "no bundle was made; see above" >&2
  exit 1
fi
packaged=$(now)

names=$(mktemp)
trap 'rm -f "$names"' EXIT
tar -tvf "$bundle" >"$names"
row() { printf '    %-22s %s\n' "$1" "$2"; }
# files FOLDER: how many entries lie below, and how large their files are.
files() {
  awk -v folder="$1/" '
    index($6, folder) == 1 { entries++; if ($1 ~ /^-/) bytes += $3 }
    END { printf bytes < 1e6 ? "%d entries, %.1f kB unpacked" : "%d entries, %.1f MB unpacked", entries, bytes / (bytes < 1e6 ? 1e3 : 1e6) }' "$names"
}
# parts FOLDER: the names of what lies directly below.
parts() {
  awk -v folder="$1/" 'index($6, folder) == 1 { split(substr($6, length(folder) + 1), p, "/"); if (p[1] != "") print p[1] }' \
    "$names" | sort -u
}

cat <<EOS

The bundle, all that a master needs to serve this cluster:
    $bundle
    $(du -h "$bundle" | cut -f 1), SHA-256 $(sha256sum "$bundle" | cut -d ' ' -f 1)

In it:
EOS
for image in $(parts images); do
  row "images/$image" "$(files "images/$image"), $(tar -xOf "$bundle" "META-INF/diskless/packages/$image" | wc -l) packages"
done
row boot "$(files boot): kernel and initramfs (links to the image), loader, configuration"
for group in $(parts groups); do
  row "groups/$group" "$(files "groups/$group")"
done
row nodes "$(parts nodes | wc -l) nodes, $(parts nodes | tr '\n' ' ' | sed 's/ $//'); $(files nodes)"
row master "$(files master): DHCP, exports, hosts"
row META-INF/diskless "the install script, the resolved model, the manifest, the packages"
if [ "$boot" = yes ]; then
  echo
  echo "booting it: mvn verify -Ddiskless.boot"
  log=$project/target/boot.log
  (cd "$project" && "$base/mvnw" -B -ntp verify -Ddiskless.boot </dev/null) >"$log" 2>&1 || {
    cat "$log" >&2
    exit 1
  }
  sed -n -e 's/^\[INFO\] \(lab: .*\)/    \1/p' -e 's/^\[INFO\] \(node.*\)/    \1/p' "$log"
fi
booted=$(now)

cat <<EOS

It took:
    building the suite     $(duration $((built - started)))
    scaffolding            $(duration $((scaffolded - built)))
    mvn package            $(duration $((packaged - scaffolded)))   (again, with nothing changed: seconds)
EOS
[ "$boot" = no ] || echo "    booting                $(duration $((booted - packaged)))"
cat <<EOS

Next:
    cd $project
    less src/main/cluster/cluster.yaml            change something; mvn validate tells mistakes
    ls target/diskless                            every rendered file, to read
    mvn verify -Ddiskless.boot                    boot it in virtual machines (needs qemu-system-x86, ipxe-qemu)
    mvn -q diskless:show -Ddiskless.node=node01   that node's tree, and the layer each part came from
    b=target/$(basename "$bundle"); zstd -dc \$b | tar -xO META-INF/diskless/verify | python3 - \$b
                                                  install it, as root on the master (--destdir DIR: anywhere)
EOS
