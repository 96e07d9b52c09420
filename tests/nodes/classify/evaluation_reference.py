"""Prints scikit-learn's numbers for the cases that tests/nodes/classify/measures_test.cpp makes, which stand there.

    "$(tests/python.sh)" tests/nodes/classify/evaluation_reference.py
"""
import numpy
from sklearn import metrics
from sklearn.calibration import calibration_curve

for classes in (2, 3):
    truth, probabilities = [], []
    for i in range(200):
        raw = [1 + (i * 31 + 7 * c * c + i * c * 17) % 23 for c in range(classes)]
        truth.append(i * 7 % 10 % classes)
        raw[truth[-1]] += i % 19
        probabilities.append([value / sum(raw) for value in raw])
    truth, probabilities = numpy.array(truth), numpy.array(probabilities)
    labels = probabilities.argmax(axis=1)
    print(classes, "classes")
    one_hot = numpy.eye(classes)[truth]
    brier = metrics.brier_score_loss(truth, probabilities[:, 1]) if classes == 2 else numpy.mean(((probabilities - one_hot) ** 2).sum(axis=1))
    print("all", [float(x) for x in (
        metrics.accuracy_score(truth, labels), metrics.balanced_accuracy_score(truth, labels),
        metrics.f1_score(truth, labels, average="macro"),
        numpy.mean([metrics.roc_auc_score(truth == c, probabilities[:, c]) for c in range(classes)]), brier)])
    for c in range(classes):
        is_class, called, score = truth == c, labels == c, probabilities[:, c]
        print("class", c, [float(x) for x in (
            metrics.recall_score(is_class, called), metrics.recall_score(~is_class, ~called),
            metrics.precision_score(is_class, called), metrics.precision_score(~is_class, ~called),
            metrics.f1_score(is_class, called), metrics.roc_auc_score(is_class, score),
            metrics.average_precision_score(is_class, score), metrics.brier_score_loss(is_class, score))])
    share, mean = calibration_curve(truth == 1, probabilities[:, 1], n_bins=10)
    print("calibration of 1", [float(x) for x in share], [float(x) for x in mean])
    if classes == 3:
        some = truth != 2
        print("without cases of c", [float(x) for x in (
            metrics.accuracy_score(truth[some], labels[some]), metrics.balanced_accuracy_score(truth[some], labels[some]),
            metrics.f1_score(truth[some], labels[some], average="macro"),
            numpy.mean([metrics.roc_auc_score(truth[some] == c, probabilities[some, c]) for c in (0, 1)]))])
