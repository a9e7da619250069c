"""pkt: probabilities of neighbours, for vectors, feature maps and tokens.

Released: PKT of HobbitLong/RepDistiller@b84f547 (distiller_zoo/PKT.py).
"""

import torch
import torch.nn.functional as F
from cases import Cases
from torch import nn

cases = Cases("pkt")
eps = 1e-7


def vectors(given, prefix=0):
    features = [given[f"{who}.feature.penultimate"] for who in ("student", "teacher")]
    return [x.mean((2, 3)) if x.dim() == 4 else x[:, prefix:].mean(1) if x.dim() == 3 else x for x in features]


def kernel(a, b):
    cosine = (a * b).sum() / (torch.sqrt((a**2).sum()) + eps) / (torch.sqrt((b**2).sum()) + eps)
    return (cosine + 1) / 2


def neighbours(f):
    rows = [[kernel(a, b) for b in f] for a in f]
    return [[k / sum(row) for k in row] for row in rows]


def terms(given, prefix, beta=30000, gamma=1):
    own, theirs = (neighbours(f) for f in vectors(given, prefix))
    pairs = [(p, q) for row, other in zip(theirs, own) for p, q in zip(row, other)]
    computed = {"pkt": beta * sum(p * torch.log((p + eps) / (q + eps)) for p, q in pairs) / len(pairs)}
    if gamma > 0:
        computed["ce"] = gamma * F.cross_entropy(given["student.logits"], given["labels"])
    return computed


for batch, own, theirs, prefix, options in [
    (4, (3,), (5,), 0, {}),
    (2, (4,), (2,), 0, {}),
    (1, (2,), (3,), 0, {}),
    (9, (2,), (8,), 0, {}),
    (5, (3, 2, 2), (7, 1, 3), 0, {"beta": 3, "gamma": 0.5}),
    (3, (5, 4), (1,), 1, {"gamma": 0}),
]:
    given = cases.logits(batch, 6)
    given["student.feature.penultimate"] = cases.student(batch, *own)
    given["teacher.feature.penultimate"] = cases.teacher(batch, *theirs)
    setting = {"prefixTokens": prefix} if prefix else {}
    cases.add(given, lambda given, _: terms(given, prefix, **options), options, setting=setting)

if cases.folder:
    path = "HobbitLong+RepDistiller/distiller_zoo/PKT.py"
    PKT = cases.pieces(path, {"PKT"}, {"nn": nn, "torch": torch})["PKT"]
    for i, (given, _, options) in enumerate(cases.kept):
        pair = vectors(given, cases.described[i]["setting"].get("prefixTokens", 0))
        cases.released(i, "pkt", options.get("beta", 30000) * PKT.cosine_similarity_loss(*pair))

cases.write()
