# Does the node run that release, all of it? Before this stands:
#   wanted   its version
#   path     SERVER:PATH of the release
. /etc/diskless-release
echo "release $VERSION, Linux $(uname -r)"
[ "$VERSION" = "$wanted" ] || { echo "not $wanted"; exit 1; }
grep -qF "$path/" /proc/cmdline || { echo 'started with the boot entry of another release'; exit 1; }
[ -d "/lib/modules/$(uname -r)" ] || { echo 'its kernel is of another release'; exit 1; }
others=$(awk -v own="$path/" -v all="${path%/*}/" '$3 ~ /^nfs/ && index($1, all) == 1 && index($1, own) != 1 { print $1 }' /proc/mounts)
[ -z "$others" ] || { echo "mounts of another release: $others"; exit 1; }
