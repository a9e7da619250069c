"""What timm 0.6.5 makes of the flags that OFA-KD's configurations set, for the tests of recipes that say the same.

`python packages/retort/reference/timm_flags.py` (torch 2.15.0, timm 0.6.5, torchvision 0.29.2, safetensors) writes timm_flags.safetensors beside it.
`schedules`, JSON: by name, the epochs and the rate of each. `start.NAME` are the parameters and buffers of a small network, `grad.STEP.NAME` the
gradients of each of its parameters in 12 steps; OPTIMIZER.STEP.NAME what the network has after a step, where it also moved its statistics by
`drift.STEP.NAME`, and `ema.STEP.NAME` ModelEmaV2's average after the steps of adamw. `loss.logits`, `loss.labels` and `loss.targets` are of
four images of five classes, the targets mixed; loss.KIND is a number.
"""

import json
import os
from types import SimpleNamespace

import torch
from safetensors.torch import save_file
from timm.data.mixup import mixup_target
from timm.loss import BinaryCrossEntropy, LabelSmoothingCrossEntropy, SoftTargetCrossEntropy
from timm.optim import create_optimizer_v2
from timm.scheduler import create_scheduler
from timm.utils import ModelEmaV2, dispatch_clip_grad
from torch import nn

torch.manual_seed(21)
out, schedules = {}, {}


def rates(name, **given):
    """As the authors' loop: the scheduler's own rate in the first epoch, then that of each."""
    # What the authors' script has where a configuration says nothing.
    unsaid = {"cooldown_epochs": 0, "decay_rate": 0.1, "warmup_lr": 1e-4, "warmup_epochs": 3, "min_lr": 1e-6}
    args = SimpleNamespace(**unsaid | given)
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=args.lr)
    scheduler, epochs = create_scheduler(args, optimizer)
    seen = []
    for epoch in range(epochs or args.epochs):
        seen.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step(epoch + 1)
    schedules[name] = {"epochs": epochs, "rates": seen}


rates("cifar/cnn", epochs=300, lr=0.05, sched="cosine", min_lr=1e-3)
rates("cifar/vit_mlp", epochs=300, lr=5e-4, sched="cosine", min_lr=1e-5, warmup_epochs=20, warmup_lr=5e-7)
rates("imagenet/cnn", epochs=100, lr=0.1, sched="step", decay_epochs=30)
rates("imagenet/vit_mlp", epochs=300, lr=5e-4, sched="cosine", warmup_epochs=20, warmup_lr=5e-7)
rates("imagenet/stronger", epochs=300, lr=5e-3, sched="cosine", warmup_epochs=5, warmup_lr=1e-6)


class Network(nn.Module):
    """What timm's exceptions of weight decay are about: tokens, a table of biases, affines and layer scales."""

    def __init__(self):
        super().__init__()
        self.cls_token = nn.Parameter(torch.randn(1, 1, 4))
        self.pos_embed = nn.Parameter(torch.randn(1, 3, 4))
        self.relative_position_bias_table = nn.Parameter(torch.randn(9, 2))
        self.alpha, self.beta = nn.Parameter(torch.randn(1, 1, 4)), nn.Parameter(torch.randn(1, 1, 4))
        self.ls1 = nn.Parameter(torch.randn(4))
        self.norm, self.fc, self.bn = nn.LayerNorm(4), nn.Linear(4, 5), nn.BatchNorm1d(5)

    def no_weight_decay(self):
        return {"cls_token", "pos_embed", "relative_position_bias_table"}


class Distiller(nn.Module):
    """The optimizer is made of what holds the student, a branch and a teacher that does not learn."""

    def __init__(self, student, teacher):
        super().__init__()
        self.student, self.projector, self.teacher = student, nn.Linear(4, 3), teacher.requires_grad_(False)


first = Distiller(Network(), Network())
start = {name: value.clone() for name, value in first.state_dict().items() if not name.startswith("teacher")}
for name, value in start.items():
    out[f"start.{name}"] = value
steps = 12
gradients = [{name: torch.randn_like(p) for name, p in first.named_parameters() if p.requires_grad} for _ in range(steps)]
drifts = [{name: torch.rand_like(b) for name, b in first.named_buffers() if "running" in name and "teacher" not in name} for _ in range(steps)]
for step in range(steps):
    for name, value in gradients[step].items():
        out[f"grad.{step}.{name}"] = value
    for name, value in drifts[step].items():
        out[f"drift.{step}.{name}"] = value


def train(name, clip=None, **options):
    distiller = Distiller(Network(), Network())
    distiller.load_state_dict(start, strict=False)
    optimizer = create_optimizer_v2(distiller, momentum=0.9, **options)
    ema = ModelEmaV2(distiller.student, decay=0.9) if options["opt"] == "adamw" else None
    named = dict(distiller.named_parameters())
    for step in range(steps):
        for key, value in gradients[step].items():
            named[key].grad = value.clone()
        if clip is not None:
            dispatch_clip_grad([p for p in distiller.parameters()], value=clip, mode="norm")
        optimizer.step()
        with torch.no_grad():
            for key, value in distiller.named_buffers():
                if key in drifts[step]:
                    value.add_(drifts[step][key])
        if ema:
            ema.update(distiller.student)
        if step in (0, steps - 1):
            for key, value in distiller.state_dict().items():
                if not key.startswith("teacher"):
                    out[f"{name}.{step}.{key}"] = value.clone()
            for key, value in ema.module.state_dict().items() if ema else []:
                out[f"ema.{step}.{key}"] = value.clone()


train("sgd", opt="sgd", lr=0.1, weight_decay=1e-2)
train("adamw", clip=5.0, opt="adamw", lr=5e-3, weight_decay=0.05)
train("lamb", opt="lamb", lr=5e-3, weight_decay=0.02)

logits, labels = 3 * torch.randn(4, 5), torch.tensor([1, 4, 0, 1])
mixed = mixup_target(labels, 5, lam=0.3, smoothing=0.1, device="cpu")
out |= {"loss.logits": logits, "loss.labels": labels, "loss.targets": mixed}
out["loss.smoothed"] = LabelSmoothingCrossEntropy(smoothing=0.1)(logits, labels)
out["loss.soft"] = SoftTargetCrossEntropy()(logits, mixed)
out["loss.bce"] = BinaryCrossEntropy(target_threshold=None)(logits, mixup_target(labels, 5, lam=0.3, smoothing=0.0, device="cpu"))

save_file({name: value.contiguous() for name, value in out.items()}, os.path.join(os.path.dirname(__file__), "timm_flags.safetensors"), {"schedules": json.dumps(schedules)})
