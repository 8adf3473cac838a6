#!/bin/sh
# Prints what packaging costs, as ratios to what tar and zstd alone take for the same tree in the same round. It is no test:
# figures of one machine mean nothing to another, ratios do.
#
#   src/bench/bench.sh [--runs N] [--nodes N] [--small] [TREE]     the times of whole builds, and what they add to mvn validate
#   src/bench/bench.sh --where [TREE]                              where the time of one build goes
#
# TREE is an unpacked Debian with a kernel; without it, one of about 400 MB is made by mmdebstrap, as root, and kept in target/bench.
# With --small, a stand-in of 5 MB is packaged, in one round. Projects have the .mvn/jvm.config that the archetype writes. All of it
# is measured in N rounds, 3 by default; medians count, of the times and of the ratios within a round. The larger cluster has 1,000
# nodes, unless --nodes gives another number. JVM_FLAGS in the environment replaces .mvn/jvm.config, to try other flags.
#
# The columns "processors" have user and system time of all processors. Other work on the machine changes it less than "seconds".
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
base=$(dirname "$(dirname "$here")")
# shellcheck source=src/prerequisites.sh
. "$base/src/prerequisites.sh"
# shellcheck source=src/bench/measure.sh
. "$here/measure.sh"

runs=
nodes=
options='runs nodes small where'
read_options "$@"
if [ "$small" = yes ]; then
  runs=${runs:-1}
  nodes=${nodes:-20}
fi
runs=${runs:-3}
nodes=${nodes:-1000}
need_to_build
install_missing
# shellcheck source=src/cluster-project.sh
. "$base/src/cluster-project.sh"
install_suite
make_tree

work=$base/target/bench/build
rm -rf "$work"
mkdir -p "$work/runs"
trap 'rm -rf "$work/runs" "$work/reference.tar.zst"' EXIT
trap 'exit 130' HUP INT TERM

# project NAME NODES: a cluster of that many nodes with the tree as its image.
project() {
  write_pom "$work/$1" "$1" 1
  [ -z "${JVM_FLAGS+set}" ] || printf '%s\n' "$JVM_FLAGS" >"$work/$1/.mvn/jvm.config"
  cat >"$work/$1/src/main/cluster/cluster.yaml" <<YAML
cluster: bench
master: { name: master, address: 10.1.0.1, interface: eth0 }
networks:
  - subnet: 10.1.0.0/16
images:
  debian:
    directory: $tree
groups:
  compute:
    image: debian
    root: full
    interface: eth0
    mounts:
      - { path: /home, access: rw }
nodes:
  - { name: "node[0001-$(printf %04d "$2")]", mac: "52:54:00:00:01:00+", address: 10.1.1.1+, group: compute }
YAML
}

# A checkout of its own for each first build, removed at the end only: ext4 is slow to give out the inodes of files that were just
# removed, and that is not what is measured.
checkout() {
  run=$(mktemp -d "$work/runs/XXXXXX")
  cp -R "$work/$1/pom.xml" "$work/$1/src" "$work/$1/.mvn" "$run"
}
become_maven() { # FOLDER OPTION-OR-GOAL...
  cd "$1"
  shift
  MAVEN_OPTS=-Xmx512m exec "$maven" -B -Ddiskless.cache="$work/cache" "$@"
}
mvn() { (become_maven "$@"); }
size() { stat -c %s "$run/target/$1-1-tftpboot.tar.zst"; }
tar_and_zstd() { tar -C "$tree" --xattrs --numeric-owner -c . | zstd -q -3 -T2 -f -o "$work/reference.tar.zst"; }
change_a_file() {
  mkdir -p "$run/src/main/cluster/files/all/etc"
  echo 'one file changed' >"$run/src/main/cluster/files/all/etc/motd"
}

# Everything once, right after one another, so that what else the machine does at that time slows them all.
round() {
  take reference tar_and_zstd
  take validate mvn "$work/one" -q validate
  rm -rf "$work/cache"
  checkout one
  take first mvn "$run" -q package
  one_size=$(size one)
  take again mvn "$run" -q package
  change_a_file
  take changed mvn "$run" -q package
  checkout one
  take packed mvn "$run" -q package
  take validate_many mvn "$work/many" -q validate
  rm -rf "$work/cache"
  checkout many
  take many mvn "$run" -q package
  many_size=$(size many)
}

row() { # WHAT SERIES [RATIO [AIM]]
  if [ -n "${3:-}" ]; then ratios="$(median "$3" wall) $(median "$3" cpu)"; else ratios='- -'; fi
  printf '%-56s %8s %10s %8s %8s   %s\n' "$1" "$(median "$2" wall)" "$(median "$2" cpu)" "${ratios% *}" "${ratios#* }" "${4:-}"
}

