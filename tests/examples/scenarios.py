#!/usr/bin/env python3
"""The scenarios of examples/ on whole series of ../shared/data: scenarios.py RADFLOW SOURCE NAME; 77 where they are absent.

Each test runs the graph as its README does, and asks for what the images are known to show.
"""
import json
import pathlib
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
