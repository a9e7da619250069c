"""Writes the numbers that packages/torch is tested against, computed by PyTorch from Python.

    python packages/torch/reference/make.py      (torch 2.15.0, safetensors)

operators.json lists cases: an operator by ATen name, its arguments, and the names of its inputs, outputs and gradients in
operators.safetensors. An argument is a plain value or {"tensor": name}, made awkward by "permute", "narrow" or "channels_last".
"""

import json
import os

import torch
from safetensors.torch import save_file
from torch import nn
import torch.nn.functional as F

torch.manual_seed(7)
here = os.path.dirname(os.path.abspath(__file__))
tensors, cases = {}, []



class T:
    """A tensor argument: a random one of a shape, or a given one, and how it is made awkward."""

    def __init__(self, *shape, value=None, permute=None, narrow=None, channels_last=False, grad=True, positive=False):
        self.shape, self.value, self.grad, self.positive = shape, value, grad, positive
        self.how = {k: v for k, v in {"permute": permute, "narrow": narrow, "channels_last": channels_last}.items() if v}

    def base(self, dtype):
        if self.value is not None:
            return self.value.clone()
        base = torch.randn(self.shape, dtype=dtype)
        return base.abs() + 0.1 if self.positive else base

    def awkward(self, base):
        if "permute" in self.how:
            base = base.permute(self.how["permute"])
        if "narrow" in self.how:
            base = base.narrow(*self.how["narrow"])
        if "channels_last" in self.how:
            base = base.contiguous(memory_format=torch.channels_last)
        return base


def flat(value):
    return list(value) if isinstance(value, (list, tuple)) else [value]


def case(name, *args, dtype=torch.float32):
    index = len(cases)
    operator, _, overload = name.removeprefix("aten::").partition(".")
    function = getattr(getattr(torch.ops.aten, operator), overload or "default")
    leaves, real, stored = [], [], []

    def convert(arg):
        if isinstance(arg, T):
            base = arg.base(dtype)
            key = f"{index}.in{len(leaves)}"
            tensors[key] = base.clone()
            differentiable = arg.grad and base.dtype.is_floating_point
            base.requires_grad_(differentiable)
            leaves.append((key, base))
            return arg.awkward(base), {"tensor": key, **arg.how, **({"grad": True} if differentiable else {})}
        if isinstance(arg, list) and any(isinstance(item, T) for item in arg):
            pairs = [convert(item) for item in arg]
            return [a for a, _ in pairs], [b for _, b in pairs]
        return arg, arg

    for arg in args:
        a, b = convert(arg)
        real.append(a)
        stored.append(b)
    schema = function._schema
    positional = [a for a, s in zip(real, schema.arguments) if not s.kwarg_only]
    keywords = {s.name: a for a, s in zip(real, schema.arguments) if s.kwarg_only}
    outputs = flat(function(*positional, **keywords))
    names, loss = [], None
    for i, output in enumerate(outputs):
        key = f"{index}.out{i}"
        tensors[key] = output.detach().clone().contiguous()
        names.append(key)
        if output.requires_grad:
            weight = torch.linspace(-1, 1, output.numel(), dtype=output.dtype).reshape(output.shape)
            loss = (output * weight).sum() + (0 if loss is None else loss)
    gradients = {}
    if loss is not None:
        loss.backward()
        for key, leaf in leaves:
            if leaf.grad is not None:
                gradients[key] = f"{key}.grad"
                tensors[gradients[key]] = leaf.grad.clone().contiguous()
    cases.append({"operator": name, "args": stored, "outputs": names, "gradients": gradients})


