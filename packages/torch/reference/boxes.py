"""Writes the numbers that RoIAlign, non-maximum suppression, box_iou and FrozenBatchNorm2d are tested against, computed by torchvision.

    python packages/torch/reference/boxes.py      (torch 2.15.0, torchvision 0.29.2, safetensors)

Maps, gradients and the boxes to suppress are numbers of a formula (`hashed`), which the tests make again, so that these are not kept. boxes.safetensors
has under <name>/ what belongs to a case; its metadata has the cases of RoIAlign, and of suppression, as JSON.
"""

import json
import os

import torch
from safetensors.torch import save_file
from torchvision import ops

here = os.path.dirname(os.path.abspath(__file__))
tensors, align_cases, nms_cases = {}, [], []


def hashed(count, factor):
    """Whole numbers below 1009 that look drawn."""
    return torch.arange(count) * factor % 1009


def made(shape, factor, dtype):
    """Numbers from -1 to 1, exact in every dtype."""
    return ((hashed(torch.Size(shape).numel(), factor) - 504).to(torch.float64) / 512).to(dtype).reshape(shape)


def align(name, shape, boxes, output, **options):
    settings = {"scale": 1, "ratio": -1, "aligned": False} | options
    align_cases.append({"name": name, "shape": shape, "output": list(output), **settings})
    tensors[f"{name}/boxes"] = torch.tensor(boxes, dtype=torch.float64).reshape(-1, 5)
    for dtype in (torch.float32, torch.float64):
        features = made(shape, 7919, dtype).requires_grad_()
        rois = tensors[f"{name}/boxes"].to(dtype)
        result = ops.roi_align(features, rois, output, settings["scale"], settings["ratio"], settings["aligned"])
        (result * made(result.shape, 6421, dtype)).sum().backward()
        key = str(dtype).removeprefix("torch.")
        tensors[f"{name}/{key}/out"], tensors[f"{name}/{key}/gradient"] = result.detach(), features.grad


whole = [[0, 0, 0, 40, 28]]
some = [[0, 3.2, 1.7, 18.4, 22.9], [1, 0, 0, 40, 28], [2, 7.5, 9.5, 8.5, 30], [1, 11, 3, 39.9, 27.9], [0, 20, 20, 21, 21]]
outside = [[0, -9, -9, -2, -3], [0, -5.5, -1, 6, 4], [0, 36, 20, 70, 60], [0, 500, 500, 600, 600], [0, -100, -100, 200, 200], [0, 38.9, 26.9, 41.1, 29.1]]
without_area = [[0, 5, 5, 5, 5], [0, 5, 5, 5, 8], [0, 3, 3, 1, 1], [0, 10, 7, 10, 7], [0, 0, 0, 0, 0]]
for aligned in (False, True):
    for ratio in (0, 1, 2, 3):
        how = {"ratio": ratio, "aligned": aligned}
        of = f"{'aligned' if aligned else 'plain'}, {ratio} samples"
        align(f"images {of}", [3, 3, 7, 10], some, (3, 2), scale=1 / 4, **how)
        align(f"outside {of}", [1, 1, 7, 10], outside, (2, 3), scale=1 / 4, **how)
        align(f"without area {of}", [1, 1, 7, 10], without_area, (2, 2), **how)
    of = "aligned" if aligned else "plain"
    align(f"whole image {of}", [1, 17, 7, 10], whole, (7, 7), scale=1 / 4, ratio=2, aligned=aligned)
    align(f"whole image, own samples {of}", [1, 1, 14, 20], whole, (3, 3), scale=1 / 2, aligned=aligned)
    align(f"many channels {of}", [1, 256, 3, 2], [[0, 1, 2, 60, 90], [0, 20, 20, 44, 33.3]], (1, 2), scale=1 / 32, ratio=2, aligned=aligned)
    align(f"one pixel {of}", [2, 3, 1, 1], [[0, 0, 0, 8, 8], [1, 2, 2, 5, 5], [0, -9, 0, 30, 8]], (2, 2), scale=1 / 8, ratio=2, aligned=aligned)
    align(f"one row {of}", [1, 3, 1, 9], [[0, 1, 0, 60, 8], [0, 5, 3, 9, 5]], (1, 3), scale=1 / 8, aligned=aligned)
    align(f"one column {of}", [1, 3, 9, 1], [[0, 0, 1, 8, 60], [0, 3, 5, 5, 9]], (3, 1), scale=1 / 8, ratio=3, aligned=aligned)
    align(f"a sixteenth {of}", [1, 17, 4, 5], [[0, 0, 0, 80, 64], [0, 17, 3, 51, 60]], (3, 3), scale=1 / 16, ratio=2, aligned=aligned)
    align(f"one bin {of}", [1, 3, 7, 10], [[0, 3, 3, 30, 20]], (1, 1), scale=1 / 4, ratio=1, aligned=aligned)
    align(f"no boxes {of}", [2, 3, 4, 4], [], (2, 2), aligned=aligned)

