"""What timm makes of batches by drawn Mixup and CutMix, and the order of its repeated augmentation, for the tests of mixing and of orders.

`python packages/retort/reference/mixing.py` (torch 2.15.0, timm 1.0.31, numpy 2.4.6, safetensors) writes mixing.safetensors beside it: `wide` uint8
[6, 9, 13, 3], `square` uint8 [4, 8, 8, 1], the labels of both as JSON, and in `cases`, JSON, what was drawn for which; CASE.images and CASE.targets
are what `FastCollateMixup` gave. `order`, JSON, is a permutation, and what `RepeatAugSampler` of one rank makes of it.
"""

import json
import os
from unittest import mock

import numpy as np
import torch
from safetensors.torch import save_file
from timm.data import mixup as timm
from timm.data.distributed_sampler import RepeatAugSampler

generator = np.random.default_rng(18)
classes = 5
sets = {
    "wide": generator.integers(0, 256, (6, 9, 13, 3), dtype=np.uint8),
    "square": generator.integers(0, 256, (4, 8, 8, 1), dtype=np.uint8),
}
labels = {"wide": [0, 3, 4, 1, 1, 2], "square": [2, 2, 0, 4]}


def collated(images, classes_of, mode, smoothing, drawn):
    """FastCollateMixup by what was drawn: of each draw the share, and where the box is, or none."""
    height, width = images.shape[1:3]
    collate = timm.FastCollateMixup(1.0, 1.0, mode=mode, label_smoothing=smoothing, num_classes=classes)
    cut = [one["box"] is not None for one in drawn]
    shares = [one["share"] for one in drawn]
    # Of a batch it is asked for even where nothing is cut.
    asked = [one["box"] for one in drawn if one["box"] and (mode == "batch" or np.float32(one["share"]) != 1)]
    places = iter([place for box in asked for place in (int(box["y"] * height), int(box["x"] * width))])
    collate._params_per_batch = lambda: (shares[0], cut[0])
    collate._params_per_elem = lambda count: (np.array(shares, dtype=np.float32), np.array(cut))
    batch = [(image.transpose(2, 0, 1).copy(), label) for image, label in zip(images, classes_of)]
    with mock.patch("numpy.random.randint", lambda low, high, size=None: next(places)):
        mixed, targets = collate(batch)
    assert next(places, None) is None
    return mixed.permute(0, 2, 3, 1).contiguous(), targets


cases, out = [], {name: torch.from_numpy(images) for name, images in sets.items()}


def drawn(share, is_cut):
    return {"share": share, "box": {"y": float(generator.random()), "x": float(generator.random())} if is_cut else None}


def add(name, mode, smoothing, draws):
    mixed, targets = collated(sets[name], labels[name], mode, smoothing, draws)
    key = str(len(cases))
    cases.append({"of": name, "mode": mode, "smoothing": smoothing, "drawn": draws})
    out[f"{key}.images"], out[f"{key}.targets"] = mixed, targets


for number in range(24):
    name = "wide" if number % 3 else "square"
    count = len(sets[name])
    smoothing = 0.1 if number % 2 else 0.0
    for mode in ("batch", "pair", "elem"):
        draws = {"batch": 1, "pair": count // 2, "elem": count}[mode]
        add(name, mode, smoothing, [drawn(float(generator.beta(0.8, 0.8)), generator.random() < 0.5) for _ in range(draws)])
# What is left as it is, all of the partner, halves, and boxes at a corner.
for share in (1.0, 0.0, 0.5):
    for is_cut in (False, True):
        for mode in ("batch", "pair", "elem"):
            count = {"batch": 1, "pair": 3, "elem": 6}[mode]
            corner = {"share": share, "box": {"y": 0.0, "x": 0.999} if is_cut else None}
            add("wide", mode, 0.1, [corner] * count)

permutation = generator.permutation(300)
with mock.patch("torch.randperm", lambda size, generator=None: torch.from_numpy(permutation)):
    repeated = {
        str(rounded): list(RepeatAugSampler(range(300), num_replicas=1, rank=0, num_repeats=3, selected_round=rounded))
        for rounded in (256, 0)
    }
order = {"permutation": permutation.tolist(), "repeated": repeated}
metadata = {"classes": str(classes), "labels": json.dumps(labels), "cases": json.dumps(cases), "order": json.dumps(order)}
save_file(out, os.path.join(os.path.dirname(__file__), "mixing.safetensors"), metadata=metadata)
