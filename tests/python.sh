#!/bin/sh
# Makes the Python environment that a list of packages describes, in ~/.cache/radflow, once. Prints its Python.
#   tests/python.sh [LIST]     by default tests/requirements.txt: scikit-learn, which the balanced forest is compared with
#                              (Debian's is older than 1.9, which draws otherwise)
set -eu
list=${1:-$(dirname "$0")/requirements.txt}
name=scikit-learn
[ $# = 0 ] || name=$(basename "$(dirname "$list")")
home=${XDG_CACHE_HOME:-$HOME/.cache}/radflow/$name
if ! cmp -s "$list" "$home/requirements.txt"; then
  rm -rf "$home"
  python3 -m venv "$home"
  "$home/bin/pip" install --quiet --disable-pip-version-check --only-binary=:all: --requirement "$list" >&2
  cp "$list" "$home/requirements.txt"  # last: an environment without it is not whole
fi
echo "$home/bin/python"
