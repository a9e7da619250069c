"""Writes the numbers that packages/torch/src/optim is tested against, computed by PyTorch and (for LAMB) timm from Python.

    pip install --target /tmp/timm --no-deps timm==1.0.31
    PYTHONPATH=/tmp/timm python packages/torch/reference/optim.py      (torch 2.15.0, safetensors)

The optimizers are PyTorch's default ones (neither fused nor multi-tensor), so that the fused updates are held against other code.
"""

import importlib.util
import os
import sys

import torch
from safetensors.torch import save_file
from torch.optim import lr_scheduler as schedules
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

# Only two files of timm: the rest of it wants torchvision.
timm = importlib.util.find_spec("timm").submodule_search_locations[0]


def load(name, path):
    spec = importlib.util.spec_from_file_location(name, os.path.join(timm, path), submodule_search_locations=[])
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


sys.modules["timm_optim"] = type(sys)("timm_optim")
sys.modules["timm_optim"].__path__ = [os.path.join(timm, "optim")]
Lamb = load("timm_optim.lamb", "optim/lamb.py").Lamb
ModelEmaV3 = load("timm_model_ema", "utils/model_ema.py").ModelEmaV3

here = os.path.dirname(os.path.abspath(__file__))
named = {}

# Shapes that are awkward: a kernel in channels_last memory, 0-d, one element, none, gaps in memory; `late` has no gradient at first.
shapes = {"kernel": (4, 3, 2, 2), "matrix": (3, 5), "scalar": (), "one": (1,), "empty": (0, 3), "gaps": (4, 6), "late": (7,)}
torch.manual_seed(21)
for key, shape in shapes.items():
    named[f"start.{key}"] = torch.randn(shape, dtype=torch.float64)


def parameters(dtype):
    made = {key: named[f"start.{key}"].to(dtype, copy=True) for key in shapes}
    made["kernel"] = made["kernel"].contiguous(memory_format=torch.channels_last)
    made["gaps"] = made["gaps"][:, ::2]
    return made


def loss_of(params, step):
    terms = [params[key] for key in params if key != "late" or step >= 3]
    mean = params["matrix"].mean()
    return sum(((i + 1) * p.sin() + 0.1 * mean * p * p).sum() for i, p in enumerate(terms))


def train(name, make, dtype, names=tuple(shapes), before=lambda optimizer, step: None):
    params = {key: p.requires_grad_() for key, p in parameters(dtype).items() if key in names}
    optimizers = make(params)
    for step in range(20):
        for optimizer in optimizers:
            optimizer.zero_grad()
        loss_of(params, step).backward()
        for optimizer in optimizers:
            if any(p.grad is not None for group in optimizer.param_groups for p in group["params"]):
                before(optimizer, step)
                optimizer.step()
    suffix = "f32" if dtype == torch.float32 else "f64"
    for key, p in params.items():
        named[f"{name}.{suffix}.{key}"] = p.detach().clone().contiguous()


def groups(params):
    later = ("one", "gaps")
    return [
        {"params": [p for key, p in params.items() if key not in later]},
        {"params": [params[key] for key in later], "lr": 0.02, "weight_decay": 0.0},
    ]


