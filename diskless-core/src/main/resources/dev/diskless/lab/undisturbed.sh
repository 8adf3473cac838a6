# After the master went over to another release: everything of this node's own is still there. Nothing that was read before
# helps, for the cache is emptied.
sync
echo 3 >/proc/sys/vm/drop_caches
find /usr/bin /usr/sbin /etc -xdev -type f -exec cat {} + >/dev/null || exit 1
read=$(find /usr/bin /usr/sbin /etc -xdev -type f | wc -l)
echo "read $read files"
for folder in /etc /var/tmp /root; do
    { echo written >"$folder/.undisturbed" && rm "$folder/.undisturbed"; } || { echo "$folder takes no files"; exit 1; }
done
failed=$(systemctl list-units --failed --no-legend --plain | awk '{ print $1 }')
[ -z "$failed" ] || { echo "failed: $failed"; exit 1; }
if dmesg | grep -i 'stale file handle'; then exit 1; fi
[ "$read" -gt 100 ]
