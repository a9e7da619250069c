"""cosine: one minus the cosine of each pair of vectors, by dot products and lengths.

No released code: torch's `CosineEmbeddingLoss` of pairs that belong together is the same number, and stands for it.
"""

import torch
import torch.nn.functional as F
from cases import Cases
from torch import nn

cases = Cases("cosine")


def vectors(given):
    own, theirs = given["student.feature.penultimate"], given["teacher.feature.penultimate"]
    return [f.mean((2, 3)) if f.dim() == 4 else f for f in (own, theirs)]


def projected(parts, f):
    """As the state dict says: a linear layer, two with a ReLU between them, or nothing."""
    return parts["projector"](f)


def terms(given, parts, beta=1, gamma=0, **_):
    own, theirs = vectors(given)
    own = projected(parts, own)
    apart = [1 - (a * b).sum() / torch.sqrt((a**2).sum()) / torch.sqrt((b**2).sum()) for a, b in zip(own, theirs)]
    computed = {"cosine": beta * sum(apart) / len(apart)}
    if gamma > 0:
        computed["ce"] = gamma * F.cross_entropy(given["student.logits"], given["labels"])
    return computed


def part(kind, own, theirs):
    if kind == "mlp":
        return nn.Sequential(nn.Linear(own, own), nn.ReLU(), nn.Linear(own, theirs))
    return nn.Linear(own, theirs) if kind == "linear" else nn.Identity()


for batch, own, theirs, kind, options in [
    (4, (5,), (7,), "linear", {}),
    (3, (6,), (6,), "none", {"beta": 2.5}),
    (5, (4, 3, 3), (6, 2, 2), "mlp", {"projector": "mlp", "gamma": 0.5}),
    (1, (3,), (3,), "linear", {"projector": "linear", "gamma": 1}),
    (8, (2,), (9,), "linear", {"beta": 0.25}),
]:
    given = {key: value.double().detach() if value.is_floating_point() else value for key, value in cases.logits(batch, 4).items()}
    given["student.logits"].requires_grad_()
    given["student.feature.penultimate"] = torch.randn(batch, *own, dtype=torch.double).requires_grad_()
    given["teacher.feature.penultimate"] = torch.randn(batch, *theirs, dtype=torch.double)
    parts = nn.ModuleDict({"projector": part(kind, own[0], theirs[0])}).double()
    cases.add(given, lambda given, parts: terms(given, parts, **options), options, parts)

if cases.folder:
    for i, (given, parts, options) in enumerate(cases.kept):
        own, theirs = vectors(given)
        loss = F.cosine_embedding_loss(projected(parts, own), theirs, torch.ones(len(own), dtype=torch.double))
        cases.released(i, "cosine", options.get("beta", 1) * loss)

cases.write()
