# shellcheck shell=sh disable=SC2154,SC2034
# Read by the scripts of this folder: their options, how long commands take, and medians. A script sets $work, a folder for results,
# before it measures.

# read_options "$@": sets $tree, and of each option that $options names, such as "runs small", a variable of the same name.
# The options small and where are switches; all others have a number. Everything else prints the comment at the script's start.
read_options() {
  small=no
  where=no
  tree=
  while [ $# -gt 0 ]; do
    option=${1#--}
    case $1 in
      --*)
        case " $options " in
          *" $option "*) ;;
          *) usage ;;
        esac
        case $option in
          small | where) eval "$option=yes" ;;
          *)
            case ${2:-} in
              '' | *[!0-9]*) usage ;;
            esac
            eval "$option=\$2"
            shift
            ;;
        esac
        ;;
      -*) usage ;;
      *) tree=$(CDPATH='' cd -- "$1" && pwd) ;;
    esac
    shift
  done
}

usage() {
  sed -n '2,${/^#/!q;s/^# \{0,1\}//p;}' "$0"
  exit 2
}

# measured COMMAND...: leaves in $took how long it took: seconds, and seconds of processors, which other work on the machine hardly
# changes. A command that fails ends the script with what it printed.
measured() {
  begun=$(date +%s.%N)
  times >"$work/times-begun"
  "$@" >"$work/log" 2>&1 </dev/null || {
    cat "$work/log" >&2
    exit 1
  }
  times >"$work/times-ended"
  took=$(awk -v wall="$(date +%s.%N)" -v begun="$begun" '
    FNR == 2 { split($1 "m" $2, t, /[ms]+/); sum[FILENAME] = t[1] * 60 + t[2] + t[3] * 60 + t[4] }
    END { printf "%.2f %.2f", wall - begun, sum[ARGV[2]] - sum[ARGV[1]] }' "$work/times-begun" "$work/times-ended")
}

# take NAME COMMAND...: measures the command, and adds the result to the series NAME.
take() {
  series=$1
  shift
  measured "$@"
  mkdir -p "$work/times"
  echo "${took% *}" >>"$work/times/$series.wall"
  echo "${took#* }" >>"$work/times/$series.cpu"
}

forget_series() { rm -rf "$work/times"; }

# derive NEW A - B, or derive NEW A / B: a series of the differences or ratios within each round.
derive() {
  for kind in wall cpu; do
    paste "$work/times/$2.$kind" "$work/times/$4.$kind" |
      awk -v op="$3" '{ printf "%.4f\n", (op == "-" ? $1 - $2 : $1 / ($2 + 1e-9)) }' >"$work/times/$1.$kind"
  done
}

# median NAME wall|cpu: of a series, with two digits.
median() {
  sort -n "$work/times/$1.$2" |
    awk '{ v[NR] = $1 } END { printf "%.2f", NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

# describe_tree: what stands in the first line of a table.
describe_tree() {
  echo "the tree: $(du -sm --apparent-size "$tree" | cut -f 1) MB, $(find "$tree" | wc -l) files; $(nproc) processors"
}
