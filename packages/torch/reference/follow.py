"""For nn.py and layers.py: a layer or function in float32 and float64, with all that follow.ts compares.

What is computed in float64 stands under names that begin with "float64.".
"""

import os

import torch
from safetensors.torch import save_file

here = os.path.dirname(os.path.abspath(__file__))
tensors, metadata = {}, {}
F32, F64 = torch.float32, torch.float64


def prefix(dtype):
    return "" if dtype == F32 else "float64."


def ramp(y):
    return torch.linspace(-1, 1, y.numel(), dtype=y.dtype).reshape(y.shape)


def put(name, value):
    tensors[name] = value.detach().clone().contiguous()


def permuted(x):
    return x.transpose(0, -1)


def channels_last(x):
    return x.contiguous(memory_format=torch.channels_last)


def narrowed(x):
    return x.narrow(0, 1, x.size(0) - 2)


def layer(name, make, shape, awkward=lambda x: x, x=None):
    """The layer's state from seed 11, two passes in training from seeds 100 and 101 with gradients of the second, its state afterwards,
    and one pass in evaluation."""
    for dtype in (F32, F64):
        key = f"layer.{prefix(dtype)}{name}"
        torch.manual_seed(11)
        module = make(dtype)
        state = module.state_dict()
        metadata[f"{key}.keys"] = ",".join(state)
        for k, v in state.items():
            put(f"{key}.state.{k}", v)
        leaf = torch.randn(shape, dtype=dtype) if x is None else x.clone()
        put(f"{key}.x", leaf)
        if leaf.is_floating_point():
            leaf.requires_grad_()
        for i in range(2):
            torch.manual_seed(100 + i)
            y = module(awkward(leaf))
            module.zero_grad()
            leaf.grad = None
            (y * ramp(y)).sum().backward()
            put(f"{key}.y{i}", y)
        if leaf.grad is not None:
            put(f"{key}.dx", leaf.grad)
        for k, v in module.named_parameters():
            put(f"{key}.grad.{k}", v.grad)
        for k, v in module.named_buffers():
            put(f"{key}.after.{k}", v)
        module.eval()
        put(f"{key}.eval", module(awkward(leaf)))


def fn(name, function, *inputs):
    """A function of inputs (shapes of random numbers, or tensors): its result and the gradients of those that are random."""
    for dtype in (F32, F64):
        key = f"fn.{prefix(dtype)}{name}"
        torch.manual_seed(12)
        leaves = []
        for i, given in enumerate(inputs):
            if torch.is_tensor(given):
                leaf = given.to(dtype) if given.is_floating_point() else given
            else:
                leaf = torch.randn(given, dtype=dtype).requires_grad_()
            put(f"{key}.in{i}", leaf)
            leaves.append(leaf)
        torch.manual_seed(13)
        y = function(*leaves)
        put(f"{key}.out", y)
        if y.requires_grad:
            (y * ramp(y)).sum().backward()
            for i, leaf in enumerate(leaves):
                if leaf.requires_grad:
                    put(f"{key}.grad{i}", leaf.grad)


def init(name, function, shape):
    for dtype in (F32, F64):
        torch.manual_seed(14)
        put(f"init.{prefix(dtype)}{name}", function(torch.empty(shape, dtype=dtype)))


def save(file):
    save_file(tensors, os.path.join(here, file), metadata)
