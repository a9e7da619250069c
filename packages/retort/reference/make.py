"""Writes the numbers that packages/retort is tested against, computed by PyTorch from Python.

    python packages/retort/reference/make.py      (torch 2.15.0, safetensors)
"""

import os
import sys

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

torch.set_num_threads(2)
here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, "..", "..", "..", "bench"))
from peer import ResNet, VisionTransformer  # noqa: E402

numbers = {}


def follow(make, size, optimizer_of, dtype, steps, channels_last):
    """Losses of a model from a seed, on batches from a generator."""
    torch.manual_seed(3)
    model = make().to(dtype)
    if channels_last:
        model = model.to(memory_format=torch.channels_last)
    optimizer = optimizer_of(model.parameters())
    generator = torch.Generator().manual_seed(4)
    losses = []
    for _ in range(steps):
        x = torch.randn(8, 3, size, size, dtype=dtype, generator=generator)
        y = torch.randint(0, 100, (8,), generator=generator)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    model.eval()
    with torch.no_grad():
        logits = model(torch.randn(3, 3, size, size, dtype=dtype, generator=generator))
    return torch.tensor(losses, dtype=torch.float64), logits


followed = {
    "resnet20": (
        lambda: ResNet(20, [16, 16, 32, 64], 100), 32,
        lambda parameters: torch.optim.SGD(parameters, lr=0.05, momentum=0.9, weight_decay=5e-4, fused=True),
    ),
    "vit_tiny_patch8_64": (
        lambda: VisionTransformer(64, 8, 192, 12, 3, 100), 64,
        lambda parameters: torch.optim.AdamW(parameters, lr=1e-3, weight_decay=0.05, fused=True),
    ),
}
for name, how in followed.items():
    steps = 50 if name == "resnet20" else 20
    numbers[f"{name}.float64"], numbers[f"{name}.float64.logits"] = follow(*how, torch.float64, steps, False)
    numbers[f"{name}.float32"], numbers[f"{name}.float32.logits"] = follow(*how, torch.float32, 10, True)

save_file({key: value.contiguous() for key, value in numbers.items()}, os.path.join(here, "numbers.safetensors"))
