"""Trains scikit-learn's balanced random forest on the samples that balanced_test.cpp wrote, and prints the share of
class 0 that the votes of each forest's trees find, one line per seed.

    python balanced_forest.py FOLDER DEPTH SEED...

FOLDER holds train.samples and test.samples (float32, row by row) and train.labels and test.labels (int32).
"""
import sys

import numpy
from sklearn.ensemble import RandomForestClassifier

folder, depth, seeds = sys.argv[1], int(sys.argv[2]), [int(seed) for seed in sys.argv[3:]]


def read(name):
    labels = numpy.fromfile(f"{folder}/{name}.labels", numpy.int32)
    return numpy.fromfile(f"{folder}/{name}.samples", numpy.float32).reshape(len(labels), -1), labels


samples, labels = read("train")
unseen, truth = read("test")
for seed in seeds:
    forest = RandomForestClassifier(100, max_depth=depth, class_weight="balanced", random_state=seed, n_jobs=2)
    forest.fit(samples, labels)
    votes = numpy.mean([tree.predict(unseen) for tree in forest.estimators_], axis=0)
    print((votes[truth == 0] <= 0.5).mean())
