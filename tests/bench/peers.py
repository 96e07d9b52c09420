"""Compares radflow with plain Python consumers on a real broker: raw frames of 512 x 512 at 16 bit, through window,
resize to 256, Gaussian blur, LBP, histogram and a forest of 100 trees, results to another topic. Two processes of one
group on each side of Python, one radflow with two workers. All frames stand in the topic before, because producing them
on the same machine takes longer than radflow needs; timed is from a quarter to nine tenths of the results, when both
processes have long begun.

peers.py RADFLOW [FRAMES] [ROUNDS]     with the Python that tests/python.sh tests/bench/requirements.txt prints
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import confluent_kafka
import confluent_kafka.admin
import cv2
import numpy as np

HERE = pathlib.Path(__file__).resolve()
BROKER = HERE.parents[1] / "kafka" / "broker.sh"
PARTITIONS = 8
GRAPH = """\
graph: {name}
workers: 2
kafka: {{bootstrap.servers: '{servers}'}}
sources:
  - kafka: {{topic: {frames}}}
nodes:
  - decode
  - window: {{center: 2048, width: 4096}}
  - resize: {{width: 256, height: 256}}
  - gaussian_blur: {{sigma: 1}}
  - lbp: {{points: 8, radius: 1}}
  - histogram
  - classify: {{model: {folder}/forest.model, train: {{algorithm: random_forest, trees: 100}}}}
  - encode
sinks:
  - kafka: {{topic: {results}}}
