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


def follow(make, size, optimizer_of, dtype, steps, channels_last, nudge=None):
    """Losses of a model from a seed on batches from a generator, and its logits for others after the last. `nudge` is the seed by which each initial weight is rounded up or down."""
    torch.manual_seed(3)
    model = make().to(dtype)
    if dtype == torch.float64:
        # Random numbers of float32, which the initial weights are, have the same last digits on processors with AVX2 alone.
        weights = torch.Generator().manual_seed(6)
        with torch.no_grad():
            for parameter in model.parameters():
                if parameter.dim() == 1:
                    parameter.round_()  # a drawn bias to 0; what is 0 or 1 stays
                else:
                    normals = torch.randn(parameter.shape, dtype=dtype, generator=weights)
                    parameter.copy_(normals.mul((len(parameter) / parameter.numel()) ** 0.5))
    if nudge is not None:
        signs = torch.Generator().manual_seed(nudge)
        with torch.no_grad():
            for parameter in model.parameters():
                sign = torch.randint(0, 2, parameter.shape, generator=signs) * 2 - 1
                parameter.mul_(1 + sign.to(dtype) * torch.finfo(dtype).eps)
    if channels_last:
        model = model.to(memory_format=torch.channels_last)
    optimizer = optimizer_of(model.parameters())
    generator = torch.Generator().manual_seed(4)
    losses = []
    for step in range(steps):
        x = torch.randn(8, 3, size, size, dtype=dtype, generator=generator)
        y = torch.randint(0, 100, (8,), generator=generator)
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    others = torch.Generator().manual_seed(5)
    model.eval()
    with torch.no_grad():
        logits = model(torch.randn(3, 3, size, size, dtype=dtype, generator=others))
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
    for dtype, steps, channels_last in [(torch.float64, 20 if name == "resnet20" else 10, False), (torch.float32, 5, True)]:
        key = f"{name}.{str(dtype).removeprefix('torch.')}"
        losses, logits = follow(*how, dtype, steps, channels_last)
        numbers[key], numbers[f"{key}.logits"] = losses, logits
        # How far a rounding of the weights at the start carries, which is what another order of summation does: the most up to each step.
        nudged = [follow(*how, dtype, steps, channels_last, nudge=seed) for seed in range(3)]
        drift = torch.stack([(other - losses).abs() for other, _ in nudged]).amax(0)
        numbers[f"{key}.drift"] = drift.cummax(0).values
        numbers[f"{key}.logits.drift"] = torch.stack([(other - logits).abs().max() for _, other in nudged]).max()

save_file({key: value.contiguous() for key, value in numbers.items()}, os.path.join(here, "numbers.safetensors"))
