#!/bin/sh
# Installs what is missing, builds radflow and runs the demonstration: an embedded Kafka broker, frames sent to it, a
# graph that reads them, results read back. May be run again.
#   examples/run_demo.sh [FOLDER] [option of `radflow demo`...]
# FOLDER holds DICOM, PNG, JPEG or TIFF files; without it synthetic slices are sent.
set -eu
from=$PWD
cd "$(dirname "$0")/.."

echo "== 1/3 Debian packages"
config/install-packages.sh config/debian-packages.txt
config/install-openvino.sh || echo "Without OpenVINO radflow is built without nodes/infer, which runs networks." >&2
echo "== 2/3 Build (build/release/radflow)"
cmake --preset release
cmake --build --preset release --parallel "$(nproc)" --target radflow
echo "== 3/3 Demonstration"
program=$PWD/build/release/radflow
cd "$from"
exec "$program" demo "$@"
