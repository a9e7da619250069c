"""ofa: the loss in loops over images and classes, the branches as plain modules under our keys.

Released: the class OFA of Hao840/OFAKD@f7bb896 (distillers/ofa.py, _base.py, utils.py; needs timm) on networks that say what is given, with our
weights in its branches, once their shapes are found to be equal. It counts four stages, of which ours are the last.
"""

from functools import partial
from types import SimpleNamespace

import torch
import torch.nn.functional as F
from cases import Cases
from torch import nn

cases = Cases("ofa")


def separable(size, out):
    depthwise = lambda stride: nn.Conv2d(size, size, 3, stride, 1, groups=size, bias=False)
    point = lambda channels: nn.Conv2d(size, channels, 1, bias=False)
    first = [depthwise(2), point(size), nn.BatchNorm2d(size), nn.ReLU()]
    return nn.Sequential(*first, depthwise(1), point(out), nn.BatchNorm2d(out), nn.ReLU())


class Attention(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.qkv, self.proj = nn.Linear(d, 3 * d, bias=False), nn.Linear(d, d)

    def forward(self, x):
        b, l, d = x.shape
        q, k, v = self.qkv(x).view(b, l, 3, 4, d // 4).permute(2, 0, 3, 1, 4)
        mix = (q @ k.transpose(-1, -2) / (d // 4) ** 0.5).softmax(-1) @ v
        return self.proj(mix.transpose(1, 2).reshape(b, l, d))


class FeedForward(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(d, 4 * d), nn.Linear(4 * d, d)

    def forward(self, x):
        return self.fc2(F.gelu(self.fc1(x)))


class Block(nn.Module):
    def __init__(self, d):
        super().__init__()
        self.norm1, self.attn, self.norm2, self.mlp = nn.LayerNorm(d), Attention(d), nn.LayerNorm(d), FeedForward(d)

    def forward(self, x):
        x = x + self.attn(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class Merging(nn.Module):
    def __init__(self, grid, d, out):
        super().__init__()
        self.grid, self.norm, self.reduction = grid, nn.LayerNorm(4 * d), nn.Linear(4 * d, out, bias=False)

    def forward(self, x):
        g = x.view(len(x), self.grid, self.grid, -1)
        quads = [g[:, row::2, column::2] for column in (0, 1) for row in (0, 1)]
        return self.reduction(self.norm(torch.cat(quads, -1).flatten(1, 2)))


class TokenExit(nn.Module):
    def __init__(self, after, grid, d, width, prefix, classes, reads=True):
        super().__init__()
        merges = 0
        while grid // 2**merges >= 14:
            merges += 1
        steps = []
        for i in range(merges):
            steps.append(Merging(grid // 2**i, d if i == 0 else width, width))
            if i == 0 or i < merges - 1:
                steps.append(nn.GELU())
        self.prefix, self.reads, self.merging = prefix, prefix > 0 and reads, nn.Sequential(*steps)
        self.blocks = nn.Sequential(*[Block(width) for _ in range(max(after, 1))])
        self.head = nn.Linear(width, classes)

    def forward(self, x):
        patches = self.merging(x[:, self.prefix :])
        x = self.blocks(torch.cat([x[:, : self.prefix], patches], 1) if self.reads else patches)
        return self.head(x[:, 0] if self.reads else x.mean(1))


def map_exit(after, channels, width, classes):
    steps = [separable(channels * 2**i, width if i == after - 1 else channels * 2 ** (i + 1)) for i in range(after)]
    steps = steps or [nn.Conv2d(channels, width, 1)]
    return nn.Sequential(*steps, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(width, classes))


def ofa_loss(z, t, labels, gamma, temperature):
    total = 0
    for b in range(len(z)):
        p, q, c = (t[b] / temperature).softmax(0), (z[b] / temperature).log_softmax(0), labels[b]
        total = total - ((1 + p[c]) ** gamma - 1) * q[c]
        total = total - sum(p[i] ** gamma * q[i] for i in range(len(p)) if i != c)
    return total / len(z)


def terms(given, parts, gammas, weights, temperature):
    s, t, labels = given["student.logits"], given["teacher.logits"], given["labels"]
    computed = {"ce": F.cross_entropy(s, labels), "kd": ofa_loss(s, t, labels, gammas[-1], temperature)}
    for i, (name, exit_) in enumerate(parts.items()):
        z = exit_(given[f"student.feature.stage{i + 1}"])
        computed[name] = weights[i] * ofa_loss(z, t, labels, gammas[i], temperature)
    return computed


classes = 5
for batch, stages, prefix, d_s, d_t, gammas, weights, temperature, *dropped in [
    (3, [(2, 8, 8), (3, 4, 4), (5, 2, 2), (6, 1, 1)], 0, 6, 4, [1.0] * 5, [1.0] * 4, 1.0),
    (3, [(2, 9, 7), (4, 5, 5), (3, 3, 3)], 0, 3, 8, [1.5, 1.2, 1.0, 1.4], [0.1] * 3, 2.0),
    (3, [(10, 4)] * 4, 1, 4, 5, [1.3] * 5, [1.0] * 4, 1.0),
    (2, [(16, 8)] * 2, 0, 8, 9, [1.0] * 3, [1.0, 0.5], 1.0),
    # As a Swin's stages; and as a DeiT's, whose class token is left out.
    (1, [(56 * 56, 1), (28 * 28, 2), (14 * 14, 4), (7 * 7, 8)], 0, 8, 3, [1.2] * 5, [1.0] * 4, 1.0),
    (2, [(1 + 14 * 14, 4)] * 2, 1, 4, 5, [1.3] * 3, [1.0] * 2, 1.0, True),
]:
    given, parts = cases.logits(batch, classes), {}
    for k, shape in enumerate(stages):
        after = len(stages) - k - 1
        given[f"student.feature.stage{k + 1}"] = cases.student(batch, *shape)
        if len(shape) == 3:
            parts[f"exit{k + 1}"] = map_exit(after, shape[0], max(d_s, d_t), classes)
        else:
            grid = round((shape[0] - prefix) ** 0.5)
            parts[f"exit{k + 1}"] = TokenExit(after, grid, shape[1], d_s, prefix, classes, not dropped)
    given["student.feature.penultimate"] = cases.student(batch, d_s)
    given["teacher.feature.penultimate"] = cases.teacher(batch, d_t)
    options = {"gamma": gammas, "exits": weights, "temperature": temperature}
    if dropped:
        options["classToken"] = "dropped"
    compute = lambda given, parts: terms(given, parts, gammas, weights, temperature)
    cases.add(given, compute, options, nn.ModuleDict(parts), {"prefixTokens": prefix} if prefix else None)


class Network(nn.Module):
    """Says what is given of one network, as the released code asks for it; its stages are the last of four."""

    def __init__(self, logits, features, end, prefix):
        super().__init__()
        self.logits, self.features, self.end, self.num_tokens = logits, features, end, prefix

    def stage_info(self, stage):
        if stage == -1:
            return len(self.features), self.end.shape[1]
        index = len(self.features) - 5 + stage
        size = self.features[index].shape[1:]
        return index, size if len(size) == 3 else (size[0] - self.num_tokens, size[1])

    def forward(self, _, requires_feat=False):
        return (self.logits, self.features) if requires_feat else self.logits


if cases.folder:
    import numpy as np
    from timm.layers import trunc_normal_
    from timm.models.vision_transformer import Block as TimmBlock

    # Norms with the eps of timm 0.6.5, which it was written for; later ones have 1e-6.
    scope = {"torch": torch, "nn": nn, "F": F, "np": np, "Block": partial(TimmBlock, norm_layer=nn.LayerNorm)}
    scope |= {"trunc_normal_": trunc_normal_, "_assert": torch._assert}
    helpers = {"GAP1d", "PatchMerging", "SepConv", "TokenFilter", "TokenFnContext"}
    helpers |= {"get_module_dict", "set_module_dict", "init_weights", "is_cnn_model"}
    cases.pieces("Hao840+OFAKD/distillers/utils.py", helpers, scope)
    cases.pieces("Hao840+OFAKD/distillers/_base.py", {"BaseDistiller"}, scope)
    cases.pieces("Hao840+OFAKD/distillers/ofa.py", {"OFA", "ofa_loss"}, scope)
    for i, (given, parts, options) in enumerate(cases.kept):
        features = [given[f"student.feature.stage{k + 1}"] for k in range(len(parts))]
        prefix = cases.described[i]["setting"].get("prefixTokens", 0)
        if options.get("classToken") == "dropped":
            # What its author says to do (issue 38).
            features, prefix = [feature[:, prefix:] for feature in features], 0
        student = Network(given["student.logits"], features, given["student.feature.penultimate"], prefix)
        teacher = Network(given["teacher.logits"], [], given["teacher.feature.penultimate"], 0)
        for k, (name, exit_) in enumerate(parts.items()):
            stage = 4 - len(parts) + k + 1
            settings = SimpleNamespace(
                ofa_stage=[stage],
                ofa_eps=[options["gamma"][k], options["gamma"][-1]],
                ofa_temperature=options["temperature"],
                ofa_loss_weight=options["exits"][k],
                gt_loss_weight=1,
                kd_loss_weight=1,
                num_classes=classes,
            )
            distiller = scope["OFA"](student, teacher, nn.CrossEntropyLoss(), settings)
            theirs, ours = distiller.projector.state_dict(), exit_.state_dict()
            assert [value.shape for value in theirs.values()] == [value.shape for value in ours.values()], (i, name)
            distiller.projector.load_state_dict(dict(zip(theirs, ours.values())))
            _, losses = distiller(None, given["labels"])
            for term, loss in {"ce": "loss_gt", "kd": "loss_kd", name: "loss_ofa"}.items():
                cases.released(i, term, losses[loss])

cases.write()
