#!/bin/sh
# 100 kill -9 over 100,000 frames: tests/soak/kills.sh BUILD [options of radflow_ledger]
set -eu
build=${1:?BUILD: the folder of radflow_ledger, e.g. build/release}
shift
exec "$build/radflow_ledger" --frames 100000 --keys 500 --partitions 8 --processes 4 --seconds 330 --faults kill=100 "$@"