labels = torch.tensor([1, 0, 4, 2, 2])
index3 = torch.tensor([2, 0, 2, 1])
for dtype in (torch.float32, torch.float64):
    for name in "abs acos ceil cos erf exp floor isnan isfinite neg reciprocal relu round sigmoid sign silu sin square tanh".split():
        case(f"aten::{name}", T(3, 1, 5), dtype=dtype)
    for name in "log log1p rsqrt sqrt".split():
        case(f"aten::{name}", T(4, 3, permute=[1, 0], positive=True), dtype=dtype)
    for name in "add sub mul div".split():
        case(f"aten::{name}.Tensor", T(3, 1, 5), T(4, 1), dtype=dtype)
        case(f"aten::{name}.Tensor", T(), T(2, 0), dtype=dtype)
        case(f"aten::{name}.Tensor", T(5, 4, permute=[1, 0]), T(6, 5, narrow=[0, 1, 4]), dtype=dtype)
        case(f"aten::{name}.Scalar", T(3, 2), 2.5, dtype=dtype)
    case("aten::add.Tensor", T(3), T(3), 0.5, dtype=dtype)
    for name in "eq ne lt le gt ge".split():
        case(f"aten::{name}.Tensor", T(2, 3), T(3), dtype=dtype)
        case(f"aten::{name}.Scalar", T(2, 3), 0, dtype=dtype)
    case("aten::maximum", T(2, 3), T(3), dtype=dtype)
    case("aten::minimum", T(2, 3), T(2, 1), dtype=dtype)
    case("aten::clamp", T(2, 3), -0.5, None, dtype=dtype)
    case("aten::pow.Tensor_Scalar", T(2, 3), 3, dtype=dtype)
    case("aten::pow.Tensor_Tensor", T(2, 3, positive=True), T(3), dtype=dtype)
    case("aten::matmul", T(3, 4), T(4, 2), dtype=dtype)
    case("aten::matmul", T(2, 1, 3, 4), T(5, 4, 2), dtype=dtype)
    case("aten::matmul", T(4, 3, permute=[1, 0]), T(4), dtype=dtype)
    case("aten::bmm", T(2, 3, 4), T(2, 4, 0), dtype=dtype)
    case("aten::sum.dim_IntList", T(2, 3, 4), None, dtype=dtype)
    case("aten::sum.dim_IntList", T(2, 3, 4), [0, -1], True, dtype=dtype)
    case("aten::mean.dim", T(2, 0, 4), [0], dtype=dtype)
    case("aten::mean.dim", T(3, 4, permute=[1, 0]), [1], dtype=dtype)
    case("aten::var.correction", T(3, 4), [1], 0, True, dtype=dtype)
    case("aten::amax", T(3, 4), [1], dtype=dtype)
    case("aten::argmax", T(3, 4), 1, dtype=dtype)
    case("aten::logsumexp", T(3, 4), [1], dtype=dtype)
    case("aten::cumsum", T(3, 4), 0, dtype=dtype)
    case("aten::topk", T(3, 6), 4, 1, dtype=dtype)
    case("aten::sort", T(3, 5), 1, True, dtype=dtype)
    case("aten::softmax.int", T(3, 5), 1, dtype=dtype)
    case("aten::log_softmax.int", T(1, 5), 1, dtype=dtype)
    case("aten::reshape", T(4, 3, permute=[1, 0]), [2, -1], dtype=dtype)
    case("aten::permute", T(2, 3, 4), [2, 0, 1], dtype=dtype)
    case("aten::flip", T(2, 3), [1], dtype=dtype)
    case("aten::expand", T(3, 1), [2, 3, 4], dtype=dtype)
    case("aten::index_select", T(3, 4), 0, T(value=index3), dtype=dtype)
    case("aten::index.Tensor", T(3, 4), [None, T(value=index3)], dtype=dtype)
    case("aten::index.Tensor", T(3, 4, 2), [T(value=index3), T(value=index3)], dtype=dtype)
    case("aten::gather", T(3, 4), 1, T(value=torch.tensor([[0], [3], [1]])), dtype=dtype)
    case("aten::masked_fill.Scalar", T(2, 3), T(value=torch.tensor([True, False, True])), -1.5, dtype=dtype)
    case("aten::cat", [T(2, 3), T(1, 3), T(0, 3)], 0, dtype=dtype)
    case("aten::stack", [T(2, 3), T(2, 3)], -1, dtype=dtype)
    case("aten::split.Tensor", T(5, 2), 2, 0, dtype=dtype)
    case("aten::unbind.int", T(3, 2), 0, dtype=dtype)
    case("aten::constant_pad_nd", T(2, 3), [1, 2, 0, 1], 0.5, dtype=dtype)
    case("aten::linear", T(2, 3, 4), T(5, 4), T(5), dtype=dtype)
    case("aten::linear", T(0, 4), T(5, 4), None, dtype=dtype)
    case("aten::conv2d", T(2, 3, 7, 6), T(4, 3, 3, 3), None, [1, 1], [1, 1], dtype=dtype)
    case("aten::conv2d", T(2, 4, 9, 8, channels_last=True), T(6, 2, 3, 2), T(6), [2, 1], [1, 0], [1, 2], 2, dtype=dtype)
    case("aten::conv2d", T(1, 3, 5, 5), T(2, 3, 1, 1), T(2), [2, 2], [0, 0], dtype=dtype)
    case("aten::conv2d.padding", T(1, 2, 5, 5), T(2, 2, 3, 3), None, [1, 1], "same", dtype=dtype)
    case("aten::adaptive_avg_pool2d", T(2, 3, 7, 5), [1, 1], dtype=dtype)
    case("aten::adaptive_avg_pool2d", T(2, 3, 7, 5, channels_last=True), [2, 3], dtype=dtype)
    case("aten::avg_pool2d", T(2, 3, 7, 6), [2, 2], [2, 2], [1, 1], dtype=dtype)
    case("aten::max_pool2d", T(2, 3, 7, 6), [3, 3], [2, 2], [1, 1], dtype=dtype)
    case("aten::cross_entropy_loss", T(5, 6), T(value=labels), dtype=dtype)
    case("aten::cross_entropy_loss", T(5, 6), T(value=labels), None, 2, -100, 0.1, dtype=dtype)
    case("aten::kl_div", T(4, 3), T(4, 3, positive=True, grad=False), 2, False, dtype=dtype)
    case("aten::mse_loss", T(4, 3), T(4, 3), 1, dtype=dtype)
