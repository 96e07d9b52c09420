"""Compares decode with pydicom, by pylibjpeg's plug-ins and by GDCM's, on one core: the DICOM files of radflow_decode_bench
from their bytes to the stored values, which have to be the same. The processes take turns, a third of a second of the
processor's time each.

decode_peers.py RADFLOW_DECODE_BENCH [ROUNDS]     with the Python that tests/python.sh tests/bench/requirements.txt prints
"""

import io
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import warnings

import pydicom

PEERS = ("pylibjpeg", "gdcm")


def stored(content, plugin):
    dataset = pydicom.dcmread(io.BytesIO(content))
    if dataset.file_meta.TransferSyntaxUID.is_compressed:
        dataset.pixel_array_options(decoding_plugin=plugin)
    return dataset.pixel_array


def tell_rates(plugin):
    """Reads paths, writes frames a second, or why there are none."""
    warnings.simplefilter("ignore")
    for path in sys.stdin:
        path = pathlib.Path(path.strip())
        content = path.read_bytes()
        try:
            same = stored(content, plugin).tobytes() == path.with_name(path.name + ".samples").read_bytes()
        except Exception as error:  # the plug-in does not know the transfer syntax
            print("no", str(error).splitlines()[0], flush=True)
            continue
        if not same:
            print("other pixel values", flush=True)
            continue
        begin, frames = time.process_time(), 0
        while time.process_time() - begin < 0.3:
            stored(content, plugin)
            frames += 1
        print(frames / (time.process_time() - begin), flush=True)


class Teller:
    def __init__(self, *command):
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )

    def __call__(self, path):
        print(path, file=self.process.stdin, flush=True)
        return self.process.stdout.readline().strip()


def is_rate(answer):
    return answer[:1].isdigit()


def report(row, ratios):
    ratios = sorted(ratios)
    line = {"bench": "decode_peers", "row": row, "median": statistics.median(ratios)}
    line |= {"low": ratios[0], "high": ratios[-1]}
    print(f"{row}: {line['median']:.2f} ({line['low']:.2f} to {line['high']:.2f})", flush=True)
    if "RADFLOW_BENCH_JSON" in os.environ:
        with open(os.environ["RADFLOW_BENCH_JSON"], "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


def main(bench, rounds=5):
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([bench, "--write", folder], check=True, stdout=subprocess.DEVNULL)
        ours = Teller(bench, "--rates")
        theirs = {peer: Teller(sys.executable, __file__, "--rates", peer) for peer in PEERS}
        for path in sorted(pathlib.Path(folder).glob("*.dcm")):
            rates = {peer: [] for peer in PEERS}
            our_rates = []
            for _ in range(rounds):
                our_rates.append(float(ours(path)))
                for peer in PEERS:
                    rates[peer].append(theirs[peer](path))
            for peer in PEERS:
                if not is_rate(rates[peer][0]):
                    print(f"{path.stem}, pydicom with {peer}: {rates[peer][0]}")
                    continue
                ratios = [a / float(b) for a, b in zip(our_rates, rates[peer])]
                report(f"{path.stem}: frames a second, over pydicom with {peer}", ratios)
        for teller in (ours, *theirs.values()):
            teller.process.stdin.close()
            teller.process.wait()


if __name__ == "__main__":
    if sys.argv[1] == "--rates":
        tell_rates(sys.argv[2])
    else:
        main(str(pathlib.Path(sys.argv[1]).resolve()), *map(int, sys.argv[2:]))
