"""fgfi: the paper's formula box by box and anchor by anchor, in numpy, whose masks the squared differences are then summed by.

Released: the masks of _AnchorTargetLayer and the loss of trainval_net_sup.py of twangnh/Distilling-Object-Detectors@c6583f3 stand in the middle of
functions of Python 2 and of CUDA; they count pixels inclusively, which ours do not, and know one level. Nothing of it is run.
"""

import numpy as np
import torch
import torch.nn.functional as F
from cases import Cases
from torch import nn

cases = Cases("fgfi")


def iou(a, b):
    wide, high = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    inside = max(wide, 0) * max(high, 0)
    return inside / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - inside)


def anchors_at(i, j, stride, scale, ratios):
    """x1, y1, x2, y2 of each shape at row i, column j: of the area (scale · stride)², height / width = ratio."""
    for ratio in ratios:
        wide = np.sqrt((scale * stride) ** 2 / ratio)
        high = ratio * wide
        yield (stride * j - wide / 2, stride * i - high / 2, stride * j + wide / 2, stride * i + high / 2)


def mask(boxes, height, width, stride, scale, ratios, psi):
    """[H, W]: whether at any anchor of a place the overlap with any box is above psi times the largest of that box."""
    found = np.zeros((height, width))
    for box in boxes:
        if box[2] <= box[0] or box[3] <= box[1]:
            continue
        overlaps = np.array(
            [[[iou(a, box) for a in anchors_at(i, j, stride, scale, ratios)] for j in range(width)] for i in range(height)]
        )
        found[(overlaps > psi * overlaps.max()).any(2)] = 1
    return found


def terms(given, parts, psi=0.5, stride=4, scale=8, ratios=(0.5, 1, 2), gamma=1, **options):
    total, points = 0, 0
    for k, r in enumerate(parts):
        own, theirs = (given[f"{who}.feature.stage{k + 1}"] for who in ("student", "teacher"))
        masks = [mask(boxes.numpy(), *own.shape[2:], stride * 2**k, scale, ratios, psi) for boxes in given["student.truth"]]
        imitated = torch.tensor(np.stack(masks))[:, None]
        total = total + (imitated * (r(own) - theirs) ** 2).sum()
        points += imitated.sum()
    computed = {"fgfi": options.get("lambda", 0.01) * total / (2 * max(points, 1))}
    if gamma > 0:
        computed["ce"] = gamma * F.cross_entropy(given["student.logits"], given["labels"])
    return computed


def boxes(batch, most, height, width):
    """Some of each image, of all sizes, also beyond its edges; the rest are none."""
    corners = torch.rand(batch, most, 2).double() * torch.tensor([width, height]) - 4
    sides = torch.rand(batch, most, 2).double() ** 3 * torch.tensor([width, height]) + 1
    found = torch.cat([corners, corners + sides], 2)
    for i in range(batch):
        found[i, (i + 1) % (most + 1) :] = 0
    return found


for batch, (own, theirs), sizes, most, options in [
    (2, (3, 4), [(16, 21), (8, 11), (4, 6), (2, 3), (1, 2)], 3, {}),
    (1, (2, 2), [(9, 7), (5, 4)], 2, {"lambda": 2, "psi": 0.3}),
    (3, (1, 5), [(6, 6), (3, 3)], 2, {"ratios": [0.4], "scale": 3}),
    (2, (4, 1), [(5, 3)], 1, {"psi": 0, "stride": 16, "scale": 2.5, "ratios": [1, 3]}),
    # No object anywhere.
    (2, (2, 3), [(4, 4), (2, 2)], 0, {}),
    (4, (2, 2), [(7, 5), (4, 3), (2, 2)], 4, {"gamma": 0.5}),
]:
    given, options = cases.levels(batch, sizes, own, theirs), {"gamma": 0, **options}
    stride = options.get("stride", 4)
    given["student.truth"] = boxes(batch, most, sizes[0][0] * stride, sizes[0][1] * stride) if most else torch.zeros(batch, 1, 4).double()
    if options["gamma"]:
        given |= {key: value.detach().double().requires_grad_(value.requires_grad) if value.is_floating_point() else value for key, value in cases.logits(batch, 5).items()}
    parts = nn.ModuleList(nn.Conv2d(own, theirs, 3, padding=1) for _ in sizes).double()
    cases.add(given, lambda given, parts: terms(given, parts, **options), options, parts)

cases.write()