for value in (torch.tensor([[3, -4], [5, 6]]), torch.tensor([7, 9], dtype=torch.int32)):
    case("aten::add.Scalar", T(value=value), 2)
    case("aten::mul.Scalar", T(value=value), 2.5)
    case("aten::div.Tensor", T(value=value), T(value=value))
case("aten::one_hot", T(value=labels), 6)

save_file(tensors, os.path.join(here, "operators.safetensors"))
with open(os.path.join(here, "operators.json"), "w") as file:
    json.dump({"torch": torch.__version__, "cases": cases}, file, indent=None, separators=(",", ":"))

# Layers, losses, optimizer, schedules and random numbers, by name.
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

for name, options in {
    "plain": {},
    "momentum": {"momentum": 0.9},
    "decay": {"momentum": 0.9, "weight_decay": 0.01, "dampening": 0.1},
    "nesterov": {"momentum": 0.9, "weight_decay": 0.01, "nesterov": True},
}.items():
    torch.manual_seed(13)
    a, b = torch.randn(3, 4).requires_grad_(), torch.randn(5).requires_grad_()
    named["sgd.a"], named["sgd.b"] = a.detach().clone(), b.detach().clone()
    optimizer = torch.optim.SGD([a, b], lr=0.1, **options)
    for step in range(20):
        optimizer.zero_grad()
        loss = (a.sin() * 2).sum() if step < 3 else (a.sin() * 2).sum() + (b**2).sum() * a.mean()
        loss.backward()
        optimizer.step()
    named[f"sgd.{name}.a"], named[f"sgd.{name}.b"] = a.detach().clone(), b.detach().clone()


def rates(make, steps):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.3, momentum=0.9)
    scheduler = make(optimizer)
    seen = []
    for _ in range(steps):
        seen.append((optimizer.param_groups[0]["lr"], optimizer.param_groups[0]["momentum"]))
        optimizer.step()
        scheduler.step()
    return torch.tensor(seen, dtype=torch.float64)


schedules = torch.optim.lr_scheduler
named["schedule.one_cycle_10"] = rates(lambda o: schedules.OneCycleLR(o, 1.0, total_steps=10), 10)
named["schedule.one_cycle_37"] = rates(lambda o: schedules.OneCycleLR(o, 0.05, total_steps=37, pct_start=0.25), 37)
named["schedule.multi_step"] = rates(lambda o: schedules.MultiStepLR(o, [3, 5, 9], gamma=0.2), 12)

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
