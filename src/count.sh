#!/bin/sh
# Prints the lines of main Java code per module and package. Blank lines and lines that contain only
# comments do not count. Other directories with the same layout can be compared:
#
#     src/count.sh [DIRECTORY]
set -eu
cd "${1:-$(dirname "$0")/..}"

find . -path '*/src/main/java/*' -name '*.java' -print | sort | xargs awk '
  # Removes strings and characters first, because "//" and "/*" in them start no comment.
  function code(line,    at) {
    if (text) {                       # inside a text block
      if ((at = index(line, "\"\"\""))) { text = 0; line = substr(line, at + 3) } else return line
    }
    gsub(/\\\\/, "", line); gsub(/\\"/, "", line); gsub(/\047"\047/, "", line)
    while ((at = index(line, "\"\"\""))) {
      line = substr(line, 1, at - 1) "s" substr(line, at + 3)
      text = !text
    }
    gsub(/"[^"]*"/, "s", line)
    if (comment) {
      if (!(at = index(line, "*/"))) return ""
      line = substr(line, at + 2); comment = 0
    }
    sub(/\/\/.*/, "", line)
    while ((at = index(line, "/*"))) {
      rest = substr(line, at + 2); line = substr(line, 1, at - 1)
      if (!(at = index(rest, "*/"))) { comment = 1; break }
      line = line substr(rest, at + 2)
    }
    return line
  }
  FNR == 1 { comment = text = 0; split(FILENAME, part, "/src/main/java/"); module = part[1]
    package = part[2]; sub(/\/[^\/]*$/, "", package); gsub("/", ".", package); sub(/^\.\//, "", module) }
  code($0) ~ /[^ \t]/ { lines[module " " package]++; modules[module]++; total++ }
  END {
    for (key in lines) { split(key, part, " "); printf "%s %6d  %s\n", part[1], lines[key], part[2] | "sort" }
    close("sort")
    for (module in modules) printf "%6d  %s\n", modules[module], module | "sort -k2"
    close("sort -k2")
    printf "%6d  in total\n", total
  }'
