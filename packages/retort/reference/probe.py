"""Numbers for the tests of probes, from scikit-learn.

    pip install scikit-learn numpy torch safetensors
    python3 packages/retort/reference/probe.py

writes probe.safetensors beside this file, with the versions in its metadata: features that are drawn around a place for each class, of very
different sizes (`train.vectors`, `train.labels`, `test.vectors`, `test.labels`), and of them

* `linear.{raw,standard}.l2=L`: top-1 of `LogisticRegression(C=1 / (L * N))` at its optimum on the test samples, its objective as Retort has it
  (the mean of the losses, and L / 2 of the squared weights), and its probabilities of the test samples,
* `neighbours.k=K` and `neighbours.k=K,t=0.07`: what `KNeighborsClassifier` says of each test sample by cosine and brute force, all alike and
  weighted by exp(cosine / 0.07).
"""

import os

import numpy as np
import sklearn
import torch
from safetensors.torch import save_file
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler

random = np.random.default_rng(7)
classes, width = 5, 24
out = {}


def save(name, value):
    array = np.ascontiguousarray(value)
    out[name] = torch.from_numpy(array if array.shape else array.reshape(1))


places = random.standard_normal((classes, width))
sizes = np.exp(random.uniform(-2, 2, width))


def drawn(count):
    labels = random.integers(0, classes, count)
    return ((places[labels] + 1.6 * random.standard_normal((count, width))) * sizes).astype(np.float32), labels


split = {"train": drawn(700), "test": drawn(500)}
for name, (vectors, labels) in split.items():
    save(f"{name}.vectors", vectors)
    save(f"{name}.labels", labels.astype(np.int64))

(x, y), (u, v) = split["train"], split["test"]
scaler = StandardScaler().fit(x.astype(np.float64))
for how, (train, test) in {
    "raw": (x.astype(np.float64), u.astype(np.float64)),
    "standard": (scaler.transform(x.astype(np.float64)), scaler.transform(u.astype(np.float64))),
}.items():
    for l2 in (1, 1e-2, 1e-4):
        model = LogisticRegression(C=1 / (l2 * len(train)), tol=1e-9, max_iter=20000).fit(train, y)
        said = model.predict_log_proba(train)[np.arange(len(y)), y]
        case = f"linear.{how}.l2={l2}"
        save(f"{case}.top1", np.float64(model.score(test, v)))
        save(f"{case}.objective", np.float64(l2 / 2 * (model.coef_**2).sum() - said.mean()))
        save(f"{case}.probabilities", model.predict_proba(test).astype(np.float32))

for k in (1, 5, 20, 200):
    for case, weights in {"": "uniform", ",t=0.07": lambda distance: np.exp((1 - distance) / 0.07)}.items():
        model = KNeighborsClassifier(k, metric="cosine", algorithm="brute", weights=weights)
        save(f"neighbours.k={k}{case}", model.fit(x.astype(np.float64), y).predict(u.astype(np.float64)).astype(np.int64))

here = os.path.dirname(os.path.abspath(__file__))
save_file(out, os.path.join(here, "probe.safetensors"), {"scikit-learn": sklearn.__version__, "numpy": np.__version__})
