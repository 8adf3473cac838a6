#!/bin/sh
# Prints what the last run of the tests did, from its reports: how many tests passed, failed and were skipped; how many
# steps the fault tests ended a program at, and how many random seeds were tried; and what took longest. Fails if a test
# failed, or if there are no reports.
#
#   src/results.sh [DIRECTORY]      of another clone
set -eu
src=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
cd "${1:-$(dirname "$src")}"

reports() {
  find . -path ./target -prune -o -name 'TEST-*.xml' \( -path '*/surefire-reports/*' -o -path '*/invoker-reports*/*' \) -print
}

# Every report has its counts in the attributes of its first testsuite element.
suites() {
  reports | while read -r report; do
    printf '%s ' "$report"
    sed -n '/<testsuite /{p;q;}' "$report"
  done
}

all=$(suites)

count() {
  printf '%s\n' "$all" | sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" | awk '{ sum += $1 } END { print sum + 0 }'
}

# Fault tests print "steps: 12".
fault_steps() {
  reports | while read -r report; do grep -aho '^\(.*CDATA\[\)\{0,1\}steps: [0-9]*$' "$report" || :; done | awk '{ sum += $NF } END { print sum + 0 }'
}

# The cases of tests with a parameter named seed; the rounds of loops over seeds; and one for each seed taken from the clock.
seeds() {
  for module in diskless-core diskless-maven-plugin; do
    grep -rlE --include='*Test.java' 'long seed' "$module/src/test/java" || :
  done | while read -r source; do
    class=${source#*/src/test/java/}
    report=${source%%/*}/target/surefire-reports/TEST-$(printf '%s' "${class%.java}" | tr / .).xml
    [ -f "$report" ] || continue
    for test in $(sed -n 's/^ *void \([A-Za-z0-9]*\)(.*long seed.*/\1/p' "$source"); do
      grep -c "<testcase name=\"${test}[^A-Za-z0-9]" "$report" || :
    done
    sed -n 's/.*long seed = [0-9]*; seed < \([0-9]*\);.*/\1/p' "$source"
    grep -c 'long seed = System\.nanoTime()' "$source" || :
  done | awk '{ sum += $1 } END { print sum + 0 }'
}

# Seconds and what took them. The last column of target/test/times is the name of a step of src/test.sh.
slowest() {
  {
    [ ! -f target/test/times ] || sed 's/\t/\tstep: /' target/test/times
    printf '%s\n' "$all" | awk '{
      kind = $1 ~ /invoker-reports/ ? "integration project: " : "test class: "
      directory = $1; sub(/\/TEST-[^\/]*$/, "", directory); sub(/.*\/(invoker|surefire)-reports-?/, "", directory)
      match($0, / name="[^"]*"/); name = substr($0, RSTART + 7, RLENGTH - 8)
      sub(/^maven\.invoker\.it\./, "", name); sub(/[\/_]pom[._]xml$/, "", name); sub(/^dev\.diskless\./, "", name)
      match($0, / time="[^"]*"/); time = substr($0, RSTART + 7, RLENGTH - 8); gsub(",", "", time)
      printf "%d\t%s%s%s\n", time, kind, name, directory == "" ? "" : " (" directory ")"
    }'
  } | sort -rn | head -n 10 | awk -F '\t' '{ printf "%7d s  %s\n", $1, $2 }'
}

tests=$(count tests)
failed=$(($(count failures) + $(count errors)))
skipped=$(count skipped)
echo "$((tests - failed - skipped)) passed, $failed failed, $skipped skipped"
echo "$(fault_steps) fault steps, $(seeds) random seeds"
if [ "$skipped" -gt 0 ]; then
  echo "skipped, each with its reason in its report:"
  reports | while read -r report; do
    ! grep -q '<skipped' "$report" || printf '    %s\n' "$report"
  done
fi
echo "slowest:"
slowest
[ "$tests" -gt 0 ] && [ "$failed" -eq 0 ]
