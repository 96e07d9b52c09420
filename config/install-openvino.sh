#!/bin/sh
# Fetches OpenVINO, by which nodes/infer runs networks, from PyPI into ~/.cache/radflow/openvino, once: its wheel holds
# headers and libraries for C++. Only what radflow uses is kept: 90 MB. Without it radflow builds and lacks nodes/infer.
#   config/install-openvino.sh
set -eu
list=$(dirname "$0")/openvino.txt
home=${XDG_CACHE_HOME:-$HOME/.cache}/radflow/openvino
if cmp -s "$list" "$home/openvino.txt"; then
  echo "OpenVINO is installed."
  exit 0
fi
mkdir -p "$(dirname "$home")"
work=$(mktemp -d "$home.XXXXXX")
trap 'rm -rf "$work"' EXIT
# One wheel serves every Python: none of its Python modules is used.
python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: --require-hashes \
  --implementation cp --python-version 3.11 --dest "$work" --requirement "$list"
python3 -m zipfile -e "$work"/openvino-*.whl "$work/wheel"
mkdir -p "$work/new/include" "$work/new/libs" "$work/new/licenses"
mv "$work/wheel/openvino/include/openvino" "$work/new/include"
# Not its libtbb.so.12: the process has Debian's.
for library in libopenvino.so.* libopenvino_onnx_frontend.so.* libopenvino_*_cpu_plugin.so; do
  # shellcheck disable=SC2086  # a pattern
  mv "$work"/wheel/openvino/libs/$library "$work/new/libs"
done
cp -r "$work"/wheel/openvino-*.dist-info/licenses/. "$work/new/licenses"
cp "$list" "$work/new/openvino.txt"  # a folder without it is not whole
rm -rf "$home"
mv "$work/new" "$home"
echo "OpenVINO is installed in $home."
