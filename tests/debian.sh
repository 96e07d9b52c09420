#!/usr/bin/env bash
# Runs a command of this project on a fresh Debian, in a root folder made by debootstrap. As root.
#
#   tests/debian.sh 12|13 [COMMAND...]      by default tests/run_tests.sh --quick
#   tests/debian.sh 13 examples/run_demo.sh --count 200
#
# What runs there is the last commit, with ../shared beside it where that exists. The root folder is kept in
# build/debian-RELEASE, with its packages and the compiler's cache; remove it to begin anew. The command has process
# and mount namespaces of its own, so nothing of it is left when it ends. Its exit code is the command's.
set -euo pipefail

usage() {
  sed -n '2,/^set -/{s/^# \{0,1\}//;/^set -/!p}' "${BASH_SOURCE[0]}"
  exit 2
}

case ${1:-} in
  12) suite=bookworm ;;
  13) suite=trixie ;;
  *) usage ;;
esac
release=$1
shift
(($#)) || set -- tests/run_tests.sh --quick

[[ $(id -u) == 0 ]] || { echo "tests/debian.sh: a root folder is made and entered by root only" >&2; exit 1; }

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
. "$project/tests/root_folder.sh"
root=$project/build/debian-$release
if [[ ! -e $root/etc/debian_version ]]; then
  mkdir -p "$root"
  bootstrap "$suite" "$root.new"
  rmdir "$root"
  mv "$root.new" "$root"
fi

join_network "$root"

copy=$root/src/radflow
mkdir -p "$copy"
# Files that are gone since the last time go there too; what was built stays.
find "$copy" -mindepth 1 -maxdepth 1 ! -name build -exec rm -rf {} +
git -C "$project" archive HEAD | tar -x -C "$copy" --no-same-owner

export TEST_ROOT=$root TEST_SHARED=$project/../shared
exec unshare --mount --pid --fork --kill-child --propagation private bash -c '
  set -e
  mount -t proc proc "$TEST_ROOT/proc"
  mount --rbind /dev "$TEST_ROOT/dev"
  if [[ -d $TEST_SHARED ]]; then
    mkdir -p "$TEST_ROOT/src/shared"
    mount --bind -o ro "$TEST_SHARED" "$TEST_ROOT/src/shared"
  fi
  exec chroot "$TEST_ROOT" /usr/bin/env -u LD_LIBRARY_PATH HOME=/root LC_ALL=C.UTF-8 \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    sh -c "cd /src/radflow && exec \"\$@\"" sh "$@"' bash "$@"
