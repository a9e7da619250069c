"""cskd: sums over classes and images written out.

Released: the CSKD of llieeai/lud@2704bb2 (mdistiller/distillers/CSKD.py), which adds to the paper's terms. Its forward_train is run; kept is
what it gets from cs_loss and cs_loss_mat, whose a is 2. For a batch of one image it divides by zero.
"""

from types import SimpleNamespace

import numpy as np
import torch
import torch.nn.functional as F
from cases import Cases
from torch import nn

cases = Cases("cskd")


def cos(x, y):
    return abs((x * y).sum()) / ((x * x).sum().sqrt() * (y * y).sum().sqrt() + 1e-8)


def distance(s, t, temperatures):
    """One minus the mean cosine of classes, with a temperature for each image."""
    p, q = (
        torch.stack([torch.exp(z / T) / torch.exp(z / T).sum() for z, T in zip(logits, temperatures)]) for logits in (s, t)
    )
    return 1 - sum(cos(p[:, j], q[:, j]) for j in range(s.shape[1])) / s.shape[1]


def terms(given, temperature=4.0, lowTemperature=2.0, highTemperature=6.0, alpha=2.0, fixed=True, weighted=True, gamma=1.0):
    s, t = given["student.logits"], given["teacher.logits"]
    computed = {}
    if gamma > 0:
        computed["ce"] = gamma * F.cross_entropy(s, given["labels"])
    if fixed:
        computed["cskd"] = alpha * temperature**2 * distance(s, t, [temperature] * len(s))
    if weighted:
        with torch.no_grad():
            agreement = [cos(own.softmax(0), theirs.softmax(0)) for own, theirs in zip(s, t)]
        least, most = min(agreement), max(agreement)
        share = [(most - c) / (most - least) if most > least else 0 for c in agreement]
        each = [lowTemperature + (highTemperature - lowTemperature) * part for part in share]
        computed["cswt"] = alpha * (sum(each) / len(each)) ** 2 * distance(s, t, each)
    return computed


shapes = [(1, 2), (2, 5), (7, 3), (16, 10), (5, 100)]
other = [
    ((6, 4), {"temperature": 2.5, "lowTemperature": 1.0, "highTemperature": 3.0, "alpha": 0.7, "gamma": 0.3}),
    ((3, 6), {"weighted": False, "gamma": 0}),
    ((9, 2), {"fixed": False}),
]
for (batch, classes), options in [*((shape, {}) for shape in shapes), *other]:
    cases.add(cases.logits(batch, classes), lambda given, _: terms(given, **options), options)


class Distiller(nn.Module):
    """What the released class is built on."""

    def __init__(self, student, teacher):
        super().__init__()
        self.student, self.teacher = student, teacher


def recorded(scope, name):
    """What a function is going to return, call by call."""
    values, function = [], scope[name]

    def record(*given):
        values.append(function(*given))
        return values[-1]

    scope[name] = record
    return values


if cases.folder:
    scope = {"torch": torch, "F": F, "np": np, "Distiller": Distiller}
    losses = {"cs_loss", "cs_loss_mat", "cc_loss", "cc_loss_mat", "bc_loss", "bc_loss_mat"}
    path = "llieeai+lud/mdistiller/distillers/CSKD.py"
    cases.pieces(path, {"CSKD", "cosine_similarity", "cosine_distance", *losses}, scope)
    returned = {"cskd": recorded(scope, "cs_loss"), "cswt": recorded(scope, "cs_loss_mat")}
    for i, (given, _, options) in enumerate(cases.kept):
        s, t = given["student.logits"], given["teacher.logits"]
        if len(s) == 1:
            continue
        temperatures = {"LOW_T": options.get("lowTemperature", 2.0), "HIGH_T": options.get("highTemperature", 6.0)}
        settings = SimpleNamespace(
            TEMPERATURE=options.get("temperature", 4.0),
            LOSS=SimpleNamespace(CE_WEIGHT=1.0, KD_WEIGHT=1.0),
            CSWT=SimpleNamespace(**temperatures),
        )
        distiller = scope["CSKD"](lambda _: (s, None), lambda _: (t, None), SimpleNamespace(CSKD=settings))
        distiller.forward_train(None, None, given["labels"])
        for term, values in returned.items():
            if f"{i}.terms.{term}" in cases.tensors:
                cases.released(i, term, values[-1] * options.get("alpha", 2.0) / 2)

cases.write()