SGD, Adam, AdamW = torch.optim.SGD, torch.optim.Adam, torch.optim.AdamW
RMSprop, RAdam = torch.optim.RMSprop, torch.optim.RAdam
cases = {
    "sgd.plain": (SGD, {"lr": 0.01}),
    "sgd.momentum": (SGD, {"lr": 0.01, "momentum": 0.9}),
    "sgd.decay": (SGD, {"lr": 0.01, "momentum": 0.9, "weight_decay": 0.05, "dampening": 0.1}),
    "sgd.nesterov": (SGD, {"lr": 0.01, "momentum": 0.9, "weight_decay": 0.05, "nesterov": True}),
    "adam.plain": (Adam, {}),
    "adam.decay": (Adam, {"lr": 0.05, "betas": (0.8, 0.99), "eps": 1e-6, "weight_decay": 0.1}),
    "adam.amsgrad": (Adam, {"lr": 0.05, "betas": (0.5, 0.6), "amsgrad": True}),
    "adamw.plain": (AdamW, {}),
    "adamw.decay": (AdamW, {"lr": 0.05, "betas": (0.8, 0.99), "eps": 1e-6, "weight_decay": 0.3}),
    "adamw.amsgrad": (AdamW, {"lr": 0.05, "betas": (0.5, 0.6), "amsgrad": True}),
    "sgd.maximize": (SGD, {"lr": 0.01, "momentum": 0.9, "weight_decay": 0.05, "maximize": True}),
    "adam.maximize": (Adam, {"lr": 0.01, "weight_decay": 0.05, "amsgrad": True, "maximize": True}),
    "adamw.maximize": (AdamW, {"lr": 0.01, "weight_decay": 0.3, "maximize": True}),
    "rmsprop.plain": (RMSprop, {}),
    "rmsprop.decay": (RMSprop, {"lr": 0.02, "alpha": 0.9, "eps": 1e-4, "weight_decay": 0.1}),
    "rmsprop.momentum": (RMSprop, {"lr": 0.005, "alpha": 0.8, "momentum": 0.7}),
    "rmsprop.centered": (RMSprop, {"lr": 0.01, "alpha": 0.9, "eps": 1e-3, "centered": True}),
    "rmsprop.all": (RMSprop, {"lr": 0.005, "eps": 1e-3, "weight_decay": 0.2, "momentum": 0.8, "centered": True}),
    "rmsprop.maximize": (RMSprop, {"lr": 0.01, "weight_decay": 0.1, "momentum": 0.5, "maximize": True}),
    "radam.plain": (RAdam, {}),
    "radam.decay": (RAdam, {"lr": 0.05, "betas": (0.8, 0.99), "eps": 1e-6, "weight_decay": 0.1}),
    "radam.decoupled": (RAdam, {"lr": 0.05, "betas": (0.8, 0.9), "weight_decay": 0.3, "decoupled_weight_decay": True}),
    "radam.intractable": (RAdam, {"lr": 0.01, "betas": (0.5, 0.6)}),
    "radam.maximize": (RAdam, {"lr": 0.02, "weight_decay": 0.1, "maximize": True}),
}
early = tuple(key for key in shapes if key != "late")
lamb = {
    "lamb.plain": {},
    "lamb.large": {"lr": 0.05, "betas": (0.8, 0.99), "eps": 1e-4, "weight_decay": 0.3, "max_grad_norm": 5.0},
    "lamb.free": {"lr": 0.02, "max_grad_norm": None, "bias_correction": False},
    "lamb.clip": {"lr": 0.05, "trust_clip": True},
    "lamb.adapt": {"lr": 0.05, "weight_decay": 0.0, "always_adapt": True},
    "lamb.undecayed": {"lr": 0.05, "weight_decay": 0.0},
    "lamb.decoupled": {"lr": 0.05, "weight_decay": 0.2, "decoupled_decay": True},
}
for dtype in (torch.float32, torch.float64):
    for name, (kind, options) in cases.items():
        train(name, lambda p: [kind(list(p.values()), **options)], dtype)
    train("sgd.groups", lambda p: [SGD(groups(p), lr=0.01, momentum=0.9, weight_decay=0.1)], dtype)
    train("adamw.groups", lambda p: [AdamW(groups(p), lr=0.01, weight_decay=0.1)], dtype)
    train("rmsprop.groups", lambda p: [RMSprop(groups(p), lr=0.01, momentum=0.5, weight_decay=0.1)], dtype)
    train("radam.groups", lambda p: [RAdam(groups(p), lr=0.01, weight_decay=0.1)], dtype)
    for name, options in lamb.items():
        train(name, lambda p: [Lamb(list(p.values()), **options)], dtype, early)
    train("lamb.groups", lambda p: [Lamb(groups(p), lr=0.01, weight_decay=0.1)], dtype, early)
    # timm counts steps by group; an optimizer of its own gives the late parameter its own count.
    free = {"lr": 0.05, "max_grad_norm": None}
    train("lamb.late", lambda p: [Lamb([p[key] for key in early], **free), Lamb([p["late"]], **free)], dtype)
    clip = lambda o, _: torch.nn.utils.clip_grad_norm_([p for g in o.param_groups for p in g["params"]], 3.0)
    train("sgd.clipped", lambda p: [SGD(list(p.values()), lr=0.01, momentum=0.9)], dtype, before=clip)


def rates(name, make, steps, optimizer=None):
    """lr of each group and momentum (or beta1) of the first, before each step."""
    a, b = torch.zeros(1, requires_grad=True), torch.zeros(1, requires_grad=True)
    optimizer = SGD([{"params": [a]}, {"params": [b], "lr": 0.06}], lr=0.3, momentum=0.9) if optimizer is None else optimizer([a])
    scheduler = make(optimizer)
    seen = []
    for _ in range(steps):
        group = optimizer.param_groups[0]
        seen.append([*(g["lr"] for g in optimizer.param_groups), group["momentum"] if "momentum" in group else group["betas"][0]])
        optimizer.step()
        scheduler.step()
    named[f"schedule.{name}"] = torch.tensor(seen, dtype=torch.float64)


