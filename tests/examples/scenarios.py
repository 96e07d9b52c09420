#!/usr/bin/env python3
"""The scenarios of examples/ on whole series of ../shared/data: scenarios.py RADFLOW SOURCE NAME; 77 where they are absent.

Each test runs the graph as its README does, and asks for what the images are known to show.
"""
import array
import gzip
import json
import pathlib
import struct
import subprocess
import sys
import tempfile

radflow, source, name = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]
data = source.parent / "shared" / "data"
patient = data / "dicom" / "series" / "STS_003"
examples = source / "examples"


def run(*arguments, code=0):
    done = subprocess.run([radflow, *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == code, f"{arguments}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done.stdout


def results(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def sheet(folder, graph, *files, code=0, more=()):
    """The contact sheet and the page, both with something in them."""
    png, html = folder / "preview.png", folder / "preview.html"
    run("preview", graph, *files, "--png", png, "--html", html, *more, code=code)
    assert png.read_bytes()[:4] == b"\x89PNG" and png.stat().st_size > 20000
    assert html.read_text().count("data:image/png;base64,") > 3


def segment_mr(folder):
    images = patient / "MR_T1" / "dicom" / "image"
    slices = folder / "slices"
    slices.mkdir()
    for n in range(16, 26):
        (slices / f"{n:06}.dcm").write_bytes((images / f"{n:06}.dcm").read_bytes())
    graph = examples / "segment_mr" / "segment.yaml"
    run("run", graph, "--set", f"sources.files.path={slices}", "--set", f"sinks.images.path={folder}/masks",
        "--set", f"sinks.results.path={folder}/results.ndjson", "--set", f"sinks.errors.path={folder}/errors.ndjson")
    cut = examples / "segment_mr" / "slices_of_mask.py"
    subprocess.run([sys.executable, cut, patient / "MR_T1/nifti/mask/mask.nii.gz", folder / "right", "16", "25"], check=True)
    overlap = json.loads(run("overlap", folder / "masks", folder / "right", "--spacing", "0.9765625", "--json"))
    assert len(overlap["masks"]) == 10 and "missing" not in overlap
    print(overlap["mean"])
    assert overlap["mean"]["dice"] > 0.9 and overlap["mean"]["hausdorff95"] < 8
    boxes = [one for one in results(folder / "results.ndjson") if one["kind"] == "boxes"]
    assert all(30 < one["boxes"][0]["width_mm"] < 70 for one in boxes), boxes
    sheet(folder, graph, slices / "000020.dcm")


def localise_ct(folder):
    images = patient / "CT" / "dicom" / "image"
    graph = examples / "localise_ct" / "localise.yaml"
    run("run", graph, "--input", images, "--output", folder / "results.ndjson")
    by_key = {one["key"]: one["boxes"] for one in results(folder / "results.ndjson")}
    assert len(by_key) == 51
    # Two bones lie in this slice, in the upper left quarter, and none in the thigh's lowest slices.
    assert len(by_key["000043.dcm"]) == 2 and all(box["y"] < 79 for box in by_key["000043.dcm"])
    sheet(folder, graph, images / "000043.dcm")


def nifti(path):
    """Sizes, spacing, origin (LPS) and values of a NIfTI file of floats with a quaternion for its orientation."""
    data = gzip.decompress(path.read_bytes())
    assert struct.unpack_from("<h", data, 70)[0] == 16 and struct.unpack_from("<h", data, 252)[0] > 0
    x, y, z = struct.unpack_from("<3f", data, 268)
    begin = int(struct.unpack_from("<f", data, 108)[0])
    return struct.unpack_from("<3h", data, 42), struct.unpack_from("<3f", data, 80), (-x, -y, z), array.array("f", data[begin:])


def nrrd(path):
    """The fields of the head, and the values as floats."""
    head, _, data = path.read_bytes().partition(b"\n\n")
    fields = dict(line.split(": ", 1) for line in head.decode().splitlines()[1:])
    assert fields["type"] == "float" and fields["encoding"] == "raw", fields
    return fields, array.array("f", data)


def volume_ct(folder):
    graph = examples / "volume_ct" / "volume.yaml"
    for series in ("CT", "MR_T1", "PET"):
        out = folder / series
        out.mkdir()
        run("run", graph, "--set", f"sources.files.path={patient / series / 'dicom' / 'image'}",
            "--set", f"sinks.volumes.path={out}/volumes", "--set", f"sinks.projections.path={out}/projections",
            "--set", f"sinks.results.path={out}/results.ndjson", "--set", f"sinks.errors.path={out}/errors.ndjson")
        (image,) = (patient / series / "nifti" / "image").iterdir()
        sizes, spacing, origin, right = nifti(image)
        (file,) = (out / "volumes").rglob("*.nrrd")
        fields, values = nrrd(file)
        assert tuple(map(int, fields["sizes"].split())) == sizes, (fields, sizes)
        assert len(values) == len(right)
        worst = max(abs(a - b) / max(1, abs(b)) for a, b in zip(values, right))
        assert worst < 1e-6, (series, worst)
        said = [float(part) for part in fields["space origin"].strip("()").split(",")]
        assert all(abs(a - b) < 1e-3 for a, b in zip(said, origin)), (said, origin)
        (result,) = results(out / "results.ndjson")
        assert abs(result["slice_spacing_mm"] - spacing[2]) < 1e-4 and abs(result["row_spacing_mm"] - spacing[1]) < 1e-4
        assert result["slices"] == sizes[2] == len(result["members"]) and "SOPInstanceUID" not in result
        assert len(list((out / "projections").rglob("*.png"))) == 1

    # One slice is left out.
    part = folder / "part"
    part.mkdir()
    for file in sorted((patient / "MR_T1/dicom/image").iterdir()):
        if file.name != "000020.dcm":
            (part / file.name).write_bytes(file.read_bytes())
    run("run", graph, "--input", part, "--output", folder / "part.ndjson", code=3)
    (letter,) = {one["headers"]["radflow-error-reason"] for one in results(folder / "part.errors.ndjson")}
    assert letter == "uneven_slices", letter
    few = folder / "few"
    few.mkdir()
    for file in sorted((patient / "CT/dicom/image").iterdir())[:8]:
        (few / file.name).write_bytes(file.read_bytes())
    sheet(folder, graph, few)


def enhance_us(folder):
    image = data / "dicom" / "files" / "examples_ybr_color.dcm"
    graph = examples / "enhance_us" / "enhance.yaml"
    run("run", graph, "--set", f"sources.files.path={image}", "--set", f"sinks.images.path={folder}/enhanced",
        "--set", f"sinks.errors.path={folder}/errors.ndjson")
    pictures = list((folder / "enhanced").iterdir())
    assert len(pictures) == 30, "one for each frame of the cine"
    sheet(folder, graph, image, more=("--most", "1"))


def quality_gate(folder):
    scans = folder / "scans"
    scans.mkdir()
    for n, file in enumerate(sorted((patient / "PET/dicom/image").iterdir())):
        (scans / f"pet{n}.dcm").write_bytes(file.read_bytes())
    # A slice of which only the upper quarter came: the pixels below are zeros, at the end of the file.
    whole = (patient / "PET/dicom/image/000026.dcm").read_bytes()
    (scans / "cut.dcm").write_bytes(whole[:-1300] + bytes(1300))
    (scans / "ct.dcm").write_bytes((patient / "CT/dicom/image/000000.dcm").read_bytes())
    (scans / "nm.dcm").write_bytes((data / "dicom/files/JPEG2000.dcm").read_bytes())
    graph = examples / "quality_gate" / "gate.yaml"
    run("run", graph, "--input", scans, "--output", folder / "results.ndjson", code=3)
    every = results(folder / "results.ndjson")
    kinds = [one["kind"] for one in every]
    reasons = {one["key"]: one["reasons"][0]["reason"] for one in every if one["kind"] == "abstention"}
    letters = results(folder / "results.errors.ndjson")
    assert kinds.count("features") + kinds.count("abstention") == 53, kinds
    assert reasons["cut.dcm"] == "truncated", reasons
    assert [one["key"] for one in letters] == ["ct.dcm"]
    assert letters[0]["headers"]["radflow-error-reason"] == "wrong_modality"
    sheet(folder, graph, scans / "pet26.dcm", scans / "nm.dcm")


def pneumonia_network(folder):
    scans = data / "pneumoniamnist" / "test"
    graph = examples / "pneumonia_network" / "network.yaml"
    run("evaluate", graph, "--input", scans, "--json", folder / "judged.json")
    judged = json.loads((folder / "judged.json").read_text())
    # The README's numbers, which are those of PyTorch on the same images: 209 of 234 and 380 of 390 are right.
    assert abs(judged["accuracy"] - 589 / 624) < 1e-12 and abs(judged["auc"] - 0.98149) < 1e-5, judged
    run("run", graph, "--input", scans, "--output", folder / "shared.ndjson")
    run("run", graph, "--input", scans, "--output", folder / "alone.ndjson", "--set", "nodes.infer.batch.size=1")
    shared, alone = (sorted((folder / f"{name}.ndjson").read_text().splitlines()) for name in ("shared", "alone"))
    assert len(shared) == 624 and shared == alone, "a batch changes no bit of a result"
    sheet(folder, graph, *sorted((scans / "pneumonia").iterdir())[:4])


def article_chain(folder):
    scans = data / "pneumoniamnist" / "test"
    graph = examples / "article_chain" / "chain.yaml"
    run("run", graph, "--input", scans / "normal", "--output", folder / "results.ndjson")
    every = results(folder / "results.ndjson")
    assert len(every) == 234 and all(abs(sum(one["values"]) - 1) < 1e-9 for one in every)
    sheet(folder, graph, *sorted((scans / "pneumonia").iterdir())[:2])


if not data.exists():
    print(f"needs {data}")
    sys.exit(77)
with tempfile.TemporaryDirectory() as made:
    globals()[name](pathlib.Path(made))
