#!/bin/sh
# A backlog of 10 GB, frames of 1 KB and of 51 MB mixed, behind a sink that stalls: memory, membership, and that all of
# it comes through: tests/soak/backlog.sh BUILD [MEGABYTES]. The backlog is on disk, in the folder for temporary files
# (TMPDIR), until the end.
set -eu
build=${1:?BUILD: the folder of integration_test, e.g. build/dev}
export RADFLOW_BACKLOG_MB="${2:-10240}"
free=$(df -Pm "${TMPDIR:-/tmp}" | awk 'NR == 2 { print $4 }')
if [ "$free" -lt $((RADFLOW_BACKLOG_MB + 2048)) ]; then
  echo "backlog.sh: $free MB are free in ${TMPDIR:-/tmp}, $((RADFLOW_BACKLOG_MB + 2048)) are needed" >&2
  exit 2
fi
exec "$build/integration_test" --gtest_filter='Backlog.*'
