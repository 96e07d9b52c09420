#!/bin/sh
# Builds the fuzz targets (build/asan) and runs each a bounded time or number of inputs. Seeds: tests/fuzz/seeds, the
# graphs of the repository and, where they are, the real files at ../shared/data. What a run finds new is kept in
# build/asan/fuzzing/corpus; an input that breaks a promise, leaks or needs too much memory ends the run and is kept in
# build/asan/fuzzing/found.
#   tests/fuzz/run.sh                     30 s, shared by the targets
#   tests/fuzz/run.sh 120s                two minutes
#   tests/fuzz/run.sh 1000000             so many inputs to each target
#   tests/fuzz/run.sh 1000000 decode      to one target
set -eu
cd "$(dirname "$0")/../.."

# Limits: of the process, AddressSanitizer's shadow and 64 MB of freed memory included; of one allocation; of one
# input's time. decode is given 64 MiB for its frames.
rss_mb=1024
malloc_mb=128
input_s=10

bound=${1:-30s}
all="decode graph jpeg_xl model record"
targets=${2:-$all}
for tool in clang++ cmake; do
  command -v $tool > /dev/null && continue
  echo "fuzzing is skipped: there is no $tool (apt-get install clang libclang-rt-14-dev)"
  exit 0
done
case $bound in
  *s) seconds=$((${bound%s} / $(echo "$targets" | wc -w))) limit="-max_total_time=$((seconds > 0 ? seconds : 1))" ;;
  *) limit="-runs=$bound" ;;
esac

# The files a target starts from, separated by commas, as libFuzzer wants them.
seeds() {
  case $1 in
    decode) set -- tests/fuzz/seeds/decode ../shared/data/dicom/files ../shared/data/faults ;;
    graph) set -- tests/fuzz/seeds/graph config/*.yaml examples/*/*.yaml ;;
    *) set -- tests/fuzz/seeds/"$1" ;;
  esac
  # Files above 40 KB would leave no time for anything else.
  find "$@" -type f -size -40k ! -name '*.npy' ! -name '*.md' 2> /dev/null | sort | tr '\n' ',' | sed 's/,$//'
}

cmake --preset asan > /dev/null
cmake --build --preset fuzz --parallel "$(nproc)"
mkdir -p build/asan/fuzzing/found
export ASAN_OPTIONS="quarantine_size_mb=64:${ASAN_OPTIONS:-}"
for target in $targets; do
  log=build/asan/fuzzing/$target.log
  corpus=build/asan/fuzzing/corpus/$target
  mkdir -p "$corpus"
  seeds "$target" > "build/asan/fuzzing/$target.seeds"
  case $target in
    decode) longest=40960 ;;
    graph) longest=4096 ;;
    *) longest=16384 ;;
  esac
  dict=
  [ ! -f "tests/fuzz/$target.dict" ] || dict=-dict=tests/fuzz/$target.dict
  # shellcheck disable=SC2086  # $dict may be nothing
  if ! "build/asan/fuzz_$target" $limit $dict -max_len=$longest -rss_limit_mb=$rss_mb -malloc_limit_mb=$malloc_mb \
    -timeout=$input_s -artifact_prefix=build/asan/fuzzing/found/$target- -print_final_stats=1 \
    -seed_inputs="@build/asan/fuzzing/$target.seeds" "$corpus" > "$log" 2>&1; then
    tail -60 "$log"
    echo "$target: found an input that breaks it, see above, $log and build/asan/fuzzing/found" >&2
    exit 1
  fi
  awk -v target="$target" '/^stat::/ { stat[$1] = $2 }
    END { printf "%s: %d inputs, %d a second, at most %d MB\n", target, stat["stat::number_of_executed_units:"],
                 stat["stat::average_exec_per_sec:"], stat["stat::peak_rss_mb:"] }' "$log"
done