compare() {
  project one 1
  project many "$nodes"
  echo "$(describe_tree); median of $runs rounds"
  # Once for nothing, so that the file cache is as warm for the first as for the last.
  if [ "$small" = no ]; then round; fi
  forget_series
  i=0
  while [ "$i" -lt "$runs" ]; do
    round
    i=$((i + 1))
  done
  for series in first again changed packed; do derive "net_$series" "$series" - validate; done
  derive net_many many - validate_many
  for series in first packed; do derive "ratio_$series" "net_$series" / reference; done
  derive ratio_many net_many / net_first
  printf '\n%-56s %8s %10s %8s %8s   %s\n' '' seconds processors ratio 'of proc.' aim
  row 'tar -c | zstd -3 -T2' reference
  row 'mvn validate, one node' validate
  row 'mvn package, first' first
  row 'mvn package, no change' again
  row 'mvn package, one file changed' changed
  row 'mvn package in a new checkout, image packed before' packed
  row "mvn validate, $nodes nodes" validate_many
  row "mvn package, first, $nodes nodes, 512 MB heap" many
  echo
  echo 'less mvn validate:'
  row 'mvn package, first' net_first ratio_first 'at most 1.2 of tar | zstd'
  row 'mvn package, no change' net_again '' 'at most 0.5 seconds'
  row 'mvn package, one file changed' net_changed
  row 'mvn package in a new checkout, image packed before' net_packed ratio_packed
  row "mvn package, first, $nodes nodes" net_many ratio_many 'at most 1.3 of one node'
  awk -v one="$one_size" -v many="$many_size" -v nodes="$nodes" \
    'BEGIN { printf "%-56s %8.2f MB %35s\n", "bundle of " nodes " nodes larger by", (many - one) / 1e6, "at most 3 MB" }'
}

# watch FOLDER OPTION-OR-GOAL...: runs Maven, and leaves what each of its threads took in $work/threads: user and system time in
# hundredths of a second, number and name of the thread. Threads are looked at ten times a second.
watch() {
  become_maven "$@" >"$work/log" 2>&1 </dev/null &
  watched=$!
  : >"$work/samples"
  while kill -0 "$watched" 2>/dev/null; do
    # A thread may end between the listing and the reading of its file.
    cat /proc/"$watched"/task/*/stat >>"$work/samples" 2>/dev/null || :
    sleep 0.1
  done
  wait "$watched" || {
    cat "$work/log" >&2
    exit 1
  }
  # proc_pid_stat(5): the name is in parentheses; utime and stime are fields 14 and 15.
  sed -E 's/^([0-9]+) \((.*)\) /\1\t\2\t/' "$work/samples" |
    awk -F '\t' '{ split($3, f, " "); user[$1] = f[12]; kernel[$1] = f[13]; name[$1] = $2 }
      END { for (t in name) printf "%d\t%d\t%d\t%s\n", user[t], kernel[t], t, name[t] }' | sort -n -k 3 >"$work/threads"
}

# shares NAME FOLDER OPTION-OR-GOAL...: a column of the table of threads.
shares() {
  column=$1
  shift
  measured watch "$@"
  # The threads of zstd have the name of the thread that made the first of them.
  awk -F '\t' -v all="${took#* }" '
    function add(share, hundredths) { sum[share] += hundredths / 100; left += hundredths / 100 }
    $4 ~ /^C[12] Compiler/ { add("compilers", $1 + $2); next }
    $4 ~ /^(GC|G1|VM) |^VM_|^Parallel/ { add("collector", $1 + $2); next }
    $4 ~ /^diskless pack/ { if (packs++) add("zstd", $1 + $2); else { add("hashing", $1); add("reading", $2) }; next }
    $4 == "java" { add("main", $1 + $2); next }
    { add("other", $1 + $2) }
    END {
      n = split("main compilers collector hashing reading zstd other", shares, " ")
      for (i = 1; i <= n; i++) printf "%.2f\n", sum[shares[i]]
      printf "%.2f\n%.2f\n", (all > left ? all - left : 0), all
    }' "$work/threads" >"$work/column-$column"
}

show_where() {
  project one 1
  checkout one
  flags=$(tr '\n' ' ' <"$run/.mvn/jvm.config")
  # shellcheck disable=SC2086
  measured "${JAVA_HOME:+$JAVA_HOME/bin/}java" $flags -Xmx512m -version
  jvm=$took
  measured mvn "$run" -q -Ddiskless.skip validate
  skipped=$took
  measured tar_and_zstd
  reference=$took
  shares validate "$run" -q validate
  rm -rf "$work/cache"
  shares first "$run" -Dorg.slf4j.simpleLogger.showDateTime=true package
  cp "$work/log" "$work/log-first"
  shares again "$run" -q package
  change_a_file
  shares changed "$run" -q package
  describe_tree
  printf '\n%-42s %8s %10s\n' '' seconds processors
  printf '%-42s %8s %10s\n' 'start and end of the JVM (java -version)' "${jvm% *}" "${jvm#* }" \
    'Maven with all goals skipped' "${skipped% *}" "${skipped#* }" 'tar -c | zstd -3 -T2' "${reference% *}" "${reference#* }"
  printf '\n%-42s %8s %8s %8s %8s\n' 'seconds of processors' 'validate' 'package' 'no' 'one file' '' '' 'first' 'change' 'changed'
  printf '%s\n' 'Maven and goals, in the main thread' 'Compilers (C1, C2)' 'Garbage collector, VM operations' \
    'Packing: SHA-256, tar, CRC-32C' 'Packing: reading files (system time)' 'Packing: zstd' 'Other threads' \
    'Threads shorter than 0.1 s, start, end' 'All' >"$work/names"
  paste "$work/names" "$work/column-validate" "$work/column-first" "$work/column-again" "$work/column-changed" |
    awk -F '\t' '{ printf "%-42s %8s %8s %8s %8s\n", $1, $2, $3, $4, $5 }'
  echo
  echo "mvn package, first: seconds from the start of the JVM to the start of a goal, and to the end"
  awk '/--- diskless:/ { printf "%8.2f  %s\n", $1 / 1000, $4 } /BUILD SUCCESS/ { printf "%8.2f  end\n", $1 / 1000 }' "$work/log-first"
}

if [ "$where" = yes ]; then show_where; else compare; fi
