"""nst: the squared maximum mean discrepancy, kernel by kernel.

Released: NSTLoss (distiller_zoo/NST.py) of HobbitLong/RepDistiller@b84f547. It averages to squares, so that it is not asked of maps that are
none.
"""

import torch
import torch.nn.functional as F
from cases import Cases

cases = Cases("nst")


def neurons(image, height, width):
    """The channels [C, H, W] of one image, averaged to a size, as vectors of length 1."""
    vectors = [channel.reshape(-1) for channel in F.adaptive_avg_pool2d(image, (height, width))]
    return [vector / torch.sqrt((vector**2).sum()) for vector in vectors]


def kernel(x, y):
    return sum((a * b).sum() ** 2 for a in x for b in y) / (len(x) * len(y))


def stages(given):
    count = len([key for key in given if key.startswith("student.feature.")])
    return [(given[f"student.feature.stage{k}"], given[f"teacher.feature.stage{k}"]) for k in range(1, count + 1)]


def terms(given, beta=50, gamma=1):
    total = 0
    for own, theirs in stages(given):
        height, width = (min(a, b) for a, b in zip(own.shape[2:], theirs.shape[2:]))
        for b in range(len(own)):
            s, t = neurons(own[b], height, width), neurons(theirs[b], height, width)
            total = total + (kernel(t, t) + kernel(s, s) - 2 * kernel(s, t)) / len(own)
    computed = {"nst": beta * total}
    if gamma > 0:
        computed["ce"] = gamma * F.cross_entropy(given["student.logits"], given["labels"])
    return computed


for batch, shapes, options in [
    (3, [((2, 4, 4), (3, 4, 4)), ((4, 2, 2), (6, 2, 2)), ((5, 2, 2), (5, 2, 2))], {}),
    (1, [((3, 6, 6), (2, 3, 3)), ((2, 2, 2), (4, 5, 5))], {"gamma": 0, "beta": 2}),
    (2, [((4, 3, 5), (2, 3, 5))], {}),
    (4, [((2, 5, 2), (3, 2, 4)), ((3, 3, 1), (1, 3, 1))], {"gamma": 0.3}),
    (2, [((1, 1, 1), (3, 1, 1)), ((2, 3, 3), (7, 3, 3)), ((6, 2, 2), (1, 2, 2)), ((2, 7, 7), (2, 4, 4))], {"beta": 500}),
]:
    given = cases.logits(batch, 6)
    for k, (own, theirs) in enumerate(shapes, 1):
        given[f"student.feature.stage{k}"] = cases.student(batch, *own)
        given[f"teacher.feature.stage{k}"] = cases.teacher(batch, *theirs)
    cases.add(given, lambda given, _: terms(given, **options), options)

if cases.folder:
    scope = cases.pieces("HobbitLong+RepDistiller/distiller_zoo/NST.py", {"NSTLoss"}, {"nn": torch.nn, "F": F})
    for i, (given, _, options) in enumerate(cases.kept):
        if all(f.shape[2] == f.shape[3] for pair in stages(given) for f in pair):
            cases.released(i, "nst", options.get("beta", 50) * sum(scope["NSTLoss"]()(*zip(*stages(given)))))

cases.write()
