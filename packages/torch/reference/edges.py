"""Writes edges.json and edges.safetensors: numbers at the edge of dtypes, and gradients of gradients that are zero.

    python packages/torch/reference/edges.py      (torch 2.15.0, safetensors)

Numbers are texts as JavaScript writes them, whole ones beyond 2^53 as bigints; null stands for what PyTorch refuses. Python's 0 is
JavaScript's -0: a whole number.
"""

import json
import math
import os

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

here = os.path.dirname(os.path.abspath(__file__))
torch.manual_seed(19)


def text(value):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return f"{value}n" if abs(value) > 2**53 else str(value)
    return {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}.get(str(value), repr(value))


def outcome(compute):
    """[dtype, values], or null."""
    try:
        result = compute()
    except (RuntimeError, ValueError, OverflowError, TypeError):
        return None
    return [str(result.dtype).removeprefix("torch."), [text(value) for value in result.flatten().tolist()]]


integers = [torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.uint16, torch.uint32, torch.uint64]
numbers = [0, 2, -1, -255, -256, 255, 256, 300, -129, 70000, -70000, 2**31, 2**32, 2**40, 2**53, 2**63 - 1, 2**63, 2**64 - 1, 2**64,
           -(2**63), -(2**63) - 1, 1.5, -0.5, -1.5, 255.9, 256.5, math.nan, math.inf, -math.inf, 1e300, True]  # fmt: skip
values = [
    [str(dtype).removeprefix("torch."), text(number), outcome(lambda: torch.tensor([number], dtype=dtype))]
    for dtype in [*integers, torch.bool, torch.float16, torch.float32]
    for number in numbers
    # Python has no fraction as a uint64, JavaScript no other numbers; what is beyond float16 is its infinity.
    if not (dtype == torch.uint64 and isinstance(number, float))
]

scalars = []
for dtype in (torch.uint8, torch.int64, torch.bool, torch.float32):
    x = torch.tensor([1, 2, 3]).to(dtype)
    mask = torch.tensor([True, False, True])
    for number in (0, 300, -1, 2**53, 2**62, -(2**63), 0.5, math.nan, math.inf, 1e300, True):
        calls = {
            "add": lambda: x + number,
            "mul": lambda: x * number,
            "fill_": lambda: x.clone().fill_(number),
            "add_": lambda: x.clone().add_(number),
            "masked_fill": lambda: x.masked_fill(mask, number),
            "clamp_max": lambda: x.clamp_max(number),
            "eq": lambda: x == number,
            "set_": lambda: torch.tensor([1, 2, 3]).to(dtype).index_put_((torch.tensor([1]),), torch.scalar_tensor(number, dtype=dtype)),
        }
        for name, call in calls.items():
            scalars.append([str(dtype).removeprefix("torch."), name, text(number), outcome(call)])

ranges = [
    [[text(argument) for argument in arguments], None if dtype is None else str(dtype).removeprefix("torch."),
     outcome(lambda: torch.arange(*arguments, **({} if dtype is None else {"dtype": dtype})))]
    for arguments in ([0, 1, 0.5], [0, 3, 1], [0.5, 3, 1], [0, 2.5, 1], [3, 0, -1], [3, 0, -0.75], [0, 0, 1], [2**53, 2**53 + 2, 1],
                      [0, math.nan, 1], [0, 1, 0], [0, 1, -1])
    for dtype in (None, torch.int64, torch.float64, torch.uint8)
]  # fmt: skip


def assigned(index, shape):
    x = torch.zeros(2, 3)
    x[index] = torch.arange(1.0, 1 + math.prod(shape)).reshape(shape)
    return x


two = torch.tensor([0, 1])
places = {"0": 0, "0,1": (0, 1), "[0,1]": two, "mask": torch.tensor([True, False]), ":,0": (slice(None), 0), "...": ...}
assignments = [
    [place, list(shape), outcome(lambda: assigned(index, shape))]
    for place, index in places.items()
    for shape in ((), (1,), (3,), (2,), (1, 3), (1, 1, 3), (1, 1), (1, 2, 3), (2, 3), (1, 2), (2, 1), (2, 1, 3), (1, 2, 1), (0,))
]

with open(os.path.join(here, "edges.json"), "w") as file:
    groups = {"values": values, "scalars": scalars, "ranges": ranges, "assignments": assignments}
    parts = [f'"{name}": [\n' + ",\n".join(json.dumps(row) for row in rows) + "\n]" for name, rows in groups.items()]
    file.write("{\n" + ",\n".join(parts) + "\n}\n")

# Gradients of gradients of functions with corners: PyTorch makes tensors without memory (ZeroTensors) of those that are zero.
named = {}
functions = {
    "abs": lambda x, t: x.abs().sum(),
    "sgn": lambda x, t: (x.sgn() * x).sum(),
    "l1_loss": lambda x, t: F.l1_loss(x, t),
    "smooth_l1_loss": lambda x, t: F.smooth_l1_loss(x, t, beta=0.5),
    "norm1": lambda x, t: torch.linalg.vector_norm(x - t, 1),
    "norm2": lambda x, t: torch.linalg.vector_norm(x - t, 2, dim=1).sum(),
    "norm_inf": lambda x, t: torch.linalg.vector_norm(x, math.inf),
    "relu": lambda x, t: (x - t).relu().sum(),
}
x = torch.randn(4, 3, dtype=torch.float64)
target = torch.randn(4, 3, dtype=torch.float64)
v = torch.randn(4, 3, dtype=torch.float64)
named.update(x=x, target=target, v=v)
for name, function in functions.items():
    leaf = x.clone().requires_grad_()
    (first,) = torch.autograd.grad(function(leaf, target), leaf, create_graph=True)
    named[f"{name}.first"] = first.detach().clone()
    if first.requires_grad:
        (second,) = torch.autograd.grad((first * v).sum(), leaf, allow_unused=True)
        if second is not None:
            named[f"{name}.second"] = second.clone()
save_file({key: value.contiguous() for key, value in named.items()}, os.path.join(here, "edges.safetensors"))
