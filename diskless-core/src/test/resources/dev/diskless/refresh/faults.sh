#!/bin/sh
# faults.sh FOLDER: runs FOLDER/refresh.sh with FOLDER/archive in FOLDER/root, once for each program that the script
# starts. That program fails, or the script is killed before or after it. Afterwards the node must have all old files or
# all new files. Needs root, and runs in a mount namespace of its own. Prints the number of steps.
set -eu
folder=$1
root=$folder/root
cp -a "$root" "$folder/before"
mkdir "$folder/bin"
for program in tar mkdir cp mv rm rmdir chmod chown sync sort; do
  cat >"$folder/bin/$program" <<'END'
#!/bin/sh
read -r count </faults/count
count=$((count + 1))
echo "$count" >/faults/count
read -r at fault </faults/fault
program=/usr/bin/${0##*/}
[ "$count" = "$at" ] || exec "$program" "$@"
case $fault in
  kill-before) kill -9 "$PPID" ;;
  kill-after) "$program" "$@"; kill -9 "$PPID" ;;
esac
exit 1
END
  chmod 755 "$folder/bin/$program"
done

reset() {
  for mounted in usr proc dev run faults; do
    ! mountpoint -q "$root/$mounted" || umount -l "$root/$mounted"
  done
  rm -rf "$root"
  cp -a "$folder/before" "$root"
  mkdir -p "$root/usr" "$root/proc" "$root/dev" "$root/run" "$root/faults"
  ln -s usr/bin "$root/bin"
  ln -s usr/lib "$root/lib"
  ln -s usr/lib64 "$root/lib64"
  mount --rbind /usr "$root/usr"
  mount --rbind /proc "$root/proc"
  mount --rbind /dev "$root/dev"
  mount -t tmpfs run "$root/run"
  mount --bind "$folder/bin" "$root/faults"
}

# attempt STEP FAULT ARCHIVE: sets code.
attempt() {
  echo "$1 $2" >"$folder/bin/fault"
  echo 0 >"$folder/bin/count"
  code=0
  # shellcheck disable=SC2016
  chroot "$root" /bin/sh -c 'PATH=/faults:$PATH; export PATH; eval "$1"' sh "$(cat "$folder/refresh.sh")" \
    <"$3" >"$folder/output" 2>&1 || code=$?
}

# what the node sees
files() {
  (cd "$root/etc" && find . -printf '%P %y %m %U:%G %l\n' | sort && find . -type f | sort | xargs -d '\n' sha256sum)
}

wrong() {
  echo "step $step, $fault: $*"
  cat "$folder/output"
  diff "$folder/old" "$folder/now" || :
  diff "$folder/new" "$folder/now" || :
  exit 1
}

reset
files >"$folder/old"
attempt 0 none "$folder/archive"
files >"$folder/new"
[ "$code" = 0 ] || { cat "$folder/output"; exit 1; }
read -r steps <"$folder/bin/count"
! cmp -s "$folder/old" "$folder/new" || { echo "the refresh changes nothing"; exit 1; }

for fault in fail kill-before kill-after; do
  step=0
  while [ "$step" -lt "$steps" ]; do
    step=$((step + 1))
    reset
    attempt "$step" "$fault" "$folder/archive"
    first=$code
    # Only what the next run does before it receives its files.
    attempt 0 none /dev/null
    files >"$folder/now"
    if cmp -s "$folder/now" "$folder/old"; then
      [ "$first" != 0 ] || wrong "success, but the node has the old files"
    elif cmp -s "$folder/now" "$folder/new"; then
      [ "$fault" != fail ] || [ "$first" = 0 ] || [ "$first" = 10 ] || wrong "failure, but the node has the new files"
    else
      wrong "the node has neither all old nor all new files"
    fi
    attempt 0 none "$folder/archive"
    files >"$folder/now"
    cmp -s "$folder/now" "$folder/new" || wrong "the next refresh does not complete"
  done
done
echo "$steps steps"
