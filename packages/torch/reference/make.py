"""Writes the numbers that packages/torch is tested against, computed by PyTorch from Python.

    python packages/torch/reference/make.py      (torch 2.15.0, safetensors)

Layers, losses, optimizers, schedules and random numbers go by name into named.safetensors, files for the readers into saved.pth and
code.pth. Single operators are in operators.py.
"""

import os

import torch
from safetensors.torch import save_file
from torch import nn
import torch.nn.functional as F

here = os.path.dirname(os.path.abspath(__file__))

# Layers, losses and random numbers, by name.
named = {}


def record(prefix, module, x):
    for key, value in module.state_dict().items():
        named[f"{prefix}.state.{key}"] = value.clone()
    x = x.clone().requires_grad_()
    named[f"{prefix}.x"] = x.detach().clone()
    for i in range(2):
        y = module(x)
        weight = torch.linspace(-1, 1, y.numel()).reshape(y.shape)
        module.zero_grad()
        x.grad = None
        (y * weight).sum().backward()
        named[f"{prefix}.y{i}"] = y.detach().clone().contiguous()
    named[f"{prefix}.dx"] = x.grad.clone()
    for key, parameter in module.named_parameters():
        named[f"{prefix}.grad.{key}"] = parameter.grad.clone()
    for key, buffer in module.named_buffers():
        named[f"{prefix}.after.{key}"] = buffer.clone()
    module.eval()
    named[f"{prefix}.eval"] = module(x).detach().clone().contiguous()


torch.manual_seed(11)
record("linear", nn.Linear(5, 3), torch.randn(2, 4, 5))
torch.manual_seed(12)
record("conv", nn.Conv2d(4, 6, (3, 2), stride=(2, 1), padding=(1, 0), groups=2), torch.randn(3, 4, 5, 6))
record("bn", nn.BatchNorm2d(4, momentum=0.3, eps=1e-3), torch.randn(3, 4, 1, 5))

labels = torch.tensor([1, 0, 4, 2, 2])
logits, target = torch.randn(5, 6), torch.softmax(torch.randn(5, 6), 1)
named["loss.logits"], named["loss.target"], named["loss.labels"] = logits, target, labels
for name, function in {
    "ce": lambda z: F.cross_entropy(z, labels),
    "ce_smooth": lambda z: F.cross_entropy(z, labels, label_smoothing=0.1, reduction="sum"),
    "ce_soft": lambda z: F.cross_entropy(z, target),
    "kl": lambda z: F.kl_div(F.log_softmax(z, 1), target, reduction="batchmean"),
    "kl_mean": lambda z: F.kl_div(F.log_softmax(z, 1), target, reduction="mean"),
    "mse": lambda z: F.mse_loss(z, target),
}.items():
    z = logits.clone().requires_grad_()
    value = function(z)
    value.backward()
    named[f"loss.{name}"], named[f"loss.{name}.grad"] = value.detach(), z.grad

torch.manual_seed(123)
named["random.randn"] = torch.randn(5, 7)
named["random.rand"] = torch.rand(3)
named["random.randint"] = torch.randint(0, 100, (6,))
named["random.randperm"] = torch.randperm(9)
named["random.generator"] = torch.randn(20, generator=torch.Generator().manual_seed(5))
torch.manual_seed(124)
named["random.kaiming_normal"] = nn.init.kaiming_normal_(torch.empty(6, 4, 3, 3), mode="fan_out", nonlinearity="relu")
named["random.kaiming_uniform"] = nn.init.kaiming_uniform_(torch.empty(6, 4), a=1.0)

save_file({key: value.contiguous() for key, value in named.items()}, os.path.join(here, "named.safetensors"))

# A file as torch.save writes it, with what a reader must cope with: shared storages, strides, every dtype, plain values.
shared = torch.arange(12, dtype=torch.float32)
torch.save(
    {
        "model": {"a": shared.view(3, 4), "b": shared.view(3, 4).t(), "c": shared[3:7], "p": nn.Parameter(torch.ones(2))},
        "dtypes": {str(d).removeprefix("torch."): torch.tensor([0, 1, 3]).to(d) for d in (
            torch.float16, torch.bfloat16, torch.float64, torch.int8, torch.int16, torch.int32, torch.int64, torch.uint8, torch.bool,
            torch.complex64)},
        "plain": [1, -2, 2**40, 2**70, 1.5, True, None, "ü", (1, 2), {"x": [0.25]}, {3: "three"}, b"bytes"],
        "scalar": torch.tensor(2.5),
        "empty": torch.empty(0, 3),
    },
    os.path.join(here, "saved.pth"),
)
torch.save(nn.Linear(2, 2), os.path.join(here, "code.pth"))
