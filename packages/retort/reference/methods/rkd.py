"""rkd: distances of all pairs and angles of all triples of images.

Released: RKDLoss of HobbitLong/RepDistiller@b84f547 (distiller_zoo/RKD.py), each weight alone. It has no distance for a batch of one image
(the mean of nothing), and takes 1e-6 for that of equal ones, which leaves case 4 the same to 1e-6.
"""

import torch
import torch.nn.functional as F
from cases import Cases
from torch import nn

cases = Cases("rkd")


def vectors(given, prefix=0):
    features = [given[f"{who}.feature.penultimate"] for who in ("student", "teacher")]
    return [x.mean((2, 3)) if x.dim() == 4 else x[:, prefix:].mean(1) if x.dim() == 3 else x for x in features]


def length(x):
    """Of a vector; nothing where it vanishes, whose root has no gradient."""
    square = (x**2).sum()
    return torch.sqrt(square) if square > 0 else None


def huber(difference):
    return difference**2 / 2 if abs(difference) < 1 else abs(difference) - 0.5


def distances(f):
    batch = range(len(f))
    all_pairs = {(i, j): length(f[i] - f[j]) for i in batch for j in batch}
    pairs = max(len(f) * (len(f) - 1), 1)
    mean = sum(d for d in all_pairs.values() if d is not None) / pairs
    return {pair: f.new_zeros(()) if d is None else d / mean for pair, d in all_pairs.items()}


def angles(f):
    """Of k seen from j against i seen from j, as cosines."""
    batch, found = range(len(f)), {}
    for i in batch:
        for j in batch:
            for k in batch:
                a, b = f[i] - f[j], f[k] - f[j]
                none = length(a) is None or length(b) is None
                found[i, j, k] = f.new_zeros(()) if none else (a * b).sum() / length(a) / length(b)
    return found


def terms(given, prefix, distance=25, angle=50, gamma=1):
    own, theirs = vectors(given, prefix)
    computed = {}
    for name, weight, relations in (("distance", distance, distances), ("angle", angle, angles)):
        if weight > 0:
            a, b = relations(own), relations(theirs)
            computed[name] = weight * sum(huber(a[key] - b[key]) for key in a) / len(a)
    if gamma > 0:
        computed["ce"] = gamma * F.cross_entropy(given["student.logits"], given["labels"])
    return computed


for batch, own, theirs, prefix, options in [
    (4, (3,), (5,), 0, {}),
    # Two images have one distance, and no angles but of rounding.
    (2, (4,), (2,), 0, {"angle": 0}),
    (1, (2,), (3,), 0, {}),
    (8, (2,), (9,), 0, {}),
    (5, (3,), (3,), 0, {}),
    (5, (3, 2, 2), (7, 1, 3), 0, {"distance": 0, "angle": 3}),
    (3, (5, 4), (1,), 1, {"gamma": 0}),
]:
    given = cases.logits(batch, 6)
    given["student.feature.penultimate"] = cases.student(batch, *own)
    given["teacher.feature.penultimate"] = cases.teacher(batch, *theirs)
    if len(cases.described) == 4:
        # Two images alike to the teacher.
        given["teacher.feature.penultimate"][3] = given["teacher.feature.penultimate"][1]
    setting = {"prefixTokens": prefix} if prefix else {}
    cases.add(given, lambda given, _: terms(given, prefix, **options), options, setting=setting)

if cases.folder:
    path = "HobbitLong+RepDistiller/distiller_zoo/RKD.py"
    RKDLoss = cases.pieces(path, {"RKDLoss"}, {"nn": nn, "F": F, "torch": torch})["RKDLoss"]
    # The decorator of a static method is not among the pieces.
    pdist = RKDLoss.pdist
    RKDLoss.pdist = staticmethod(pdist)
    for i, (given, _, options) in enumerate(cases.kept):
        if len(given["labels"]) == 1:
            continue
        own, theirs = vectors(given, cases.described[i]["setting"].get("prefixTokens", 0))
        for term, weights in (("distance", (1, 0)), ("angle", (0, 1))):
            weight = options.get(term, {"distance": 25, "angle": 50}[term])
            if weight > 0:
                cases.released(i, term, weight * RKDLoss(*weights)(own, theirs))

cases.write()
