"""Prints scikit-learn's numbers for the stated problem of tests/nodes/classify/stated_problem.hpp, which stand in
tests/nodes/classify/algorithms_test.cpp.

    "$(tests/python.sh)" tests/nodes/classify/algorithms_reference.py
"""
import numpy
from sklearn.calibration import _sigmoid_calibration
from sklearn.decomposition import PCA
from sklearn.feature_selection import f_classif
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

rows, columns = 60, 4
samples = numpy.array([[(i * 37 + j * 101 + i * j * 13) % 97 / 16 for j in range(columns)] for i in range(rows)])


def labels(classes):
    sums = [samples[i, 0] + 2 * samples[i, 1] - samples[i, 2] + (i * 29 % 17) / 2 for i in range(rows)]
    return numpy.array([0 if s < 9 else 1 if classes == 2 or s < 13 else 2 for s in sums])


def show(name, values):
    print(f"{name}: {{{', '.join(f'{value:.15g}' for value in numpy.ravel(values))}}}")


for classes in (2, 3):
    truth = labels(classes)
    print(classes, "classes", numpy.bincount(truth))
    for weight in (None, "balanced"):
        logistic = LogisticRegression(C=0.5, tol=1e-14, max_iter=100000, solver="newton-cg", class_weight=weight)
        show(f"logistic {weight}", logistic.fit(samples, truth).predict_proba(samples[:3]))
        ridge = RidgeClassifier(alpha=2, class_weight=weight).fit(samples, truth)
        show(f"ridge {weight}", ridge.decision_function(samples[:3]))
    show("anova", f_classif(samples, truth)[0])
svm = SVC(C=2, gamma=0.1, tol=1e-9).fit(samples, labels(2))
show("svm rbf", svm.decision_function(samples[:6]))
show("svm linear", SVC(C=2, kernel="linear", tol=1e-9).fit(samples, labels(2)).decision_function(samples[:6]))
show("svm rbf balanced", SVC(C=2, gamma=0.1, tol=1e-9, class_weight="balanced").fit(samples, labels(2)).decision_function(samples[:6]))
show("standardize", StandardScaler().fit_transform(samples)[:2])
show("pca", PCA(2).fit_transform(StandardScaler().fit_transform(samples))[:3])
show("platt", _sigmoid_calibration(samples[:, 0] + 2 * samples[:, 1] - samples[:, 2], labels(2)))