"""
HEADERS = [
    ("content-type", b"application/x-radflow-raw"),
    ("radflow-rows", b"512"),
    ("radflow-columns", b"512"),
    ("radflow-depth", b"u16"),
]


def frame(number, rough):
    """Smooth noise, of one of two classes: finer or coarser."""
    noise = np.random.default_rng(number).random((512, 512), dtype=np.float32)
    noise = cv2.GaussianBlur(noise, (0, 0), 1 if rough else 3)
    return cv2.normalize(noise, None, 0, 4095, cv2.NORM_MINMAX).astype(np.uint16)


def with_opencv(pixels):
    shade = np.clip(pixels.astype(np.float32) * (255 / 4095), 0, 255).astype(np.uint8)
    shade = cv2.GaussianBlur(cv2.resize(shade, (256, 256), interpolation=cv2.INTER_AREA), (0, 0), 1)
    padded = cv2.copyMakeBorder(shade, 1, 1, 1, 1, cv2.BORDER_CONSTANT)
    code = np.zeros_like(shade)
    for bit, (y, x) in enumerate([(1, 2), (0, 2), (0, 1), (0, 0), (1, 0), (2, 0), (2, 1), (2, 2)]):
        code |= (padded[y : y + 256, x : x + 256] >= shade).view(np.uint8) << bit
    return np.bincount(code.ravel(), minlength=256).astype(np.float32) / code.size


def with_scikit_image(pixels):
    import skimage.feature
    import skimage.filters
    import skimage.transform

    shade = np.clip(pixels * (255 / 4095), 0, 255)
    shade = skimage.transform.resize(shade, (256, 256), anti_aliasing=True)
    shade = np.rint(skimage.filters.gaussian(shade, 1)).astype(np.uint8)
    code = skimage.feature.local_binary_pattern(shade, 8, 1)
    return np.bincount(code.astype(np.int64).ravel(), minlength=256).astype(np.float32) / code.size


def opencv_forest(features, labels):
    forest = cv2.ml.RTrees_create()
    forest.setTermCriteria((cv2.TERM_CRITERIA_MAX_ITER, 100, 0))
    forest.train(features, cv2.ml.ROW_SAMPLE, labels)
    return lambda values: float(forest.getVotes(values[None], 0)[1, 1]) / 100


def scikit_learn_forest(features, labels):
    import sklearn.ensemble

    forest = sklearn.ensemble.RandomForestClassifier(100, random_state=1).fit(features, labels)
    return lambda values: float(forest.predict_proba(values[None])[0, 1])


KINDS = {"opencv": (with_opencv, opencv_forest), "scikit-image": (with_scikit_image, scikit_learn_forest)}


def consume(kind, servers, source, target):
    """A plain consumer, as one writes it: a frame at a time."""
    cv2.setNumThreads(1)
    describe, learn = KINDS[kind]
    samples = [(describe(frame(i, i % 2)), i % 2) for i in range(40)]
    score = learn(np.array([s[0] for s in samples]), np.array([s[1] for s in samples], np.int32))
    consumer = confluent_kafka.Consumer(
        {"bootstrap.servers": servers, "group.id": source + kind, "auto.offset.reset": "earliest"}
    )
    producer = confluent_kafka.Producer({"bootstrap.servers": servers})
    consumer.subscribe([source])
    while True:
        message = consumer.poll(0.1)
        if message is None or message.error():
            continue
        features = describe(np.frombuffer(message.value(), np.uint16).reshape(512, 512))
        result = {"score": score(features), "features": features.tolist()}
        producer.produce(target, json.dumps(result), message.key())
        producer.poll(0)


def ends(consumer, topic):
    return sum(consumer.get_watermark_offsets(confluent_kafka.TopicPartition(topic, p))[1] for p in range(PARTITIONS))


class Bench:
    def __init__(self, radflow, folder, servers, count):
        self.radflow, self.folder, self.servers, self.count = radflow, folder, servers, count
        self.admin = confluent_kafka.admin.AdminClient({"bootstrap.servers": servers})
        self.watch = confluent_kafka.Consumer({"bootstrap.servers": servers, "group.id": "watch"})
        self.frames = [frame(1000 + i, i % 2).tobytes() for i in range(32)]
        self.runs = 0

    def graph(self, frames, results):
        path = self.folder / f"{frames}.yaml"
        path.write_text(
            GRAPH.format(name=frames, servers=self.servers, frames=frames, results=results, folder=self.folder)
        )
        return path

    def train(self):
        for i in range(40):
            (self.folder / "images" / str(i % 2)).mkdir(parents=True, exist_ok=True)
            cv2.imwrite(str(self.folder / "images" / str(i % 2) / f"{i}.png"), frame(i, i % 2))
        subprocess.run(
            [self.radflow, "train", self.graph("train", "out"), "--input", self.folder / "images"],
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def rate(self, kind):
        self.runs += 1
        source, target = f"frames-{self.runs}", f"results-{self.runs}"
        topics = [confluent_kafka.admin.NewTopic(t, PARTITIONS, 1) for t in (source, target)]
        for future in self.admin.create_topics(topics).values():
            future.result()
        producer = confluent_kafka.Producer(
            {"bootstrap.servers": self.servers, "queue.buffering.max.kbytes": 2000000, "linger.ms": 5}
        )
        for i in range(self.count):
            while len(producer) > 500:
                producer.poll(0.05)
            producer.produce(source, self.frames[i % 32], f"key-{i}", headers=HEADERS)
        producer.flush()
        if kind == "radflow":
            commands = [[self.radflow, "run", self.graph(source, target)]]
        else:
            commands = [[sys.executable, str(HERE), "--consume", kind, self.servers, source, target]] * 2
        with open(self.folder / "log", "ab") as log:
            running = [subprocess.Popen(c, stdout=log, stderr=log) for c in commands]
        first, last = self.count // 4, self.count * 9 // 10
        try:
            begin, before = self.reached(target, first)
            end, after = self.reached(target, last)
        finally:
            for process in running:
                process.terminate()
            for process in running:
                process.wait(60)
            for future in self.admin.delete_topics([source, target]).values():
                future.result()
        return (after - before) / (end - begin)

    def reached(self, topic, count):
        """When there were so many results, and how many there were then."""
        until = time.monotonic() + 300
        while True:
            now = time.monotonic()
            found = ends(self.watch, topic)
            if found >= count:
                return now, found
            if now > until:
                raise RuntimeError((self.folder / "log").read_text()[-2000:])
            time.sleep(0.01)


def report(row, ratios):
    ratios = sorted(ratios)
    line = {"bench": "peers", "row": row, "median": statistics.median(ratios), "low": ratios[0], "high": ratios[-1]}
    print(f"{row}: {line['median']:.1f} ({line['low']:.1f} to {line['high']:.1f})", flush=True)
    if "RADFLOW_BENCH_JSON" in os.environ:
        with open(os.environ["RADFLOW_BENCH_JSON"], "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


def main(radflow, count=4000, rounds=3):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        started = subprocess.run(
            [BROKER, "start", "--folder", folder / "broker", "--owner", str(os.getpid())],
            check=True,
            capture_output=True,
            text=True,
        )
        servers = started.stdout.split("bootstrap.servers=")[1].split()[0]
        try:
            bench = Bench(radflow, folder, servers, count)
            bench.train()
            rates = {kind: [] for kind in ("radflow", *KINDS)}
            for _ in range(rounds):
                for kind, measured in rates.items():
                    measured.append(bench.rate(kind))
                    print(f"{kind}: {measured[-1]:.0f} frames/s", flush=True)
            for kind in KINDS:
                row = f"raw 512 x 512 chain with a forest, against two Python consumers with {kind}, rate"
                report(row, [ours / theirs for ours, theirs in zip(rates["radflow"], rates[kind])])
        finally:
            subprocess.run([BROKER, "stop", "--folder", folder / "broker"], check=False, capture_output=True)


if __name__ == "__main__":
    if sys.argv[1] == "--consume":
        consume(*sys.argv[2:])
    else:
        main(str(pathlib.Path(sys.argv[1]).resolve()), *map(int, sys.argv[2:]))
