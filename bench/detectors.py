"""For peer.py: a training step of torchvision's detector, on drawn images and boxes."""

import time

import torch
from torchvision.models.detection import fasterrcnn_resnet50_fpn


def step_of(batch, side, boxes, classes, layout):
    torch.manual_seed(0)
    model = fasterrcnn_resnet50_fpn(
        weights=None, weights_backbone=None, num_classes=classes + 1, min_size=side, max_size=side
    )
    model = model.to(memory_format=layout).train()
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-4, momentum=0.9, weight_decay=1e-4)
    images = list(torch.rand(batch, 3, side, side))
    targets = []
    for _ in range(batch):
        sizes = (torch.rand(boxes, 2) * 3 / 8 + 1 / 8) * side
        corners = torch.rand(boxes, 2) * (side - sizes)
        labels = torch.randint(1, classes + 1, (boxes,))
        targets.append({"boxes": torch.cat([corners, corners + sizes], 1), "labels": labels})

    def step():
        optimizer.zero_grad()
        loss = sum(model(images, targets).values())
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def took(step):
    step()
    start = time.perf_counter()
    step()
    return time.perf_counter() - start


def fastest(batch, side, boxes, classes):
    """A step, and in which layout it is."""
    steps = {
        str(layout).removeprefix("torch."): step_of(batch, side, boxes, classes, layout)
        for layout in (torch.channels_last, torch.contiguous_format)
    }
    name = min(steps, key=lambda layout: took(steps[layout]))
    return steps[name], name
