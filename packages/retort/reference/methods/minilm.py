"""minilm: divergences of the last layer's attention and of its values' relations, written with loops over texts and heads, each text cut to its
own tokens: padding is not there at all. The authors released no code of the training.
"""

import math

import torch
import torch.nn.functional as F
from cases import Cases

torch.set_default_dtype(torch.float64)
cases = Cases("minilm")


def relations(of, to, heads, length):
    """A distribution over a text's own tokens for each of them and each head."""
    size = of.shape[1] // heads
    for a in range(heads):
        own, others = (x[:length, a * size : (a + 1) * size] for x in (of, to))
        yield ((own @ others.T) / math.sqrt(size)).softmax(1)


def divergence(given, of, to, heads):
    texts = []
    batch = given["student.logits"].shape[0]
    for b in range(batch):
        length = int(given["mask"][b].sum()) if "mask" in given else given[f"student.feature.{of}"].shape[1]
        student, teacher = (
            relations(given[f"{who}.feature.{of}"][b], given[f"{who}.feature.{to}"][b], heads, length)
            for who in ("student", "teacher")
        )
        total = sum((p * (p.log() - q.log())).sum() for q, p in zip(student, teacher, strict=True))
        texts.append(total / (heads * length))
    return sum(texts) / batch


def terms(given, layers, heads, attention=1, values=1, gamma=0):
    last = [f"{role}{layers}" for role in ("queries", "keys", "values")]
    computed = {}
    if attention > 0:
        computed["attention"] = attention * divergence(given, last[0], last[1], heads)
    if values > 0:
        computed["values"] = values * divergence(given, last[2], last[2], heads)
    if gamma > 0:
        computed["ce"] = gamma * F.cross_entropy(given["student.logits"], given["labels"])
    return computed


for batch, length, own, theirs, heads, layers, isRagged, options in [
    (4, 7, 6, 8, 2, 3, True, {}),
    (3, 5, 4, 4, 1, 1, False, {}),
    (2, 9, 12, 24, 4, 2, True, {"attention": 0.5, "values": 2, "gamma": 0.3}),
    (5, 4, 3, 6, 3, 1, True, {"values": 0}),
    (1, 6, 8, 4, 2, 1, True, {"attention": 0}),
]:
    given = cases.logits(batch, 3)
    for role in ("queries", "keys", "values"):
        for layer in range(1, layers + 1):
            given[f"student.feature.{role}{layer}"] = cases.student(batch, length, own)
            given[f"teacher.feature.{role}{layer}"] = cases.teacher(batch, length, theirs)
    if isRagged:
        given["mask"] = cases.mask(batch, length)
    compute = lambda given, _, layers=layers, heads=heads, options=options: terms(given, layers, heads, **options)
    cases.add(given, compute, options, setting={"heads": heads})

cases.write()
