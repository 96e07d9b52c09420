#!/usr/bin/env bash
# Builds the benchmarks and runs them, one after the other, on an otherwise idle machine. All results are ratios of things
# that took turns in one run; they stand in build/bench/results.md as a table and in results.json.
#
#   tests/bench/run.sh [--quick] [NAME...]
#     --quick   fewer rounds: some minutes instead of half an hour
#     NAME      nodes decode memory phantom chain growth kafka delivery latency scale peers
#               decode_peers; by default all of them
#
# A graph of one's own is measured by `radflow bench GRAPH`.
set -euo pipefail
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$project"

usage() {
  sed -n '2,/^set -/{s/^# \{0,1\}//;/^set -/!p}' "${BASH_SOURCE[0]}"
  exit 2
}

all="nodes decode memory phantom chain growth kafka delivery latency scale peers decode_peers"
quick=
names=
for argument in "$@"; do
  case $argument in
    --quick) quick=yes ;;
    -*) usage ;;
    *) [[ " $all " == *" $argument "* ]] || usage; names+=" $argument" ;;
  esac
done
names=${names:-$all}

config/install-packages.sh config/debian-packages.txt tests/debian-packages.txt
config/install-openvino.sh
cmake --preset release
targets=radflow
for name in $names; do
  case $name in
    peers) ;;
    decode_peers) targets+=" radflow_decode_bench" ;;
    *) targets+=" radflow_${name}_bench" ;;
  esac
done
# shellcheck disable=SC2086  # a list of names
cmake --build --preset release --parallel "$(nproc)" --target $targets

# What each is given: how much, and how many rounds.
declare -A whole=([nodes]="300" [decode]="300" [memory]="500" [phantom]="2000 9" [chain]="200000 9" [growth]="5" [kafka]="2048 7"
                  [delivery]="100000 1024 5" [latency]="8" [scale]="200000 5" [peers]="4000 3" [decode_peers]="7")
declare -A brief=([nodes]="50" [decode]="50" [memory]="100" [phantom]="500 3" [chain]="50000 3" [growth]="1" [kafka]="512 3"
                  [delivery]="30000 1024 3" [latency]="2" [scale]="50000 1" [peers]="1000 1" [decode_peers]="3")
mkdir -p build/bench
lines=build/bench/lines.json
rm -f "$lines"
export RADFLOW_BENCH_JSON=$project/$lines
failed=
for name in $names; do
  printf '\n== %s\n' "$name"
  arguments=${whole[$name]}
  [[ -z $quick ]] || arguments=${brief[$name]}
  command=build/release/radflow_${name}_bench
  case $name in
    peers) command="$(tests/python.sh tests/bench/requirements.txt) tests/bench/peers.py build/release/radflow" ;;
    decode_peers) command="$(tests/python.sh tests/bench/requirements.txt) tests/bench/decode_peers.py build/release/radflow_decode_bench" ;;
  esac
  # shellcheck disable=SC2086  # lists of words
  $command $arguments || failed+=" $name"
done
printf '\n'
python3 tests/bench/table.py "$lines" build/bench/results.json | tee build/bench/results.md
[[ -z $failed ]] || { echo "not complete:$failed" >&2; exit 1; }
