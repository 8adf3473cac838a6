#!/bin/sh
# Runs all tests: unit tests, golden files and the real parsers; the integration projects of src/it, on the pinned Maven
# and, a few of them, on the oldest and newest that are supported; the archetype; a cluster in virtual machines; and, as
# root, the sample as an ordinary user. Ends with how many passed, failed and were skipped. Full logs are in target/test.
#
#   src/test.sh             of the clusters in virtual machines the one that covers most in few starts
#   src/test.sh --all       all of them: a change of releases, every DHCP server, every way to fail, the sample booted; a
#                           Maven between the oldest and the newest; 500 rounds of nodes that race with the master; and
#                           each benchmark in its smallest form
#   src/test.sh --quick     unit tests and the integration projects on the pinned Maven only
set -eu
src=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
base=$(dirname "$src")
# shellcheck source=src/prerequisites.sh
. "$src/prerequisites.sh"

quick=no
labs=boot
mavens='3.6.3 4.0.0-rc-6'
boot=
case ${1:-} in
  '') ;;
  --all)
    labs='boot*'
    mavens='3.6.3 3.8.8 4.0.0-rc-6'
    boot=--boot
    ;;
  --quick) quick=yes ;;
  *) sed -n '2,12s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac

need_to_build
need_to_test
install_missing
fetch_test_kernel

start_python_itself

cd "$base"
logs=$base/target/test
rm -rf "$logs"
mkdir -p "$logs"
# Seconds and names of steps, which src/results.sh reads.
times=$logs/times
# Reports of earlier runs must not be counted.
rm -rf ./*/target/surefire-reports ./*/target/invoker-reports* ./*/target/it

failed_steps=
started=$(now)

# run NAME COMMAND...: into a log and, beside it, how long that took.
run() {
  step_name=$1
  log=$(log_of "$1")
  shift
  begun=$(now)
  code=0
  "$@" >"$log" 2>&1 </dev/null || code=$?
  took=$(($(now) - begun))
  duration "$took" >"$log.took"
  printf '%s\t%s\n' "$took" "$step_name" >>"$times"
  return "$code"
}

log_of() {
  printf '%s/%s.log' "$logs" "$(printf '%s' "$1" | tr -c 'A-Za-z0-9.\n' '-')"
}

# tell NAME EXIT: quiet when well; the log's end when not.
tell() {
  log=$(log_of "$1")
  if [ "$2" = 0 ]; then
    echo "ok, $(cat "$log.took")"
  else
    echo "FAILED, $(cat "$log.took")"
    failed_steps="$failed_steps
    $1, see $log"
    tail -n 150 "$log" >&2
  fi
  rm -f "$log.took"
}

step() {
  printf '%-58s' "$1"
  code=0
  run "$@" || code=$?
  tell "$1" "$code"
}

# Beside those that follow, until it is waited for.
step_beside() {
  beside=$1
  run "$@" &
  beside_pid=$!
}

wait_for_step_beside() {
  printf '%-58s' "$beside"
  code=0
  wait "$beside_pid" || code=$?
  tell "$beside" "$code"
}

# run_projects NAME OPTION...: integration projects again, in target/it-NAME, with the artifacts that are built already. Maven
# finds the core's classes in its target only if it runs the phase compile. Nothing is compiled in it: these runs overlap.
run_projects() {
  name=$1
  shift
  DISKLESS_IT_BOOT=yes ./mvnw -B -ntp -pl diskless-maven-plugin -am compile invoker:run \
    -Dmaven.main.skip -Dmaven.resources.skip -Dmaven.plugin.skip -Dspotless.check.skip \
    -Ddiskless.it.directory="$base/diskless-maven-plugin/target/it-$name" \
    -Dinvoker.reportsDirectory="$base/diskless-maven-plugin/target/invoker-reports-$name" "$@"
}

# A shell has what runs in the background ignore Ctrl-C, so it is told in another way.
trap 'trap "" TERM; kill -TERM 0; exit 130' INT

step 'unit tests, integration projects, archetype' \
  ./mvnw -B -ntp --fail-at-end verify -Dinvoker.parallelThreads=2

if [ -n "$boot" ]; then
  step 'nodes that race with the master, 500 rounds each' \
    ./mvnw -B -ntp -pl diskless-core surefire:test@default-test -Dtest='*RacesTest' -Ddiskless.races=all \
    -Dsurefire.reportNameSuffix=races
fi
if [ "$quick" = no ]; then
  # Before the first machine starts Debian is installed, by one processor, which takes as long as what is beside.
  step_beside 'clusters booted in virtual machines' run_projects boot -Dinvoker.test="$labs"
  for version in $mavens; do
    step "integration projects on Maven $version" \
      run_projects "$version" \
      -Dinvoker.mavenHome="$(./mvnw --home --use "$version")" \
      -Dinvoker.test='directory-image,deploy-and-resolve,swapped-bundle,artifact-image*,template-mistakes,gzip,goal-by-goal,unknown-property'
  done
  if [ "$(id -u)" = 0 ]; then
    # The user has a copy of the suite, so that nothing is built here while machines run.
    [ -z "$boot" ] || wait_for_step_beside
    step "the sample, packaged${boot:+ and booted} by an ordinary user" "$src/sample-as-user.sh" ${boot:+"$boot"}
    [ -n "$boot" ] || wait_for_step_beside
  else
    wait_for_step_beside
    step "the sample, packaged${boot:+ and booted}" "$src/sample.sh" ${boot:+"$boot"}
  fi
fi

if [ -n "$boot" ]; then
  step 'benchmarks in their smallest form' "$src/bench/all.sh" --small
fi

echo
echo "all of it took $(duration $(($(now) - started)))"
code=0
"$src/results.sh" || code=$?
if [ -n "$failed_steps" ]; then
  echo "failed:$failed_steps" >&2
  exit 1
fi
exit "$code"
