"""Numbers for the tests of the metrics, from torchmetrics and from the formulas.

    pip install --target DIR torchmetrics lightning-utilities packaging
    PYTHONPATH=DIR python3 packages/retort/reference/evaluate.py

writes evaluate.safetensors beside this file. Accuracy, calibration and divergence are torchmetrics'; cosines and the unbiased alignment
are written out in numpy, the latter with explicit sums over the images rather than with traces.
"""

import os

import numpy as np
import torch
from safetensors.torch import save_file
from torchmetrics.classification import MulticlassAccuracy, MulticlassCalibrationError

torch.manual_seed(0)
images, classes, batch = 37, 7, 10
logits = 2 * torch.randn(images, classes)
teacher = logits + torch.randn(images, classes)
labels = torch.randint(0, classes, (images,))
labels[labels == 3] = 4
features = {
    "s0": torch.randn(images, 6),
    "s1": torch.randn(images, 2, 3, 3),
    "t0": torch.randn(images, 4, 2, 2),
}
features["s2"] = features["t0"].flatten(1) @ torch.randn(16, 5) + 0.5 * torch.randn(images, 5)

out = {"logits": logits, "teacher": teacher, "labels": labels, **features}
f64 = lambda value: torch.tensor(value, dtype=torch.float64)
out["calibration"] = f64([MulticlassCalibrationError(classes, n_bins=15, norm="l1")(logits.softmax(1), labels).item()])
out["top1"] = f64([MulticlassAccuracy(classes, average="micro")(logits, labels).item()])
out["top5"] = f64([MulticlassAccuracy(classes, average="micro", top_k=5)(logits, labels).item()])
per_class = [(logits.argmax(1)[labels == c] == c).double().mean().item() if (labels == c).any() else -1 for c in range(classes)]
out["perClass"] = f64(per_class)
p, q = (x.double().softmax(1).numpy() for x in (logits, teacher))
out["divergence"] = f64([np.mean(np.sum(q * (np.log(q) - np.log(p)), axis=1))])
out["agreement"] = f64([np.mean(p.argmax(1) == q.argmax(1))])
out["cosine"] = f64([np.dot(p[:, c], q[:, c]) / np.linalg.norm(p[:, c]) / np.linalg.norm(q[:, c]) for c in range(classes)])


def hsic(x, y):
    """Song et al. 2012, as a U-statistic: sums over different images."""
    k, l = x @ x.T, y @ y.T
    n = len(k)
    np.fill_diagonal(k, 0)
    np.fill_diagonal(l, 0)
    first = sum(k[i, j] * l[i, j] for i in range(n) for j in range(n))
    second = sum(k[i, j] for i in range(n) for j in range(n)) * sum(l[i, j] for i in range(n) for j in range(n))
    third = sum(k[i, j] * l[j, m] for i in range(n) for j in range(n) for m in range(n))
    return (first + second / ((n - 1) * (n - 2)) - 2 * third / (n - 2)) / (n * (n - 3))


def cka(x, y):
    parts = [slice(at, at + batch) for at in range(0, images, batch)]
    flat = [(a.flatten(1).double().numpy(), b.flatten(1).double().numpy()) for a, b in ((x[p], y[p]) for p in parts)]
    cross = sum(hsic(a, b) for a, b in flat)
    return cross / np.sqrt(sum(hsic(a, a) for a, _ in flat) * sum(hsic(b, b) for _, b in flat))


out["cka"] = f64([[cka(features[s], features["t0"])] for s in ("s0", "s1", "s2")])
save_file({name: value.contiguous() for name, value in out.items()}, os.path.join(os.path.dirname(__file__), "evaluate.safetensors"))
print({name: value.tolist() for name, value in out.items() if value.numel() < 10})