rates("constant", lambda o: schedules.ConstantLR(o, 0.25, 4), 9)
rates("step", lambda o: schedules.StepLR(o, 3, 0.2), 12)
rates("multi_step", lambda o: schedules.MultiStepLR(o, [3, 5, 5, 9], gamma=0.2), 12)
rates("linear", lambda o: schedules.LinearLR(o, 0.2, 0.6, 7), 12)
rates("linear_default", lambda o: schedules.LinearLR(o), 8)
rates("polynomial", lambda o: schedules.PolynomialLR(o, 8, 0.9), 12)
rates("cosine", lambda o: schedules.CosineAnnealingLR(o, 9), 14)
rates("cosine_min", lambda o: schedules.CosineAnnealingLR(o, 100, 0.001), 100)
rates(
    "warm_up",
    lambda o: schedules.SequentialLR(o, [schedules.LinearLR(o, 0.1, 1, 5), schedules.CosineAnnealingLR(o, 20)], [5]),
    25,
)
rates(
    "sequential",
    lambda o: schedules.SequentialLR(
        o, [schedules.ConstantLR(o, 0.5, 3), schedules.LinearLR(o, 1, 0.5, 4), schedules.PolynomialLR(o, 6, 2)], [4, 9]
    ),
    15,
)
adam = lambda params: Adam(params, lr=0.3)
sgd = lambda params: SGD(params, lr=0.3, momentum=0.9)
rates("one_cycle_37", lambda o: schedules.OneCycleLR(o, 0.05, total_steps=37, pct_start=0.25), 37, sgd)
rates("one_cycle_2", lambda o: schedules.OneCycleLR(o, 0.05, total_steps=2), 2, sgd)
rates("one_cycle_linear", lambda o: schedules.OneCycleLR(o, 0.05, total_steps=20, anneal_strategy="linear"), 20, adam)
rates("one_cycle_three", lambda o: schedules.OneCycleLR(o, 0.05, total_steps=30, three_phase=True, div_factor=10.0), 30, sgd)
rates("one_cycle_fixed", lambda o: schedules.OneCycleLR(o, 0.05, total_steps=20, cycle_momentum=False), 20, sgd)
rates("one_cycle_groups", lambda o: schedules.OneCycleLR(o, [0.5, 0.1], total_steps=20), 20)

# Clipping: gradients by name, the norm and the gradients after.
gradients = {key: torch.randn(shape, dtype=torch.float64) for key, shape in shapes.items() if key != "late"}
for key, value in gradients.items():
    named[f"clip.{key}"] = value
for suffix, dtype in (("f32", torch.float32), ("f64", torch.float64)):
    for name, order in {"two": 2.0, "one": 1.0, "three": 3.0, "inf": float("inf")}.items():
        params = {key: torch.zeros(value.shape, dtype=dtype) for key, value in gradients.items()}
        # PyTorch fails on the largest of no elements.
        params = {key: p for key, p in params.items() if order < 10 or p.numel()}
        for key, p in params.items():
            p.grad = gradients[key].to(dtype, copy=True)
        named[f"clip.{name}.{suffix}.norm"] = torch.nn.utils.clip_grad_norm_(list(params.values()), 1.5, order)
        for key, p in params.items():
            named[f"clip.{name}.{suffix}.{key}"] = p.grad
    for key, value in gradients.items():
        p = torch.zeros(value.shape, dtype=dtype)
        p.grad = value.to(dtype, copy=True)
        torch.nn.utils.clip_grad_value_([p], 0.4)
        named[f"clip.value.{suffix}.{key}"] = p.grad


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = torch.nn.Linear(3, 2)
        self.bn = torch.nn.BatchNorm1d(2)


def drift(model, step):
    """What stands for training: the same in both languages, to the bit."""
    with torch.no_grad():
        for tensor in (*model.parameters(), model.bn.running_mean):
            tensor.add_(0.125 * (step + 1))
        model.bn.num_batches_tracked.add_(1)


torch.manual_seed(22)
first = {key: value.clone() for key, value in Model().state_dict().items()}
for key, value in first.items():
    named[f"ema.start.{key}"] = value
averages = {
    "torch": lambda m: AveragedModel(m, multi_avg_fn=get_ema_multi_avg_fn(0.9)),
    "warm_up": lambda m: ModelEmaV3(m, decay=0.75, use_warmup=True, exclude_buffers=True),
    "later": lambda m: ModelEmaV3(
        m, decay=0.9, use_warmup=True, warmup_gamma=2.0, warmup_power=0.75, min_decay=0.3, update_after_step=3, exclude_buffers=True
    ),
}
for name, make in averages.items():
    model = Model()
    model.load_state_dict(first)
    ema = make(model)
    for step in range(12):
        drift(model, step)
        ema.update_parameters(model) if name == "torch" else ema.update(model, step=step + 1)
    for key, value in ema.module.state_dict().items():
        named[f"ema.{name}.{key}"] = value.clone()

# The scaler: overflows at steps 2 and 9; the scale after each update, the parameters at the end.
p = named["start.matrix"].float().requires_grad_()
optimizer = SGD([p], lr=0.01, momentum=0.9)
scaler = torch.amp.GradScaler("cpu", init_scale=1000.0, growth_factor=1.7, backoff_factor=0.3, growth_interval=3)
scales = []
for step in range(14):
    optimizer.zero_grad()
    scaler.scale(p.sin().sum()).backward()
    if step in (2, 9):
        p.grad[1, 2] = float("inf") if step == 2 else float("nan")
    if step % 2:
        scaler.unscale_(optimizer)
        torch.nn.utils.clip_grad_norm_([p], 0.5)
    scaler.step(optimizer)
    scaler.update()
    scales.append(scaler.get_scale())
named["scaler.scales"] = torch.tensor(scales, dtype=torch.float64)
named["scaler.matrix"] = p.detach().clone()
named["scaler.tracker"] = torch.tensor(scaler.state_dict()["_growth_tracker"])

save_file({key: value.contiguous() for key, value in named.items()}, os.path.join(here, "optim.safetensors"))
