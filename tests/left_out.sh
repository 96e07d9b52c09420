#!/bin/sh
# Builds the program without families of nodes and looks at what it says: what is there works, and what is not is named
# with the packages that it needs. Then builds all as on a machine without DCMTK, and as on one without OpenVINO, and runs the
# tests that are left but for those on a broker. Run by name: it compiles the program again, in build/left-out,
# build/no-dcmtk and build/no-openvino.
#   tests/left_out.sh [families | dcmtk | openvino]...
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "tests/left_out.sh: $*" >&2; cat "$work/log" >&2; exit 1; }
# says CODE PATTERN COMMAND...: the command ends with the code and says what fits the pattern.
says() {
  expected=$1 pattern=$2 code=0
  shift 2
  "$@" >"$work/log" 2>&1 || code=$?
  [ $code = "$expected" ] || fail "code $code: $*"
  grep -q "$pattern" "$work/log" || fail "no '$pattern': $*"
}

# The flags of build/dev, and its cache: the same files are not compiled twice.
export CCACHE_NOHASHDIR=1

families() {
  build=build/left-out
  says 1 "RADFLOW_WITHOUT names 'decode'" cmake --preset dev -B $build -DRADFLOW_WITHOUT=decode
  says 0 'files need nodes/decode/dicom;nodes/decode/tiff;nodes/preprocess and are left out' \
    cmake --preset dev -B $build '-DRADFLOW_WITHOUT=decode/dicom;decode/tiff;preprocess'
  cmake --build $build --parallel "${JOBS:-$(nproc)}" --target radflow >"$work/log" 2>&1 || fail "it does not build"
  radflow=$build/radflow
  says 0 'built without nodes/' $radflow --version
  for family in decode/dicom decode/tiff preprocess; do grep -q "nodes/$family" "$work/log" || fail "no $family"; done

  mkdir "$work/in"
  cp examples/own_node/input/sharp/slice-0.png "$work/in/a.png"
  printf 'II*\0\10\0\0\0\0\0' > "$work/in/b.tiff"
  { head -c 128 /dev/zero; printf DICM; } > "$work/in/c.dcm"
  cat > "$work/graph.yaml" <<YAML
graph: left_out
sources:
  - files: {path: in}
nodes:
  - decode: {}
  - histogram: {bins: 8, range: [0, 256]}
sinks:
  - ndjson: {path: out.ndjson}
  - ndjson: {path: errors.ndjson}
    name: errors
    from: errors
YAML
  says 0 '' $radflow lint "$work/graph.yaml"
  says 3 '' $radflow run "$work/graph.yaml"
  [ "$(grep -c a.png "$work/out.ndjson")" = 1 ] || fail "the PNG was not read"
  grep -q 'left_out.*DICOM cannot be read.*nodes/decode/dicom, which needs DCMTK, charls, OPENJPEG' "$work/errors.ndjson" ||
    fail "the dead letter of the DICOM file does not say why"
  grep -q 'left_out.*TIFF cannot be read.*nodes/decode/tiff, which needs TIFF' "$work/errors.ndjson" ||
    fail "the dead letter of the TIFF file does not say why"
  says 2 'decode.format: TIFF cannot be read: this radflow was built without nodes/decode/tiff' \
    $radflow lint "$work/graph.yaml" --set nodes.decode.format=tiff
  missing="there is no node 'resize' here: this radflow was built without nodes/preprocess"
  says 2 "$missing" $radflow describe resize
  sed 's/- histogram.*/- resize: {width: 8}/' "$work/graph.yaml" > "$work/missing.yaml"
  says 2 "missing.yaml:6:.*$missing" $radflow lint "$work/missing.yaml"
  says 0 colour_not_supported $radflow describe histogram
}

# without PACKAGE FOLDER: builds all as where the package is not installed.
without() {
  absent=$2
  says 0 "is left out: $1 not found" cmake --preset dev -B "$absent" "-DCMAKE_DISABLE_FIND_PACKAGE_$1=ON"
  cmake --build "$absent" --parallel "${JOBS:-$(nproc)}" >"$work/log" 2>&1 || fail "it does not build without $1"
}
tests_pass() {
  ctest --test-dir "$absent" -LE broker -j "${JOBS:-$(nproc)}" --output-on-failure >"$work/log" 2>&1 ||
    fail "a test fails in $absent"
  grep '% tests passed' "$work/log"
}

dcmtk() {
  without DCMTK build/no-dcmtk
  says 0 'built without nodes/decode/dicom' $absent/radflow --version
  tests_pass
}

openvino() {
  without OpenVINO build/no-openvino
  missing="built without nodes/infer, which needs OpenVINO: run config/install-openvino.sh and build it again"
  says 0 'built without nodes/infer' $absent/radflow --version
  for node in infer infer_mask infer_features; do
    says 2 "there is no node '$node' here: this radflow was $missing" $absent/radflow describe $node
    cat > "$work/network.yaml" <<YAML
graph: network
sources:
  - files: {path: in}
nodes:
  - decode
  - $node: {model: network.onnx}
sinks:
  - stdout
YAML
    says 2 "network.yaml:6:.*there is no node '$node' here: this radflow was $missing" \
      $absent/radflow lint "$work/network.yaml"
  done
  tests_pass
}

for part in ${*:-families dcmtk openvino}; do $part; done
echo "== what is left out is named, and the rest works"
