#!/bin/sh
# A storm of 200 joins and leaves over 50,000 frames: tests/soak/joins.sh BUILD [options of radflow_ledger]
set -eu
build=${1:?BUILD: the folder of radflow_ledger, e.g. build/release}
shift
exec "$build/radflow_ledger" --frames 50000 --keys 500 --partitions 8 --processes 4 --seconds 400 \
  --faults join=100,leave=100 "$@"
