"""Numbers for the tests of the metrics that data sets and recipes name, from scikit-learn and SciPy.

    pip install scikit-learn scipy torch safetensors
    python3 packages/retort/reference/judging.py

writes judging.safetensors beside this file, with the versions in its metadata: for each case what a network answers (`logits`), what is
(`labels`, `multiLabels` or `values`) and the score by its name. Where SciPy has no number (nan, or an error for one sample) the case has none.
"""

import os
import warnings

import numpy as np
import scipy
import sklearn
import torch
from safetensors.torch import save_file
from scipy.stats import pearsonr, spearmanr
from sklearn.metrics import (
    accuracy_score,
    average_precision_score,
    f1_score,
    matthews_corrcoef,
    mean_absolute_error,
    mean_squared_error,
)

warnings.filterwarnings("ignore")
random = np.random.default_rng(20)
out = {}


def save(case, **tensors):
    for name, value in tensors.items():
        array = np.asarray(value)
        out[f"{case}.{name}"] = torch.from_numpy(np.ascontiguousarray(array if array.shape else array.reshape(1)))


def one_class(case, logits, labels):
    """Samples of one class each: the largest logit is what is said."""
    logits, labels = np.asarray(logits, dtype=np.float32), np.asarray(labels, dtype=np.int64)
    said = logits.argmax(1)
    scores = {"matthews": matthews_corrcoef(labels, said), "macroF1": f1_score(labels, said, average="macro")}
    if logits.shape[1] == 2:
        scores["f1"] = f1_score(labels, said)
    save(case, logits=logits, labels=labels, **{name: np.float64(value) for name, value in scores.items()})


def classes_said(said, classes):
    """Logits of which these are the largest."""
    logits = random.standard_normal((len(said), classes))
    logits[np.arange(len(said)), said] = 5
    return logits


labels = random.integers(0, 2, 53)
one_class("two", classes_said(np.where(random.random(53) < 0.7, labels, 1 - labels), 2), labels)
labels = random.integers(0, 5, 61)
one_class("five", classes_said(np.where(random.random(61) < 0.5, labels, random.integers(0, 5, 61)), 5), labels)
one_class("uneven", classes_said(random.integers(0, 3, 40), 3), random.choice(3, 40, p=[0.9, 0.05, 0.05]))
# Class 2 of four is said and never is, class 3 is neither.
one_class("empty", classes_said([0, 1, 2, 0, 1, 2, 0], 4), [0, 1, 1, 0, 0, 1, 1])
one_class("one-class-said", classes_said([1] * 9, 2), [0, 1, 1, 0, 1, 0, 1, 1, 1])
one_class("one-class-is", classes_said([0, 1, 1, 0, 1], 2), [1, 1, 1, 1, 1])
one_class("never-positive", classes_said([0, 0, 0], 2), [0, 0, 0])
one_class("always-positive", classes_said([1, 1, 1], 2), [1, 1, 1])
one_class("always-wrong", classes_said([1, 0, 1, 0], 2), [0, 1, 0, 1])
one_class("one-sample", classes_said([2], 3), [2])
one_class("one-wrong-sample", classes_said([0], 3), [2])


def several_classes(case, logits, are):
    """Samples of any number of classes: those are said whose logit is above 0."""
    logits, are = np.asarray(logits, dtype=np.float32), np.asarray(are, dtype=np.float32)
    said = (logits > 0).astype(int)
    save(
        case,
        logits=logits,
        multiLabels=are,
        macroF1=np.float64(f1_score(are, said, average="macro")),
        microF1=np.float64(f1_score(are, said, average="micro")),
        subsetAccuracy=np.float64(accuracy_score(are, said)),
        averagePrecision=np.float64(average_precision_score(are, logits, average="macro")),
    )


are = random.random((47, 6)) < 0.3
several_classes("several", random.standard_normal((47, 6)) + 1.5 * are, are)
# Rounded, many logits are alike, and some are 0.
several_classes("several-ties", np.round(2 * random.standard_normal((47, 6)) + 1.5 * are) / 2, are)
# No sample is of class 1, all are of class 2, and nothing is said of class 3.
are = random.random((20, 4)) < 0.4
are[:, 1], are[:, 2] = False, True
logits = random.standard_normal((20, 4))
logits[:, 3] = -np.abs(logits[:, 3])
several_classes("several-empty", logits, are)
several_classes("several-nothing-said", -np.ones((5, 3)), random.random((5, 3)) < 0.5)
several_classes("several-nothing-is", random.standard_normal((5, 3)), np.zeros((5, 3)))
several_classes("several-one-sample", [[1.0, -2.0, 3.0]], [[1, 0, 1]])


def numbers(case, said, are):
    said, are = np.asarray(said, dtype=np.float32), np.asarray(are, dtype=np.float32)
    x, y = said.astype(np.float64), are.astype(np.float64)
    scores = {"mse": mean_squared_error(y, x), "mae": mean_absolute_error(y, x)}
    if len(x) > 1 and np.ptp(x) > 0 and np.ptp(y) > 0:
        scores["pearson"], scores["spearman"] = pearsonr(x, y)[0], spearmanr(x, y)[0]
        scores["corr"] = (scores["pearson"] + scores["spearman"]) / 2
    elif len(x) > 1:
        assert np.isnan(pearsonr(x, y)[0]) and np.isnan(spearmanr(x, y)[0])
    save(case, logits=said[:, None], values=are, **{name: np.float64(value) for name, value in scores.items()})


are = 5 * random.random(59)
numbers("numbers", are + random.standard_normal(59), are)
# As STS-B has them, in steps of a fifth.
numbers("numbers-ties", np.round(are + random.standard_normal(59)), np.round(5 * are) / 5)
numbers("numbers-far", 1e6 + are * 3 + random.standard_normal(59), are)
numbers("numbers-against", -are, are)
numbers("numbers-two", [1.5, 0.25], [2, 3])
numbers("numbers-same-said", [0.1] * 7, are[:7])
numbers("numbers-same-are", are[:7], [0.1] * 7)
numbers("numbers-one-sample", [1.0], [2.0])

versions = {"scikit-learn": sklearn.__version__, "scipy": scipy.__version__, "numpy": np.__version__}
save_file(out, os.path.join(os.path.dirname(os.path.abspath(__file__)), "judging.safetensors"), metadata=versions)
print(versions, len(out))
