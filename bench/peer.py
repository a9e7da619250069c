"""The other side of the bench: PyTorch from Python, eager, in whichever layout and optimizer is fastest on this machine.

Reads one JSON command a line and answers one JSON line. `prepare` builds a benchmark and picks its fastest variant, `run` times
steps of it, `compile` replaces it by its torch.compile form.
"""

import json
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn


class Block(nn.Module):
    def __init__(self, inside, outside, stride):
        super().__init__()
        shortcut = stride != 1 or inside != outside
        downsample = (
            nn.Sequential(nn.Conv2d(inside, outside, 1, stride, bias=False), nn.BatchNorm2d(outside)) if shortcut else None
        )
        self.conv1 = nn.Conv2d(inside, outside, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outside)
        self.conv2 = nn.Conv2d(outside, outside, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outside)
        self.downsample = downsample

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)), inplace=True)))
        y += self.downsample(x) if self.downsample else x
        return F.relu(y, inplace=True)


class ResNet(nn.Module):
    def __init__(self, depth, widths, classes):
        super().__init__()
        n = (depth - 2) // 6
        self.conv1 = nn.Conv2d(3, widths[0], 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(widths[0])
        stages = []
        for i in range(3):
            blocks = [Block(widths[i], widths[i + 1], 1 if i == 0 else 2)]
            blocks += [Block(widths[i + 1], widths[i + 1], 1) for _ in range(n - 1)]
            stages.append(nn.Sequential(*blocks))
        self.layer1, self.layer2, self.layer3 = stages
        self.fc = nn.Linear(widths[3], classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)), inplace=True)
        x = self.layer3(self.layer2(self.layer1(x)))
        return self.fc(F.adaptive_avg_pool2d(x, 1).flatten(1))


MODELS = {
    "resnet20": lambda: ResNet(20, [16, 16, 32, 64], 100),
    "resnet8x4": lambda: ResNet(8, [32, 64, 128, 256], 100),
}


def training_step(model_name, batch, bf16, layout, optimizer_kind):
    torch.manual_seed(0)
    model = MODELS[model_name]().to(memory_format=layout)
    x = torch.randn(batch, 3, 32, 32).to(memory_format=layout)
    y = torch.arange(batch) % 100
    optimizer = torch.optim.SGD(
        model.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-4, **{optimizer_kind: True} if optimizer_kind else {}
    )

    def forward(inputs):
        if not bf16:
            return F.cross_entropy(model(inputs), y)
        with torch.autocast("cpu", torch.bfloat16):
            logits = model(inputs)
        return F.cross_entropy(logits.float(), y)

    def step(forward=forward):
        optimizer.zero_grad(set_to_none=True)
        loss = forward(x)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step, forward


def small_operator():
    a = torch.ones(2, 2)

    def step():
        for _ in range(10000):
            a + a

    return step


def seconds(step, count):
    start = time.perf_counter()
    for _ in range(count):
        step()
    return time.perf_counter() - start


class Peer:
    def prepare(self, kind, threads, model=None, batch=64, bf16=False):
        torch.set_num_threads(threads)
        self.forward = None
        if kind == "operator":
            self.step = small_operator()
            seconds(self.step, 2)
            return {"variant": "a + a on float32[2, 2]"}
        best = None
        for layout_name in ("channels_last", "contiguous_format"):
            for optimizer in ("fused", "foreach", None):
                step, forward = training_step(model, batch, bf16, getattr(torch, layout_name), optimizer)
                seconds(step, 2)
                took = min(seconds(step, 2) for _ in range(2))
                if best is None or took < best[0]:
                    best = (took, step, forward, f"{layout_name}, SGD {optimizer or 'for-loop'}")
        _, self.step, self.forward, variant = best
        return {"variant": variant}

    def compile(self):
        eager, compiled = self.step, torch.compile(self.forward)
        self.step = lambda: eager(compiled)
        seconds(self.step, 3)
        return {}

    def run(self, count):
        return {"seconds": seconds(self.step, count)}

    def version(self):
        return {"version": torch.__version__, "threads": torch.get_num_threads()}


if __name__ == "__main__":
    peer = Peer()
    for line in sys.stdin:
        command = json.loads(line)
        answer = getattr(peer, command.pop("do"))(**command)
        print(json.dumps(answer), flush=True)
