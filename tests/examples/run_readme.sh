#!/bin/sh
# Runs the commands of a README as its reader would: every line that begins with "$ " in a block ```console, in a copy
# of the README's folder, with the program's folder in PATH. What stands below a command must be what it prints on
# standard output, in any order of lines; nothing below it: anything. Then every expected.* file of the folder must
# equal the file results.* that the commands wrote, and every block ```yaml be a file.
#   tests/examples/run_readme.sh README PROGRAM_FOLDER      with UPDATE=1 the expected files become what came out
set -eu
readme=$(realpath "$1")
PATH=$(realpath "$2"):$PATH
export PATH LC_ALL=C

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
folder=$work/tree/examples/folder  # ../../config and ../../models are where a README finds them
mkdir -p "$folder"
for entry in "$(dirname "$readme")"/*; do
  [ "${entry##*/}" = build ] || cp -r "$entry" "$folder"
done
for name in config models; do
  ln -s "$(realpath "$(dirname "$0")/../../$name")" "$work/tree/$name"
done
cd "$folder"

# Command n goes to command.n and what it prints to printed.n.
awk -v work="$work" '
  /^```/ { inside = ($0 == "```console"); continued = 0; next }
  !inside { next }
  continued || /^\$ / {
    if (!continued) { ++n; sub(/^\$ /, "") }
    print > (work "/command." n)
    continued = /\\$/
    next
  }
  n { print > (work "/printed." n) }
' "$readme"
[ -f "$work/command.1" ] || { echo "$readme has no command to run" >&2; exit 1; }

# same WHAT EXPECTED FOUND: ends the script if the lines differ.
same() {
  sort "$2" >"$work/expected"
  sort "$3" >"$work/found"
  diff -u "$work/expected" "$work/found" >&2 || { echo "$readme: $1 differs" >&2; exit 1; }
}

# A whole graph that the README shows is one of the files beside or below it.
awk -v work="$work" '
  /^```yaml/ { inside = 1; graph = work "/graph." ++n; next }
  /^```/ { inside = 0 }
  inside { print > graph }
' "$readme"
for graph in "$work"/graph.*; do
  [ -f "$graph" ] || continue
  found=no
  for file in $(find . -name '*.yaml'); do
    # Without the comment that such a file begins with.
    if sed '1,/^[^#]/{/^#/d}' "$file" | cmp -s - "$graph"; then found=yes; fi
  done
  [ $found = yes ] || { echo "$readme shows a graph that is no file" >&2; exit 1; }
done

n=1
while [ -f "$work/command.$n" ]; do
  echo "\$ $(cat "$work/command.$n")"
  sh -eu "$work/command.$n" >"$work/got"
  [ ! -f "$work/printed.$n" ] || same "what command $n prints" "$work/printed.$n" "$work/got"
  n=$((n + 1))
done
for expected in expected.*; do
  [ -f "$expected" ] || continue
  results=results.${expected#expected.}
  [ -z "${UPDATE:-}" ] || sort "$results" | tee "$expected" >"$(dirname "$readme")/$expected"
  same "$expected" "$expected" "$results"
done
