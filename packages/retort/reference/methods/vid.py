"""vid: densities of a normal distribution, for maps of like and unlike size and for tokens.

Released: VIDLoss of HobbitLong/RepDistiller@b84f547 (distiller_zoo/VID.py) with our weights, where it applies: it pools to squares, by the
height alone.
"""

import math

import numpy as np
import torch
import torch.nn.functional as F
from cases import Cases
from torch import nn

cases = Cases("vid")


class Regressor(nn.Module):
    def __init__(self, own, theirs):
        super().__init__()
        sizes = [(own, theirs), (theirs, theirs), (theirs, theirs)]
        first, second, third = (nn.Conv2d(*size, 1, bias=False) for size in sizes)
        self.mean = nn.Sequential(first, nn.ReLU(), second, nn.ReLU(), third)
        self.scale = nn.Parameter(3 * torch.randn(theirs, 1, 1))


def grid(x, prefix):
    """Tokens of patches, row by row, as a map."""
    size = round((x.shape[1] - prefix) ** 0.5)
    rows = [[x[:, prefix + h * size + w] for w in range(size)] for h in range(size)]
    return torch.stack([torch.stack(row, 2) for row in rows], 2)


def maps(given, k, prefix):
    features = [given[f"{who}.feature.stage{k}"] for who in ("student", "teacher")]
    return [x if x.dim() == 4 else grid(x, prefix) for x in features]


def terms(given, parts, prefix, beta=1, gamma=1):
    computed = {"vid": 0}
    for k, part in enumerate(parts, 1):
        own, theirs = maps(given, k, prefix)
        size = [min(sizes) for sizes in zip(own.shape[2:], theirs.shape[2:])]
        own, theirs = (F.adaptive_avg_pool2d(x, size) for x in (own, theirs))
        weights = [part.mean[j].weight[:, :, 0, 0] for j in (0, 2, 4)]
        negative = 0
        for h in range(size[0]):
            for w in range(size[1]):
                mean = torch.relu(torch.relu(own[:, :, h, w] @ weights[0].T) @ weights[1].T) @ weights[2].T
                deviation = torch.sqrt(torch.log(1 + torch.exp(part.scale[:, 0, 0])) + 1e-5)
                density = torch.distributions.Normal(mean, deviation).log_prob(theirs[:, :, h, w])
                negative = negative - density - math.log(2 * math.pi) / 2
        computed["vid"] = computed["vid"] + beta * negative.sum() / theirs.numel()
    if gamma > 0:
        computed["ce"] = gamma * F.cross_entropy(given["student.logits"], given["labels"])
    return computed


for batch, shapes, prefix, options in [
    (4, [((3, 4, 4), (6, 4, 4)), ((5, 2, 2), (4, 2, 2)), ((6, 1, 1), (7, 1, 1))], 0, {}),
    (1, [((2, 3, 3), (5, 3, 3))], 0, {}),
    (3, [((3, 6, 6), (2, 3, 3)), ((4, 2, 2), (3, 5, 5))], 0, {"gamma": 0}),
    (2, [((3, 4, 5), (1, 4, 5))], 0, {"beta": 20, "gamma": 0.5}),
    (3, [((5, 3, 3), (10, 4)), ((17, 6), (4, 2, 2))], 1, {}),
    (5, [((1, 5, 2), (3, 2, 3))], 0, {}),
]:
    given, parts = cases.logits(batch, 6), nn.ModuleList()
    for k, (own, theirs) in enumerate(shapes, 1):
        given[f"student.feature.stage{k}"] = cases.student(batch, *own)
        given[f"teacher.feature.stage{k}"] = cases.teacher(batch, *theirs)
        parts.append(Regressor(*(x.shape[1] for x in maps(given, k, prefix))))
    setting = {"prefixTokens": prefix} if prefix else {}
    cases.add(given, lambda given, parts: terms(given, parts, prefix, **options), options, parts, setting)

if cases.folder:
    path = "HobbitLong+RepDistiller/distiller_zoo/VID.py"
    VIDLoss = cases.pieces(path, {"VIDLoss"}, {"nn": nn, "F": F, "torch": torch, "np": np})["VIDLoss"]
    for i, (given, parts, options) in enumerate(cases.kept):
        pairs = [maps(given, k, cases.described[i]["setting"].get("prefixTokens", 0)) for k in range(1, len(parts) + 1)]
        if any(x.shape[2] != x.shape[3] for pair in pairs for x in pair) and i != 3:
            continue
        total = 0
        for part, (own, theirs) in zip(parts, pairs):
            loss = VIDLoss(own.shape[1], theirs.shape[1], theirs.shape[1])
            loss.regressor, loss.log_scale = part.mean, nn.Parameter(part.scale.flatten())
            total = total + loss(own, theirs)
        cases.released(i, "vid", options.get("beta", 1) * total)

cases.write()
