# shellcheck shell=sh
# Runs on a node as root. Standard input is an archive with the files "plan" and "files/NUMBER". Writes the files of the
# plan into the node's own root file system: either all of them, or none.
#
# Each file is copied beside its target and checked. Then the marker "commit" is written, and the copies are renamed. The
# next run completes a run that was killed after the marker, and undoes a run that was killed before it.
#
# Lines of the plan have fields that are separated by tabs. A state is "f" or "l" with the SHA-256 of a file's content or
# of a link's target, "d" for a directory, or "-" if the path does not exist.
#   expect  BOOTED REFRESHED          releases that the node must have; "-" for none
#   record  RELEASE                   release to record; "-" to remove the record
#   mkdir   MODE OWNER PATH
#   put     NUMBER BEFORE AFTER PATH  file or link
#   remove  NUMBER BEFORE PATH        file or link
#   mode    MODE OWNER OLDMODE OLDOWNER PATH   existing directory
#   rmdir   PATH                      directory, unless other files are in it
#   action  VERB WORDS                see act
#
# Exit status: 0 done; 10 done, but an action failed; 11 the node changed a file itself; 12 the node does other work or
# has another release; 13 nothing was changed.
set -u
umask 077
LC_ALL=C
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin
export LC_ALL PATH
work=/etc/.diskless-refresh
record=/etc/diskless-refreshed
tab=$(printf '\t')

fail() {
  code=$1
  shift
  echo "$*"
  exit "$code"
}

# Removes the work folder at once: a part of it would be taken for other work.
clear_work() {
  [ ! -d "$work" ] || mv -fT "$work" "$work.old" && rm -rf "$work.old"
}

# Ends before anything outside of the work folder has changed.
refuse() {
  clear_work
  fail "$@"
}

# state PATH: as in the plan.
state() {
  if [ -L "$1" ]; then
    printf 'l'
    readlink "$1" | sha256sum | cut -c1-64
  elif [ -f "$1" ]; then
    printf 'f'
    sha256sum <"$1" | cut -c1-64
  elif [ -d "$1" ]; then
    echo d
  elif [ -e "$1" ]; then
    echo other
  else
    echo -
  fi
}

# beside NUMBER SUFFIX PATH: name of a temporary file in the folder of a path.
beside() {
  printf '%s/.diskless-refresh.%s.%s' "${3%/*}" "$1" "$2"
}

# each OPERATION COMMAND: calls a command with the remaining fields of each such line. Stops at a failure.
each() {
  while IFS=$tab read -r operation a b c d e <&3; do
    [ "$operation" != "$1" ] || "$2" "$a" "${b-}" "${c-}" "${d-}" "${e-}" || return 1
  done 3<"$work/plan"
}

remove_copies_of_put() {
  rm -f "$(beside "$1" new "$4")" "$(beside "$1" old "$4")"
}

remove_copies_of_remove() {
  rm -f "$(beside "$1" old "$3")"
}

remove_copies() {
  each put remove_copies_of_put && each remove remove_copies_of_remove
}

# Ends the work on the plan; the node has its old files.
abandon() {
  remove_copies || fail 13 "cannot remove the new files. The next refresh of the node tries again"
  if [ -e "$work/made" ]; then
    sort -r "$work/made" | while IFS= read -r made; do rmdir "$made" 2>/dev/null; done
  fi
  clear_work
}

restore_mode() {
  if [ -d "$5" ]; then chmod "$3" "$5" && chown "$4" "$5"; fi
}

restore_put() {
  copy=$(beside "$1" old "$4")
  if [ -e "$copy" ] || [ -L "$copy" ]; then
    mv -fT "$copy" "$4"
  elif [ "$2" = - ] && [ "$(state "$4")" = "$3" ]; then
    rm -f "$4"
  fi
}

restore_remove() {
  copy=$(beside "$1" old "$3")
  if [ -e "$copy" ] || [ -L "$copy" ]; then mv -fT "$copy" "$3"; fi
}

restore() {
  if ! { each put restore_put && each remove restore_remove && each mode restore_mode; }; then
    fail 13 "cannot restore all old files. The next refresh of the node tries again"
  fi
  abandon
}

commit_put() {
  copy=$(beside "$1" new "$4")
  # A run that was killed may have renamed the copy.
  if [ -e "$copy" ] || [ -L "$copy" ]; then mv -fT "$copy" "$4"; fi
}

commit_remove() {
  rm -f "$3"
}

commit_mode() {
  chmod "$1" "$5" && chown "$2" "$5"
}

