"""crd: each image against each of its negatives, which are drawn as the method draws them, one by one.

Released: CRDLoss (crd/criterion.py, crd/memory.py), with our weights and memories and the images that were drawn, of
HobbitLong/RepDistiller@b84f547.
"""

import math
import types

import torch
import torch.nn.functional as F
from cases import Cases
from torch import nn

cases = Cases("crd")


class Memory(nn.Module):
    def __init__(self, size, dimension, normaliser):
        super().__init__()
        self.register_buffer("rows", F.normalize(torch.randn(size, dimension)))
        self.register_buffer("normaliser", torch.tensor(float(normaliser)))


def drawn(given, negatives, seed, relax, alone=False):
    """The positive and the negatives of each image of the batch, which may each be of a class by itself."""
    everyone = given["dataset.labels"].tolist()
    labels = given["labels"]
    if alone:
        everyone, labels = list(range(len(everyone))), given["ids"]
    generator = torch.Generator().manual_seed(seed)
    uniform = torch.rand(len(given["ids"]), 1 + negatives, dtype=torch.float64, generator=generator).tolist()
    index = []
    for numbers, image, label in zip(uniform, given["ids"].tolist(), labels.tolist()):
        same = [i for i, other in enumerate(everyone) if other == label]
        others = [i for i, _ in sorted(enumerate(everyone), key=lambda pair: pair[1]) if everyone[i] != label]
        chosen = [same[math.floor(numbers[0] * len(same))] if relax else image]
        for drawn_before, number in enumerate(numbers[1:]):
            if negatives > len(others):
                chosen.append(others[math.floor(number * len(others))])
                continue
            # The one that is drawn goes to the front, to those that are out of the urn.
            place = drawn_before + math.floor(number * (len(others) - drawn_before))
            others[drawn_before], others[place] = others[place], others[drawn_before]
            chosen.append(others[drawn_before])
        index.append(chosen)
    return index


def embedded(linear, vectors):
    rows = [linear(vector) for vector in vectors]
    return [row / torch.sqrt((row**2).sum()) for row in rows]


def contrast(embeddings, memory, index, temperature):
    scores = [
        [torch.exp((e * memory.rows[i]).sum() / temperature) for i in chosen] for e, chosen in zip(embeddings, index)
    ]
    size, negatives = len(memory.rows), len(index[0]) - 1
    normaliser = memory.normaliser.item()
    if normaliser < 0:
        normaliser = size * torch.stack([score for row in scores for score in row]).mean().item()
    noise, total = negatives / size, 0
    for positive, *rest in scores:
        x = positive / normaliser
        total = total - torch.log(x / (x + noise + 1e-7))
        for negative in rest:
            total = total - torch.log(noise / (negative / normaliser + noise + 1e-7))
    return total / len(scores)


def vectors(given):
    own, theirs = given["student.feature.penultimate"], given["teacher.feature.penultimate"]
    return [f.mean((2, 3)) if f.dim() == 4 else f for f in (own, theirs)]


def terms(given, parts, seed, negatives, temperature=0.07, positives="exact", beta=0.8, gamma=1, **other):
    index = drawn(given, negatives, seed, positives == "relax", other.get("contrast") == "instances")
    own, theirs = vectors(given)
    e_s, e_t = embedded(parts["embed_s"], own), embedded(parts["embed_t"], theirs)
    loss = contrast(e_s, parts["memory_t"], index, temperature) + contrast(e_t, parts["memory_s"], index, temperature)
    computed = {"crd": beta * loss}
    if gamma > 0:
        computed["ce"] = gamma * F.cross_entropy(given["student.logits"], given["labels"])
    return computed


seeds = []
for batch, classes, size, own, theirs, normalisers, seed, options in [
    (4, 3, 30, (5,), (7,), (-1, -1), 0, {"dimension": 6, "negatives": 8}),
    (3, 2, 12, (4,), (3,), (20, 35), 1, {"dimension": 4, "negatives": 30, "gamma": 0}),
    (1, 5, 25, (6,), (2,), (-1, 14), 2, {"dimension": 3, "negatives": 16, "positives": "relax", "temperature": 0.3}),
    (6, 4, 40, (3, 2, 3), (5, 4, 4), (-1, -1), 3, {"dimension": 5, "negatives": 1, "beta": 2}),
    (5, 3, 21, (4,), (6,), (9, 9), 123456789, {"dimension": 8, "negatives": 13, "positives": "relax", "gamma": 0.5}),
    (7, 2, 9, (2,), (2,), (-1, -1), 5, {"dimension": 2, "negatives": 5, "temperature": 1.5}),
    (6, 3, 20, (4,), (3,), (-1, 7), 6, {"dimension": 5, "negatives": 8, "contrast": "instances", "gamma": 0}),
    (4, 3, 7, (3,), (5,), (-1, -1), 7, {"dimension": 4, "negatives": 9, "contrast": "instances", "positives": "relax"}),
]:
    given = cases.logits(batch, classes)
    # Every class, in no order; the batch are some of these images.
    everyone = torch.cat([torch.arange(classes), torch.randint(0, classes, (size - classes,))])[torch.randperm(size)]
    given["dataset.labels"], given["ids"] = everyone, torch.randperm(size)[:batch]
    given["labels"] = everyone[given["ids"]]
    given["student.feature.penultimate"] = cases.student(batch, *own)
    given["teacher.feature.penultimate"] = cases.teacher(batch, *theirs)
    parts = nn.ModuleDict(
        {
            "embed_s": nn.Linear(own[0], options["dimension"]),
            "embed_t": nn.Linear(theirs[0], options["dimension"]),
            "memory_s": Memory(size, options["dimension"], normalisers[0]),
            "memory_t": Memory(size, options["dimension"], normalisers[1]),
        }
    )
    cases.add(given, lambda given, parts: terms(given, parts, seed, **options), options, parts, {"seed": seed})
    seeds.append(seed)

if cases.folder:
    scope = {"torch": torch, "nn": nn, "math": math, "eps": 1e-7, "print": lambda *_: None}
    cases.pieces("HobbitLong+RepDistiller/crd/memory.py", {"ContrastMemory", "AliasMethod"}, scope)
    cases.pieces("HobbitLong+RepDistiller/crd/criterion.py", {"CRDLoss", "ContrastLoss", "Embed", "Normalize"}, scope)
    for i, (given, parts, options) in enumerate(cases.kept):
        own, theirs = vectors(given)
        loss = scope["CRDLoss"](
            types.SimpleNamespace(
                s_dim=own.shape[1],
                t_dim=theirs.shape[1],
                feat_dim=options["dimension"],
                n_data=len(given["dataset.labels"]),
                nce_k=options["negatives"],
                nce_t=options.get("temperature", 0.07),
                nce_m=0.5,
            )
        )
        loss.embed_s.linear, loss.embed_t.linear = parts["embed_s"], parts["embed_t"]
        memory = loss.contrast
        memory.memory_v1.copy_(parts["memory_s"].rows)
        memory.memory_v2.copy_(parts["memory_t"].rows)
        # Its first normaliser is of the student's scores, which are against the teacher's memory.
        memory.params[2], memory.params[3] = parts["memory_t"].normaliser, parts["memory_s"].normaliser
        index = torch.tensor(drawn(given, options["negatives"], seeds[i], options.get("positives") == "relax", options.get("contrast") == "instances"))
        cases.released(i, "crd", options.get("beta", 0.8) * loss(own, theirs, given["ids"], index))

cases.write()
