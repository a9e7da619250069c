"""For peer.py: torchvision's operators of boxes, on the boxes in a file that the other side wrote."""

import time

import torch
import torchvision
from safetensors.torch import load_file


def align(given, channels, image, strides, layout):
    maps = [torch.randn(1, channels, image[0] // s, image[1] // s).contiguous(memory_format=layout).requires_grad_() for s in strides]

    def step():
        boxes = (given[f"level {s}"] for s in strides)
        pooled = [torchvision.ops.roi_align(x, b, 7, 1 / s, 2) for x, b, s in zip(maps, boxes, strides)]
        torch.autograd.grad(torch.cat(pooled).sum(), maps)

    return step


def suppress(given):
    images = sum(name.startswith("boxes") for name in given)
    count = len(given["scores 0"]) // 5
    levels = torch.arange(5).repeat_interleave(count)

    def step():
        for i in range(images):
            torchvision.ops.batched_nms(given[f"boxes {i}"], given[f"scores {i}"], levels, 0.7)

    return step


def took(step):
    step()
    start = time.perf_counter()
    step()
    return time.perf_counter() - start


def fastest(what, file, channels, image, strides):
    """A step, and in which layout it is."""
    given = load_file(file)
    if what == "nms":
        return suppress(given), "as it is"
    layouts = {str(layout).removeprefix("torch."): align(given, channels, image, strides, layout) for layout in (torch.channels_last, torch.contiguous_format)}
    name = min(layouts, key=lambda layout: took(layouts[layout]))
    return layouts[name], name