remove_folder() {
  # Files of others keep the folder.
  [ ! -d "$1" ] || rmdir "$1" 2>/dev/null || [ -n "$(ls -A "$1")" ]
}

commit_record() {
  if [ "$1" = - ]; then
    rm -f "$record"
  else
    printf 'REFRESHED=%s\n' "$1" >"$work/record" && chmod 0644 "$work/record" && mv -fT "$work/record" "$record"
  fi
}

commit() {
  if each put commit_put && each remove commit_remove && each mode commit_mode &&
    each record commit_record; then
    mv "$work/commit" "$work/committed"
  else
    mv "$work/commit" "$work/undo" && restore
    fail 13 "cannot rename a file; the old files were restored"
  fi
}

has_systemd() {
  [ -d /run/systemd/system ] && command -v systemctl >/dev/null
}

# act VERB WORDS: the unit of "reload" and "restart" is the first active one of the words.
act() {
  verb=$1
  words=$2
  case $verb in
    run)
      # shellcheck disable=SC2086
      set -- $words
      command -v "$1" >/dev/null || return 0
      "$@" >/dev/null || failed="$failed; $words"
      ;;
    daemon-reload)
      has_systemd || return 0
      systemctl daemon-reload || failed="$failed; $verb"
      ;;
    start)
      has_systemd || return 0
      systemctl start "$words" || failed="$failed; start $words"
      ;;
    reload | restart)
      has_systemd || return 0
      for unit in $words; do
        if systemctl is-active -q "$unit"; then
          systemctl "$verb" "$unit" || failed="$failed; $verb $unit"
          break
        fi
      done
      ;;
  esac
}

finish() {
  if ! { remove_copies && each rmdir remove_folder; }; then
    fail 10 "cannot remove the old files. The next refresh of the node tries again"
  fi
  failed=
  each action act
  clear_work
}

recover() {
  rm -rf "$work.old"
  if [ -e "$work/undo" ]; then
    restore
  elif [ -e "$work/commit" ]; then
    commit
    finish
  elif [ -e "$work/committed" ]; then
    finish
  elif [ -e "$work/plan" ]; then
    abandon
  else
    clear_work
  fi
}

check_release() {
  booted=$(sed -n 's/^VERSION=//p' /etc/diskless-release | tr -d "'\"")
  refreshed=$(sed -n 's/^REFRESHED=//p' "$record" 2>/dev/null)
  if [ "$booted" != "$1" ] || [ "${refreshed:--}" != "$2" ]; then
    refuse 12 "the node runs release ${booted:-unknown}, refreshed to ${refreshed:--}. Run the goal again"
  fi
}

check_before() {
  now=$(state "$3")
  [ "$now" = "$1" ] || [ "$now" = "$2" ] || conflicts="$conflicts $3"
}

check_put() {
  check_before "$2" "$3" "$4"
}

check_remove() {
  check_before "$2" - "$3"
}

make_folder() {
  [ ! -d "$3" ] || return 0
  printf '%s\n' "$3" >>"$work/made" && mkdir "$3" && chmod "$1" "$3" && chown "$2" "$3"
}

keep_old() {
  # A path that another program has made a directory stays.
  [ ! -d "$2" ] || [ -L "$2" ] || return 1
  if [ -e "$2" ] || [ -L "$2" ]; then cp -a "$2" "$1"; fi
}

stage_put() {
  copy=$(beside "$1" new "$4")
  cp -a "$work/files/$1" "$copy" && [ "$(state "$copy")" = "$3" ] && keep_old "$(beside "$1" old "$4")" "$4"
}

stage_remove() {
  keep_old "$(beside "$1" old "$3")" "$3"
}

refresh() {
  mkdir "$work" || fail 13 "cannot create $work"
  tar -xpf - --numeric-owner -C "$work" || refuse 13 "cannot store the new files in $work"
  each expect check_release
  conflicts=
  each put check_put
  each remove check_remove
  if [ -n "$conflicts" ] && [ ! -e "$work/overwrite" ]; then
    refuse 11 "changed on the node:$conflicts"
  fi
  if ! { each mkdir make_folder && each put stage_put && each remove stage_remove; }; then
    abandon
    fail 13 "cannot copy the new files into their folders"
  fi
  sync
  : >"$work/commit"
  commit
  finish
  [ -z "$failed" ] || fail 10 "failed: ${failed#; }"
}

exec 9>/run/diskless-refresh.lock || exit 13
flock -n 9 || fail 12 "another refresh of this node is running"
recover
refresh
