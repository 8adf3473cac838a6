#!/bin/sh
# Tries every fault that a release must survive, and prints a table in Markdown: the fault, at how many steps it was tried, and
# what became of it. As root, for releases have files of other owners.
#
#   src/faults.sh          at each program that changes something
#   src/faults.sh --all    at each program that the script calls at all; long
#
# The table is made of the reports of the tests named below.
set -eu
src=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
base=$(dirname "$src")
# shellcheck source=src/prerequisites.sh
. "$src/prerequisites.sh"

tests='FaultsTest PowerCutTest HostileBundleTest KeptTest ActivationTest'
faults=each
case ${1:-} in
  '') ;;
  --all) faults=all ;;
  *) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
[ "$(id -u)" = 0 ] || { echo "releases have files of other owners; run it as root" >&2; exit 1; }
need_to_build
need_to_test
install_missing

reports=$base/diskless-core/target/surefire-reports
rm -f "$reports"/TEST-dev.diskless.master.*
code=0
(cd "$base" && ./mvnw -B -ntp -q -pl diskless-core test -Dtest="$(echo "$tests" | tr ' ' ,)" -Ddiskless.faults="$faults") \
  >"$base/target/faults.log" 2>&1 </dev/null || code=$?

echo '| fault, or what is tried | steps | then |'
echo '|---|---|---|'
for class in $tests; do
  report=$reports/TEST-dev.diskless.master.$class.xml
  [ -f "$report" ] || { tail -n 40 "$base/target/faults.log" >&2; exit 1; }
  awk '
    # Names of tests are sentences.
    function words(name,  i, c, text) {
      for (i = 1; i <= length(name); i++) {
        c = substr(name, i, 1)
        text = text (c ~ /[A-Z]/ ? " " tolower(c) : c)
      }
      return text
    }
    # A test with parameters has a line for each; they are steps of one.
    /<testcase / {
      name = $0; sub(/.*<testcase name="/, "", name); sub(/[("].*/, "", name)
      if (!(name in steps)) { names[++count] = name; state[name] = "ok" }
      steps[name]++
    }
    /<failure|<error/ { state[name] = "FAILED" }
    /<skipped/ { state[name] = "not tried" }
    match($0, /steps: [0-9]+/) { steps[name] = substr($0, RSTART + 7, RLENGTH - 7) }
    END { for (i = 1; i <= count; i++) printf "| %s | %s | %s |\n", words(names[i]), steps[names[i]], state[names[i]] }' "$report"
done
exit "$code"
