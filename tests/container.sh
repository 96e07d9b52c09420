#!/usr/bin/env bash
# Builds the image of config/Containerfile and tries it as its users would. As root, on Debian 12 or 13.
#
#   tests/container.sh
#
# The base image comes from debootstrap, so no registry of images is asked. What podman keeps is in build/container and
# removed at the end; nothing of this machine's network is changed: containers have none, or the machine's own.
set -euo pipefail

project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$project/build/container
[[ $(id -u) == 0 ]] || { echo "tests/container.sh: as root only" >&2; exit 1; }
. "$project/tests/root_folder.sh"
for program in podman buildah runc; do
  command -v $program >/dev/null || missing+=" $program"
done
# shellcheck disable=SC2086  # a list of names
[[ -z ${missing:-} ]] || apt-get -q -y install --no-install-recommends $missing

rm -rf "$work/run"
mkdir -p "$work/run"
cat > "$work/containers.conf" <<EOF
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
EOF
export CONTAINERS_CONF=$work/containers.conf BUILDAH_ISOLATION=chroot
podman() { command podman --root "$work/storage" --runroot "$work/run" --storage-driver vfs "$@"; }
running=
finish() {
  [[ -z $running ]] || podman kill "$running" >/dev/null 2>&1 || true
  "$project/tests/kafka/broker.sh" stop --folder "$work/broker" >/dev/null 2>&1 || true
  podman rm --all --force >/dev/null 2>&1 || true
}
trap finish EXIT

passed=0
check() {  # check WHAT COMMAND...: the command has to succeed
  local what=$1
  shift
  if "$@" > "$work/out" 2>&1; then
    echo "ok    $what"
    passed=$((passed + 1))
  else
    echo "FAIL  $what"
    tail -20 "$work/out"
    exit 1
  fi
}
says() { grep -q -- "$1" "$work/out" || { echo "FAIL  it does not say '$1'"; cat "$work/out"; exit 1; }; }

if ! podman image exists localhost/debian:trixie; then
  rm -rf "$work/base"
  bootstrap trixie "$work/base" > "$work/debootstrap.log"
  trust_certificates "$work/base"
  rm -rf "$work/base/var/cache/apt/archives" "$work/base/var/lib/apt/lists"
  mkdir -p "$work/base/var/cache/apt/archives/partial" "$work/base/var/lib/apt/lists/partial"
  tar -c -C "$work/base" . | podman import - localhost/debian:trixie > /dev/null
  rm -rf "$work/base"
fi

echo "== Build"  # one layer a stage: without an overlay of file systems each layer is a whole copy
podman build --layers=false --network host -f "$project/config/Containerfile" --build-arg BASE=localhost/debian:trixie \
  -t localhost/radflow "$project" > "$work/build.log" 2>&1 || { tail -30 "$work/build.log"; exit 1; }
echo "base $(podman image inspect localhost/debian:trixie --format '{{.Size}}' | numfmt --to=si)," \
  "with radflow $(podman image inspect localhost/radflow --format '{{.Size}}' | numfmt --to=si)"

echo "== Use"
check "it says its version" podman run --rm --network none localhost/radflow --version
check "it is not root" podman run --rm --network none --entrypoint id localhost/radflow -u
says '^10001$'
check "no library is missing" podman run --rm --network none --entrypoint sh localhost/radflow \
  -c '! ldd /usr/bin/radflow | grep "not found"'
check "the graphs are there" podman run --rm --network none --entrypoint ls localhost/radflow \
  /usr/share/radflow/config/article.yaml /usr/share/radflow/config/pneumonia.yaml
check "the demonstration runs" podman run --rm --network none localhost/radflow demo --count 50
says '50 frames sent; read back from the topics: 50 results, 0 dead letters'

mkdir -p "$work/data"
cp "$project"/examples/phantom_texture/{graph.yaml,expected.ndjson} "$project"/examples/lesions/*.yaml "$work/data"
chown -R 10001:10001 "$work/data"
check "a graph that is mounted runs" podman run --rm --network none -v "$work/data:/data" localhost/radflow run graph.yaml
check "and gives the example's results, in any order of keys" \
  diff <(sort "$work/data/results.ndjson") <(sort "$work/data/expected.ndjson")

check "slices are made" podman run --rm --network none -v "$work/data:/data" localhost/radflow run slices.yaml
check "a model is trained" podman run --rm --network none -v "$work/data:/data" localhost/radflow \
  train lesions.yaml --input train
check "and classifies" podman run --rm --network none -v "$work/data:/data" localhost/radflow \
  evaluate lesions.yaml --input train

mkdir "$work/data/network"
cp "$project"/examples/pneumonia_network/*.{yaml,onnx,npy} "$work/data/network"
chown -R 10001:10001 "$work/data/network"
in_network=(podman run --rm --network none -v "$work/data/network:/data" localhost/radflow)
check "slices for a network are made" "${in_network[@]}" run slices.yaml
check "a network runs, and its self-test before" "${in_network[@]}" run network.yaml --input slices --output results.ndjson
check "and tells every slice" test "$(wc -l < "$work/data/network/results.ndjson")" = 20

"$project/tests/kafka/broker.sh" start --folder "$work/broker" > "$work/out"
broker=$(sed -n 's/bootstrap.servers=//p' "$work/out")
cat > "$work/data/kafka.yaml" <<'EOF'
graph: contained
kafka: {bootstrap.servers: '${KAFKA}'}
sources:
  - kafka: {topic: frames}
nodes:
  - decode
  - histogram: {range: [0, 4000], bins: 8}
sinks:
  - kafka: {topic: results}
EOF
podman run --rm --network host -v "$work/data:/data" --entrypoint sh localhost/radflow -c '
  cat > slices.yaml <<END
graph: slices
sources: [phantom: {count: 20}]
nodes: [decode]
sinks: [images: {path: slices}]
END
  radflow run slices.yaml && radflow send slices --broker '"$broker"' --topic frames' > "$work/out" 2>&1 ||
  { cat "$work/out"; exit 1; }
running=$(podman run -d --network host -v "$work/data:/data" -e "KAFKA=$broker" localhost/radflow run kafka.yaml)
check "results of a real broker's records" podman run --rm --network host --entrypoint sh localhost/radflow \
  -c "timeout 60 radflow tail --topic results --broker $broker --json --count 20 | grep -c contained"
says '^20$'
start=$(date +%s%N)
podman stop --time 20 "$running" > /dev/null 2>&1 || true
took=$((($(date +%s%N) - start) / 1000000))
running=
((took < 15000)) || { echo "FAIL  stopping took $took ms: SIGTERM was not heeded"; exit 1; }
echo "ok    SIGTERM ends it in order ($took ms)"
echo "$((passed + 1)) passed, 0 failed"
