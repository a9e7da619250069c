"""What SRD's DeiT student computes, for the tests of packages/retort.

    python packages/retort/reference/models/srd_deit_models.py [--authors FOLDER]         (torch 2.15.0, timm 1.0.31, safetensors)

writes srd_deit_models.safetensors beside this file. The authors' repository has no licence, so the network is written here from its description, on
timm's Vision Transformer. `models` in its metadata are, by name, the number of parameters for 1,000 classes, and the SHA-256 of the keys; `cases` are as
cases.py describes them, with tensors CASE.NAME. With FOLDER, the folder `deit` of a
checkout of roymiles/Simple-Recipe-Distillation, nothing is written, and the network is held against theirs: keys, logits and gradients on the
same weights, and moments of fresh ones.
"""

import argparse
import json
import os
import sys
import types
from functools import partial

import torch
from cases import hooked, keys_of, moments_of, parameters_of, run_case, typical
from safetensors.torch import save_file
from timm.layers import trunc_normal_
from timm.models.vision_transformer import VisionTransformer
from torch import nn

here = os.path.dirname(os.path.abspath(__file__))
parser = argparse.ArgumentParser()
parser.add_argument("--authors", help="the folder deit of their repository")
arguments = parser.parse_args()
torch.set_num_threads(1)


class Embed(nn.Module):
    def __init__(self, stem, patch, width):
        super().__init__()
        shapes = [(3, stem, 7, 2), (stem, stem, 3, 1), (stem, stem, 3, 1)]
        layers = [
            (nn.Conv2d(a, b, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(b), nn.ReLU()) for a, b, kernel, stride in shapes
        ]
        self.conv = nn.Sequential(*(layer for three in layers for layer in three))
        self.proj = nn.Conv2d(stem, width, patch // 2, patch // 2)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight)

    def forward(self, x):
        return self.proj(self.conv(x)).flatten(2).mT


class Student(nn.Module):
    """timm's blocks and norm; the token of distillation is the mean of the patches, and has a head of its own."""

    def __init__(self, width, depth, heads, stem, patch, size, num_classes=1000):
        super().__init__()
        of_timm = VisionTransformer(img_size=size, patch_size=patch, embed_dim=width, depth=depth, num_heads=heads, num_classes=num_classes)
        self.cls_token = of_timm.cls_token
        self.pos_embed = nn.Parameter(trunc_normal_(torch.zeros(1, (size // patch) ** 2 + 2, width), std=0.02))
        self.conv_embed = Embed(stem, patch, width)
        self.blocks, self.norm, self.head = of_timm.blocks, of_timm.norm, of_timm.head
        self.head_conv = nn.Linear(width, num_classes)
        trunc_normal_(self.head_conv.weight, std=0.02)
        nn.init.zeros_(self.head_conv.bias)

    def forward(self, x):
        patches = self.conv_embed(x)
        tokens = torch.cat([self.cls_token.expand(len(x), -1, -1), patches.mean(1, keepdim=True), patches], 1)
        last = self.norm(self.blocks(tokens + self.pos_embed))
        return (self.head(last[:, 0]) + self.head_conv(last[:, 1])) / 2


shapes = {
    "pico_patch8_64": (128, 6, 4, 16, 8, 64),
    "pico_patch4_32": (128, 6, 4, 16, 4, 32),
    "nano_patch8_64": (192, 6, 3, 16, 8, 64),
    "nano_patch4_32": (192, 6, 3, 16, 4, 32),
    "tiny_patch16_224": (192, 12, 3, 64, 16, 224),
    "small_patch16_224": (384, 12, 6, 64, 16, 224),
}
models = {f"srd_deit_{name}": partial(Student, *shape) for name, shape in shapes.items()}


def features(model, x):
    depth = len(model.blocks)
    stages = [model.blocks[max(1, round(depth * share)) - 1] for share in (1 / 6, 1 / 3, 5 / 6, 1)]
    logits, penultimate, found, [stem] = hooked(model, x, stages, [model.blocks[0]], model.head)
    return logits, penultimate, [stem, *found], []


def theirs(folder, width):
    """Their model, which is written for an older timm, without its loss."""
    sys.path.insert(0, folder)
    modules = {
        "torchmetrics": {"StructuralSimilarityIndexMeasure": object},
        "timm.models.registry": {"register_model": lambda make: make},
        "timm.models.layers": {"trunc_normal_": trunc_normal_},
    }
    for name, values in modules.items():
        sys.modules[name] = types.ModuleType(name)
        vars(sys.modules[name]).update(values)
    models = __import__("models")
    models.DistillationLoss = lambda **_: nn.Identity()
    return {192: models.deit_tiny_distilled_patch16_224, 384: models.deit_small_distilled_patch16_224}[width]()


def compare_with_authors(folder, name, width):
    own, other = typical(models[name]), typical(partial(theirs, folder, width))
    state, found = own.state_dict(), other.state_dict()
    assert {key: value.shape for key, value in state.items()} == {key: value.shape for key, value in found.items()}
    for key, (a, b) in zip(state, zip(moments_of(state), moments_of({key: found[key] for key in state}))):
        assert ((a - b).abs() < 1e-9 + 6 * b[2] * (2 / state[key].numel()) ** 0.5).all(), f"{key}: {a} and {b}"
    for tensor in state.values():
        if tensor.is_floating_point():
            tensor.copy_(torch.randn(tensor.shape).abs() * 0.05)
    other.load_state_dict(state)
    x = torch.randn(2, 3, 224, 224)
    a, b = own.eval().double()(x.double()), other.eval().double()(x.double())
    a.square().sum().backward()
    b.square().sum().backward()
    by_key = dict(other.named_parameters())
    gradients = [(p.grad - by_key[key].grad).abs().max() / p.grad.abs().max() for key, p in own.named_parameters()]
    print(f"{name}: logits differ by {(a - b).abs().max() / b.abs().max():.1e}, gradients by {max(gradients):.1e}")


if arguments.authors:
    for name, width in (("srd_deit_tiny_patch16_224", 192), ("srd_deit_small_patch16_224", 384)):
        compare_with_authors(arguments.authors, name, width)
    sys.exit()

tensors, cases = {}, []
for name in ("srd_deit_pico_patch8_64", "srd_deit_nano_patch4_32"):
    size = shapes[name.removeprefix("srd_deit_")][-1]
    make = partial(typical, partial(models[name], num_classes=10))
    case, kept = run_case(name, make, features, 10, size, weights=True, moments=True)
    tensors |= {f"{len(cases)}.{key}": value for key, value in kept.items()}
    cases.append(case)
    print(name, case["parameters"], f"logits up to {kept['logits'].abs().max():.3g}", flush=True)
described = {}
for name, make in models.items():
    model = make()
    described[name] = {"parameters": parameters_of(model), "keys": keys_of(model.state_dict())}
out = os.path.join(here, "srd_deit_models.safetensors")
save_file(tensors, out, {"models": json.dumps(described), "cases": json.dumps(cases)})
print(f"{len(cases)} cases, {os.path.getsize(out)} bytes")
