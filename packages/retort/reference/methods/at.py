"""at: attention maps place by place, of maps of like and unlike size, and of tokens.

Released: Attention of HobbitLong/RepDistiller@b84f547 (distiller_zoo/AT.py), where it applies: it pools to squares, by the height alone, and
has a power of F rather than of its absolute value.
"""

import torch
import torch.nn.functional as F
from cases import Cases
from torch import nn

cases = Cases("at")


def span(i, count, of):
    """What place i of `count` covers of `of` places, in part or whole."""
    return slice(i * of // count, -((i + 1) * -of // count))


def averaged(x, height, width):
    """Each place is the mean of those that it covers of the larger map."""
    rows = [span(h, height, x.shape[2]) for h in range(height)]
    columns = [span(w, width, x.shape[3]) for w in range(width)]
    return torch.stack([torch.stack([x[:, :, h, w].mean((2, 3)) for w in columns], 2) for h in rows], 2)


def grid(x, prefix):
    """Tokens of patches, row by row, as a map."""
    size = round((x.shape[1] - prefix) ** 0.5)
    rows = [[x[:, prefix + h * size + w] for w in range(size)] for h in range(size)]
    return torch.stack([torch.stack(row, 2) for row in rows], 2)


def attention(x, power):
    """Of one image [C, H, W]: a list of numbers, whose squares add up to 1."""
    places = [(abs(x[:, h, w]) ** power).sum() / len(x) for h in range(x.shape[1]) for w in range(x.shape[2])]
    length = torch.sqrt(sum(a**2 for a in places))
    return [a / length for a in places]


def stages(given, student=None, teacher=None):
    found = []
    for who, paths in (("student", student), ("teacher", teacher)):
        names = [f"{who}.feature.{path}" for path in paths] if paths else [key for key in given if key.startswith(f"{who}.f")]
        found.append([given[name] for name in names])
    return list(zip(*found, strict=True))


def terms(given, prefix=0, student=None, teacher=None, power=2, beta=1000, gamma=1):
    computed = {"at": 0}
    for maps in stages(given, student, teacher):
        maps = [x if x.dim() == 4 else grid(x, prefix) for x in maps]
        size = [min(sizes) for sizes in zip(*(x.shape[2:] for x in maps))]
        squares = [
            (a - b) ** 2
            for images in zip(*(averaged(x, *size) for x in maps))
            for a, b in zip(*(attention(image, power) for image in images))
        ]
        computed["at"] = computed["at"] + beta * sum(squares) / len(squares)
    if gamma > 0:
        computed["ce"] = gamma * F.cross_entropy(given["student.logits"], given["labels"])
    return computed


for batch, shapes, prefix, options in [
    (4, [((3, 4, 4), (6, 4, 4)), ((5, 2, 2), (4, 2, 2)), ((6, 1, 1), (7, 1, 1))], 0, {}),
    (1, [((2, 3, 3), (5, 3, 3))], 0, {}),
    (3, [((3, 6, 6), (2, 3, 3)), ((4, 2, 2), (3, 5, 5))], 0, {"gamma": 0}),
    (2, [((3, 4, 5), (4, 4, 5))], 0, {"power": 3, "beta": 20, "gamma": 0.5}),
    (3, [((5, 3, 3), (10, 4)), ((17, 6), (4, 2, 2))], 1, {}),
    (5, [((1, 5, 2), (3, 2, 3))], 0, {}),
]:
    given = cases.logits(batch, 6)
    for k, (own, theirs) in enumerate(shapes, 1):
        given[f"student.feature.stage{k}"] = cases.student(batch, *own)
        given[f"teacher.feature.stage{k}"] = cases.teacher(batch, *theirs)
    setting = {"prefixTokens": prefix} if prefix else {}
    cases.add(given, lambda given, _: terms(given, prefix, **options), options, setting=setting)

# Paths of one's own, in another order.
options = {"student": ["stage2", "stem"], "teacher": ["late", "early"]}
given = cases.logits(2, 3)
for path, shape in (("stem", (4, 4, 4)), ("stage2", (3, 2, 2))):
    given[f"student.feature.{path}"] = cases.student(2, *shape)
for path, shape in (("early", (5, 4, 4)), ("late", (2, 2, 2))):
    given[f"teacher.feature.{path}"] = cases.teacher(2, *shape)
cases.add(given, lambda given, _: terms(given, **options), options)

if cases.folder:
    path = "HobbitLong+RepDistiller/distiller_zoo/AT.py"
    released = cases.pieces(path, {"Attention"}, {"nn": nn, "F": F})["Attention"]()
    for i, (given, _, options) in enumerate(cases.kept):
        pairs = stages(given, options.get("student"), options.get("teacher"))
        if "power" in options or any(x.dim() != 4 or x.shape[2] != x.shape[3] for pair in pairs for x in pair):
            continue
        cases.released(i, "at", 1000 * sum(released(*zip(*pairs))))

cases.write()
