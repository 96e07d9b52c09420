#!/bin/sh
# Makes a Python environment with the scikit-learn that tests compare with (Debian's is older than 1.9, which draws
# otherwise), in ~/.cache/radflow, once. Prints its Python.
set -eu
list=$(dirname "$0")/requirements.txt
home=${XDG_CACHE_HOME:-$HOME/.cache}/radflow/scikit-learn
if ! cmp -s "$list" "$home/requirements.txt"; then
  rm -rf "$home"
  python3 -m venv "$home"
  "$home/bin/pip" install --quiet --disable-pip-version-check --only-binary=:all: --requirement "$list" >&2
  cp "$list" "$home"  # last: an environment without it is not whole
fi
echo "$home/bin/python"
