#!/usr/bin/env bash
# Makes the Debian package of build/release and tries it on a fresh Debian of this machine's release, in a root folder made
# by debootstrap that holds nothing of ours. As root; on the other release by tests/debian.sh 13 tests/package.sh.
#
#   tests/package.sh
set -euo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$project"
[[ $(id -u) == 0 ]] || { echo "tests/package.sh: as root only" >&2; exit 1; }
config/install-packages.sh config/debian-packages.txt
config/install-openvino.sh
. tests/root_folder.sh

echo "== Build"
work=$project/build/package
root=$work/root
rm -rf "$work"
mkdir -p "$work"
cmake --preset release > "$work/build.log"
cmake --build --preset release --parallel "$(nproc)" --target radflow >> "$work/build.log" || { tail -30 "$work/build.log"; exit 1; }
cpack -G DEB --config build/release/CPackConfig.cmake -B "$work" >> "$work/build.log" 2>&1 || { tail -30 "$work/build.log"; exit 1; }
release=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
bootstrap "$release" "$root" > "$work/debootstrap.log"
join_network "$root"
cp "$work"/radflow_*.deb "$root/root"
mkdir "$root/srv/example"
cp examples/phantom_texture/{graph.yaml,expected.ndjson} examples/pneumonia_network/*.{yaml,onnx,npy} "$root/srv/example"

passed=0
check() {  # check WHAT COMMAND: a command for the shell that has to succeed in the root folder
  if unshare --mount --pid --fork --kill-child bash -c '
      mount -t proc proc "$0/proc"
      exec chroot "$0" env -i HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive http_proxy="${http_proxy:-}" \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin sh -euc "cd /srv/example; $1"' \
      "$root" "$2" > "$work/out" 2>&1; then
    echo "ok    $1"
    passed=$((passed + 1))
  else
    echo "FAIL  $1"
    tail -20 "$work/out"
    exit 1
  fi
}

echo "== Use"
check "it installs, with what it depends on" \
  'apt-get update -q && apt-get install -q -y --no-install-recommends /root/radflow_*.deb'
check "it says its version" 'radflow --version'
check "no library is missing" '! ldd /usr/bin/radflow | grep "not found"'
check "no compiler came with it" '! command -v c++'
check "its graphs find their models" 'radflow lint /usr/share/radflow/config/pneumonia*.yaml'
check "the demonstration runs" 'radflow demo --count 50 2>&1 | grep "50 results, 0 dead letters"'
check "a graph runs" 'radflow run graph.yaml'
check "and gives the example's results, in any order of keys" \
  'sort results.ndjson > found; sort expected.ndjson | diff found -'
check "a network runs" \
  'radflow run slices.yaml && radflow run network.yaml --input slices --output network.ndjson && test "$(wc -l < network.ndjson)" = 20'
check "dashboard and alerts are there" 'ls /usr/share/radflow/grafana/radflow.json /usr/share/radflow/prometheus/alerts.yml'
check "systemd takes the unit" '
  apt-get install -q -y --no-install-recommends systemd
  found=$(systemd-analyze verify /usr/lib/systemd/system/radflow@lesions.service 2>&1 | grep radflow@ || true); echo "$found"; test -z "$found"'
check "it leaves nothing when it is removed" '
  apt-get purge -q -y radflow
  test -z "$(find / -xdev -name "*radflow*" -not -path "/root/*" -not -path "/var/*" -not -path "/proc/*")"'
rm -rf "$root"
echo "$passed passed, 0 failed"
