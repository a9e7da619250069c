"""fsp: how each map follows from the one before, written out for each pair of channels.

Released: FSP (distiller_zoo/FSP.py) of HobbitLong/RepDistiller@b84f547. It averages to squares, so that it is not asked of maps that are none.
"""

import numpy
import torch
import torch.nn.functional as F
from cases import Cases

cases = Cases("fsp")


def flow(before, after):
    """Of one image, [C_k+1, C_k]."""
    height, width = (min(a, b) for a, b in zip(before.shape[1:], after.shape[1:]))
    before, after = (F.adaptive_avg_pool2d(f, (height, width)) for f in (before, after))
    rows = [[sum((a * b).reshape(-1)) / (height * width) for b in before] for a in after]
    return torch.stack([torch.stack(row) for row in rows])


def maps(given, who, paths):
    return [given[f"{who}.feature.{path}"] for path in paths]


def terms(given, paths, beta=50, gamma=0):
    own, theirs = maps(given, "student", paths), maps(given, "teacher", paths)
    total = 0
    for k in range(len(paths) - 1):
        squares = [
            (flow(own[k][b], own[k + 1][b]) - flow(theirs[k][b], theirs[k + 1][b])) ** 2 for b in range(len(own[k]))
        ]
        total = total + torch.stack(squares).sum() / (len(squares) * squares[0].numel())
    computed = {"fsp": beta * total}
    if gamma > 0:
        computed["ce"] = gamma * F.cross_entropy(given["student.logits"], given["labels"])
    return computed


everywhere = ["stem", "stage1", "stage2", "stage3"]
looked_at = []
for batch, own, theirs, paths, options in [
    (3, [(2, 8, 8), (2, 8, 8), (3, 4, 4), (4, 2, 2)], [(2, 8, 8), (2, 8, 8), (3, 4, 4), (4, 2, 2)], everywhere, {}),
    (1, [(1, 5, 5), (3, 3, 3), (2, 2, 2), (1, 1, 1)], [(1, 7, 7), (3, 5, 5), (2, 2, 2), (1, 2, 2)], everywhere, {"beta": 3}),
    (2, [(2, 3, 3), (4, 6, 6)], [(2, 2, 2), (4, 4, 4)], ["stage1", "stage3"], {"gamma": 0.5}),
    (4, [(3, 6, 4), (2, 3, 2), (3, 3, 4)], [(3, 5, 5), (2, 4, 2), (3, 1, 2)], ["stage1", "stage2", "stage3"], {}),
    (2, [(5, 2, 2), (5, 2, 2)], [(5, 2, 2), (5, 2, 2)], ["stem", "penultimate"], {"beta": 0.1, "gamma": 2}),
]:
    given = cases.logits(batch, 5)
    for k, path in enumerate(paths):
        given[f"student.feature.{path}"] = cases.student(batch, *own[k])
        given[f"teacher.feature.{path}"] = cases.teacher(batch, *theirs[k])
    named = {} if paths == everywhere else {"student": paths, "teacher": paths}
    cases.add(given, lambda given, _: terms(given, paths, **options), options | named)
    looked_at.append(paths)

if cases.folder:
    scope = cases.pieces("HobbitLong+RepDistiller/distiller_zoo/FSP.py", {"FSP"}, {"nn": torch.nn, "F": F, "np": numpy})
    for i, (given, _, options) in enumerate(cases.kept):
        own, theirs = maps(given, "student", looked_at[i]), maps(given, "teacher", looked_at[i])
        if all(f.shape[2] == f.shape[3] for f in own + theirs):
            released = scope["FSP"]([f.shape for f in own], [f.shape for f in theirs])
            cases.released(i, "fsp", options.get("beta", 50) * sum(released(own, theirs)))

cases.write()
