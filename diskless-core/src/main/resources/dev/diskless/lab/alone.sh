#!/bin/sh
# Runs on a node of a lab that needs no master, while the master answers nothing: starts programs that never ran, reads
# files that were never read, writes.
seconds=${seconds:-60}
end=$(($(date +%s) + seconds))
read=0
ran=0
find ${tree:-/usr /etc /var/lib} -xdev -type f -size -1024k 2>/dev/null | shuf >"$0.files"
while [ "$(date +%s)" -lt "$end" ]; do
    exec <"$0.files"
    while [ "$(date +%s)" -lt "$end" ] && read -r file; do
        [ -r "$file" ] || continue
        cat "$file" >/dev/null || { echo "cannot read $file"; exit 1; }
        read=$((read + 1))
        echo $read >"$0.count" || { echo 'cannot write'; exit 1; }
        [ $((read % 20)) -eq 0 ] || continue
        for program in cksum md5sum sha1sum sha224sum sha256sum sha384sum sha512sum b2sum base32 base64 nl od fold; do
            "$program" "$file" >/dev/null || { echo "$program fails"; exit 1; }
            ran=$((ran + 1))
        done
    done
done
[ "$ran" -gt 0 ] || { echo 'no program ran'; exit 1; }
echo "alone for $seconds s: read $read files, ran $ran programs"
