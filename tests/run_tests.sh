#!/bin/sh
# Installs what is missing, builds and runs all tests: unit, examples, and those on a real Kafka broker; then the tests
# of the engine and the connectors again under ThreadSanitizer. May be run again.
#   tests/run_tests.sh [--quick | --sanitizers]
#     --quick        leaves ThreadSanitizer out
#     --sanitizers   all unit tests, and the program they run, under ThreadSanitizer and under AddressSanitizer with
#                    UndefinedBehaviorSanitizer, and 30 s of fuzzing: some 20 minutes more
set -eu
cd "$(dirname "$0")/.."

sanitizers=tsan
unit_tests="graph_test connectors_test"
case "${1:-}" in
  --quick) sanitizers= ;;
  --sanitizers)
    sanitizers="asan tsan"
    unit_tests="graph_test nodes_test connectors_test monitoring_test cli_test"
    ;;
  "") ;;
  *) echo "usage: tests/run_tests.sh [--quick | --sanitizers]" >&2; exit 2 ;;
esac
export TSAN_OPTIONS="suppressions=$PWD/tests/tsan.supp ${TSAN_OPTIONS:-}"
# Tests ask libtiff for more memory than there is.
export ASAN_OPTIONS="allocator_may_return_null=1 ${ASAN_OPTIONS:-}"
export UBSAN_OPTIONS="print_stacktrace=1 ${UBSAN_OPTIONS:-}"
jobs=$(nproc)
start=$(date +%s)
step() { printf '\n== %s (%d s)\n' "$*" $(($(date +%s) - start)); }

step "Debian packages"
config/install-packages.sh config/debian-packages.txt tests/debian-packages.txt
step "OpenVINO, which runs networks"
config/install-openvino.sh
step "scikit-learn, which the balanced forest is compared with"
tests/python.sh

step "Build (build/dev)"
cmake --preset dev
cmake --build --preset dev --parallel "$jobs"
step "All tests"
ctest --preset dev --parallel "$jobs"

for sanitizer in $sanitizers; do
  step "Build the unit tests with $sanitizer (build/$sanitizer)"
  cmake --preset $sanitizer
  # shellcheck disable=SC2086  # a list of names
  cmake --build --preset $sanitizer --parallel "$jobs" --target $unit_tests
  for test in $unit_tests; do
    step "$test with $sanitizer"
    # Whole executables: starting one per test would take longer than the tests.
    (cd build/$sanitizer && timeout 900 ./$test --gtest_brief=1)
  done
  if [ $sanitizer = asan ]; then
    step "Fuzz decode, the graph loader, the model loader and the headers for 30 s"
    tests/fuzz/run.sh 30s
  fi
done
step "All tests passed"
