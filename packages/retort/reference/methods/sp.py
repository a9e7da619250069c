"""sp: similarities of all pairs of images, for features of any shape; of texts, cut to the tokens that are there.

Released: Similarity of HobbitLong/RepDistiller@b84f547 (distiller_zoo/SP.py).
"""

import torch
import torch.nn.functional as F
from cases import Cases
from torch import nn

cases = Cases("sp")


def similarities(x, mask=None):
    """A list of rows, the squares of each of which add up to 1."""
    both = [[slice(None) for _ in x] for _ in x] if mask is None else [[a & b for b in mask] for a in mask]
    rows = [[(a[own] * b[own]).sum() for b, own in zip(x, kept)] for a, kept in zip(x, both)]
    return [[a / torch.sqrt(sum(b**2 for b in row)) for a in row] for row in rows]


def terms(given, student="stage3", teacher="stage3", beta=3000, gamma=1):
    own = similarities(given[f"student.feature.{student}"], given.get("mask"))
    theirs = similarities(given[f"teacher.feature.{teacher}"], given.get("mask"))
    batch = len(own)
    distance = sum((own[i][j] - theirs[i][j]) ** 2 for i in range(batch) for j in range(batch)) / batch**2
    computed = {"sp": beta * distance}
    if gamma > 0:
        computed["ce"] = gamma * F.cross_entropy(given["student.logits"], given["labels"])
    return computed


for batch, own, theirs, options in [
    (4, (3, 2, 2), (5, 2, 2), {}),
    (2, (3, 4, 5), (6, 2, 3), {}),
    (9, (1, 1, 1), (2, 3, 3), {}),
    (3, (5, 4), (2, 3, 3), {"gamma": 0}),
    (6, (7,), (10, 3), {"beta": 0.4, "gamma": 0.5}),
    (5, (4, 3, 3), (4,), {"student": "stage1", "teacher": "penultimate"}),
]:
    given = cases.logits(batch, 6)
    given[f"student.feature.{options.get('student', 'stage3')}"] = cases.student(batch, *own)
    given[f"teacher.feature.{options.get('teacher', 'stage3')}"] = cases.teacher(batch, *theirs)
    cases.add(given, lambda given, _: terms(given, **options), options)

given = cases.logits(5, 6) | {"mask": cases.mask(5, 7)}
given |= {"student.feature.stage3": cases.student(5, 7, 3), "teacher.feature.stage3": cases.teacher(5, 7, 4)}
cases.add(given, lambda given, _: terms(given))

if cases.folder:
    path = "HobbitLong+RepDistiller/distiller_zoo/SP.py"
    released = cases.pieces(path, {"Similarity"}, {"nn": nn, "torch": torch})["Similarity"]()
    for i, (given, _, options) in enumerate(cases.kept):
        if "mask" in given:
            continue
        features = [given[f"{who}.feature.{options.get(who, 'stage3')}"] for who in ("student", "teacher")]
        cases.released(i, "sp", options.get("beta", 3000) * released.similarity_loss(*features))

cases.write()