# Boxes on a coarse grid and scores of few values: overlaps that are the threshold itself, and ties.
thresholds = (0.5, 1 / 3, 0.7, 0.25, 0.0, 1.0, 0.6, 0.1)
for i in range(50):
    # Up to 1000 boxes torchvision moves apart by their class; of more it takes each class by itself.
    count = (0, 1, 2, 5, 17, 40, 64, 33)[i % 8] if i < 48 else (1000, 1300)[i - 48]
    case = {
        "count": count,
        "dtype": "float64" if i % 5 == 4 else "float32",
        "grid": (6, 8, 20, 200)[i % 4] if i < 48 else 60,
        "stretch": 1.1 if i % 3 == 2 else 1,
        "shift": 0.7 if i % 3 == 2 else 0,
        "scores": (2, 5, 1000)[i % 3],
        "threshold": thresholds[i % len(thresholds)],
        "factor": 1 + 2 * i,
    }
    nms_cases.append(case)
    dtype = getattr(torch, case["dtype"])
    near = hashed(2 * count, 7919 + case["factor"]).reshape(count, 2) % case["grid"]
    size = hashed(2 * count, 6421 + case["factor"]).reshape(count, 2) % (case["grid"] // 2)
    boxes = torch.cat([near, near + size], 1).to(dtype) * case["stretch"] - case["shift"]
    scores = (hashed(count, 3571 + case["factor"]) % case["scores"]).to(dtype) / 7
    classes = hashed(count, 2377 + case["factor"]) % 5
    tensors[f"nms {i}/kept"] = ops.nms(boxes, scores, case["threshold"]).to(torch.int16)
    kept = ops.batched_nms(boxes, scores, classes, case["threshold"])
    # Of more than 1000 its last sort is one that leaves equals in an order that depends on the processor: the first of them is first here.
    kept = kept.sort().values
    tensors[f"nms {i}/kept by class"] = kept[scores[kept].sort(stable=True, descending=True).indices].to(torch.int16)

for dtype in (torch.float32, torch.float64):
    key = str(dtype).removeprefix("torch.")
    a, b = ((made((count, 4), factor, dtype) * 20).round() for count, factor in ((6, 7919), (5, 6421)))
    a, b = (torch.cat([torch.minimum(x[:, :2], x[:, 2:]), torch.maximum(x[:, :2], x[:, 2:])], 1) for x in (a, b))
    a[1] = b[2]
    a[3, 2:] = a[3, :2]
    b[4] = a[3]
    tensors |= {f"iou/{key}/a": a, f"iou/{key}/b": b, f"iou/{key}/out": ops.box_iou(a, b)}

    norm = ops.misc.FrozenBatchNorm2d(4, eps=1e-3)
    state = {name: made((4,), factor, dtype).abs() + 0.1 for name, factor in (("weight", 17), ("bias", 29), ("running_mean", 101), ("running_var", 331))}
    norm.to(dtype).load_state_dict(state | {"num_batches_tracked": torch.tensor(7)})
    x = made((2, 4, 3, 2), 7919, dtype).requires_grad_()
    result = norm(x)
    (result * made(result.shape, 6421, dtype)).sum().backward()
    tensors |= {f"frozen/{key}/{name}": value for name, value in state.items()}
    tensors |= {f"frozen/{key}/out": result.detach(), f"frozen/{key}/gradient": x.grad}

metadata = {"align": json.dumps(align_cases), "nms": json.dumps(nms_cases)}
save_file({name: value.contiguous() for name, value in tensors.items()}, os.path.join(here, "boxes.safetensors"), metadata)
