"""dlkd: views one after another, images counted in loops.

Released: AlignLoss, CorrLoss and SupConLoss of ifding/DLKD@c7528eb (helper/losses.py, models/mlp_head.py), with our parts and the weights of
train_student.py; there the views of an image are neighbours.
"""

from types import SimpleNamespace

import torch
import torch.nn.functional as F
from cases import Cases
from torch import nn

cases = Cases("dlkd")
embedding = 6


def pooled(x):
    return x.mean((2, 3)) if x.dim() == 4 else x


def cos(x, y):
    return (x @ y) / (x.norm() * y.norm())


def contrast(rows, labels, temperature):
    """The mean over rows of what they say of those with their label, among all others."""
    rows = rows / rows.norm(dim=1, keepdim=True)
    total = 0
    for i in range(len(rows)):
        dots = rows @ rows[i] / temperature
        rest = torch.tensor([m for m in range(len(rows)) if m != i])
        like = rest[labels[rest] == labels[i]]
        total = total - (dots[like] - torch.logsumexp(dots[rest], 0)).mean() / len(rows)
    return total


defaults = {"align": 20, "correlation": 50, "category": 1, "temperature": 0.5, "categoryTemperature": 0.07, "supervised": True}


def terms(given, parts, chosen):
    s = given["student.logits"]
    f_s, f_t = (pooled(given[f"{who}.feature.penultimate"]) for who in ("student", "teacher"))
    n = len(s)
    g, h = parts["align"](f_s), parts["correlation"](f_s)
    align = 2 - 2 * sum(cos(g[i], f_t[i]) for i in range(4 * n)) / (4 * n)
    correlation = 0
    for a in range(n, 4 * n):
        q, p = (
            torch.stack([cos(f[a], f[m]) for m in range(n)]).div(chosen["temperature"]).log_softmax(0) for f in (h, f_t)
        )
        correlation = correlation + (p.exp() * (p - q)).sum() / (3 * n)
    computed = {"align": chosen["align"] * align, "correlation": chosen["correlation"] * correlation}
    if chosen["supervised"]:
        rows = torch.cat([parts["embed_s"](f_s), parts["embed_t"](f_t)])
        category = contrast(rows, given["labels"].repeat(8), chosen["categoryTemperature"])
        computed |= {"ce": F.cross_entropy(s, given["labels"]), "category": chosen["category"] * category}
    return computed


def mlp(size, hidden, out):
    return nn.Sequential(nn.Linear(size, hidden), nn.BatchNorm1d(hidden), nn.ReLU(), nn.Linear(hidden, out))


imagenet = {"align": 10, "correlation": 20, "category": 0.5}
for batch, own, theirs, options in [
    (2, (3,), (4,), {}),
    (3, (5, 2, 3), (2,), {}),
    (5, (4,), (4,), {"supervised": False}),
    (1, (2,), (3,), {}),
    (4, (6,), (3, 1, 1), {}),
    (3, (2,), (2,), {**imagenet, "temperature": 1.5, "categoryTemperature": 0.2}),
]:
    chosen = {**defaults, **options}
    given = cases.logits(batch, 4)
    given["student.feature.penultimate"] = cases.student(4 * batch, *own)
    given["teacher.feature.penultimate"] = cases.teacher(4 * batch, *theirs)
    d_s, d_t = own[0], theirs[0]
    parts = {"align": mlp(d_s, 16 * d_t, d_t), "correlation": mlp(d_s, d_s, d_s)}
    if chosen["supervised"]:
        parts |= {"embed_s": nn.Linear(d_s, embedding), "embed_t": nn.Linear(d_t, embedding)}
    compute = lambda given, parts: terms(given, parts, chosen)
    cases.add(given, compute, {"embedding": embedding, **options}, nn.ModuleDict(parts))

if cases.folder:
    # Their constant beside the classes.
    scope = {"torch": torch, "nn": nn, "F": F, "eps": 1e-7}
    cases.pieces("ifding+DLKD/models/mlp_head.py", {"MLPHead"}, scope)
    cases.pieces("ifding+DLKD/helper/losses.py", {"SupConLoss", "AlignLoss", "CorrLoss", "Embed", "Normalize"}, scope)
    for i, (given, parts, options) in enumerate(cases.kept):
        chosen, n = {**defaults, **options}, len(given["labels"])
        f_s, f_t = (
            pooled(given[f"{who}.feature.penultimate"]).view(4, n, -1).transpose(0, 1).flatten(0, 1)
            for who in ("student", "teacher")
        )
        sizes = SimpleNamespace(s_dim=f_s.shape[1], t_dim=f_t.shape[1], feat_dim=embedding)
        align, correlation = scope["AlignLoss"](sizes), scope["CorrLoss"](sizes, chosen["temperature"])
        align.mlp.net, correlation.mlp.net = parts["align"], parts["correlation"]
        cases.released(i, "align", chosen["align"] * align(f_s, f_t))
        cases.released(i, "correlation", chosen["correlation"] * correlation(f_s, f_t))
        if chosen["supervised"]:
            T = chosen["categoryTemperature"]
            contrasts = scope["SupConLoss"](sizes, temperature=T, base_temperature=T)
            contrasts.embed_s.linear, contrasts.embed_t.linear = parts["embed_s"], parts["embed_t"]
            cases.released(i, "category", chosen["category"] * contrasts(f_s, f_t, given["labels"].repeat_interleave(4)))

cases.write()
