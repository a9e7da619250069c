"""Writes what timm says of its transformers and MLPs, for the tests of packages/retort.

    python packages/retort/reference/models/timm_models.py      (torch 2.15.0, timm 1.0.31, safetensors)

writes timm_models.safetensors beside this file. Its metadata has, as JSON by name, each model's classes, the epsilons of its norms, its number
of parameters, and the SHA-256 of its keys with shapes, a line each. All are run, with weights and images that both sides draw from a generator
of seed 0: NAME.logits are the logits [N, classes] in evaluation, for images of 32 pixels NAME.stages the means over the tokens of four blocks
[4, N, C] and NAME.penultimate the vectors that `head` is called with [N, C]. NAME.initial are mean, mean magnitude and deviation of every tensor
of timm's own fresh weights [keys, 3].
"""

import hashlib
import itertools
import json
import os
import re
from functools import partial

import timm
import torch
from safetensors.torch import save_file
from timm.models.deit import VisionTransformerDistilled
from timm.models.mlp_mixer import Affine, MlpMixer, ResBlock
from timm.models.vision_transformer import VisionTransformer

here = os.path.dirname(os.path.abspath(__file__))


def vit(width, depth, heads, make=VisionTransformer):
    return partial(make, embed_dim=width, depth=depth, num_heads=heads)


def resmlp(depth, scale):
    block = partial(ResBlock, init_values=scale)
    return partial(MlpMixer, num_blocks=depth, embed_dim=384, mlp_ratio=4, block_layer=block, norm_layer=Affine)


# By their names, but for patches and images. timm has names for most of these on images of 224 pixels, for none on smaller ones.
families = {
    "vit_pico_patch": vit(128, 6, 4),
    "vit_nano_patch": vit(192, 6, 3),
    "mixer_s": partial(MlpMixer, num_blocks=8, embed_dim=512),
    "mixer_b": partial(MlpMixer, num_blocks=12, embed_dim=768),
    "resmlp_12": resmlp(12, 1e-4),
    "resmlp_24": resmlp(24, 1e-5),
}
for size, shape in {"tiny": (192, 12, 3), "small": (384, 12, 6), "base": (768, 12, 12)}.items():
    families |= {f"vit_{size}_patch": vit(*shape), f"deit_{size}_patch": vit(*shape)}
    families[f"deit_{size}_distilled_patch"] = vit(*shape, VisionTransformerDistilled)
initial = ["vit_pico_patch4_32", "deit_tiny_distilled_patch4_32", "mixer_s4_32", "resmlp_12_32", "resmlp_24_32"]


def create(family, patch, size):
    name = f"{family}_{size}" if family.startswith("resmlp") else f"{family}{patch}_{size}"
    own = timm.is_model(name) and size == 224
    return name, timm.create_model(name) if own else families[family](img_size=size, patch_size=patch, num_classes=10)


def draw(model, generator):
    """Weights of all keys in order: about as large as trained ones, so that every layer counts."""
    with torch.no_grad():
        for key, tensor in model.state_dict().items():
            drawn = torch.randn(tensor.shape, generator=generator)
            if key.endswith(".weight") and tensor.dim() > 1:
                drawn *= (tensor.numel() / tensor.shape[0]) ** -0.5
            else:
                drawn *= 0.1
                if re.search(r"(norm\d?\.weight|alpha|ls\d)$", key):
                    drawn += 1
            tensor.copy_(drawn)


def run(model, images, depth):
    """Logits, means of the tokens of four blocks, and what `head` is called with."""
    seen = {}
    ends = [round(depth * share) - 1 for share in (1 / 6, 1 / 3, 5 / 6, 1)]
    for end in ends:
        model.blocks[end].register_forward_hook(lambda _, __, tokens, end=end: seen.update({end: tokens.mean(1)}))
    model.head.register_forward_hook(lambda _, inputs, __: seen.update(penultimate=inputs[0].clone()))
    with torch.no_grad():
        logits = model(images)
    return {"logits": logits, "stages": torch.stack([seen[end] for end in ends]), "penultimate": seen["penultimate"]}


tensors, described = {}, {}
all_models = [*itertools.product(families, ((224, 16), (64, 8), (32, 4)))]
all_models += [(family, (32, 8)) for family in ("vit_pico_patch", "vit_nano_patch")]
for family, (size, patch) in all_models:
    torch.manual_seed(0)
    name, model = create(family, patch, size)
    state = model.eval().state_dict()
    lines = "\n".join(f"{key} {'x'.join(map(str, tensor.shape))}" for key, tensor in state.items())
    described[name] = {
        "classes": model.num_classes,
        "eps": sorted({module.eps for module in model.modules() if isinstance(module, torch.nn.LayerNorm)}),
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "keys": hashlib.sha256(lines.encode()).hexdigest(),
    }
    if name in initial:
        double = [tensor.double() for tensor in state.values()]
        tensors[f"{name}.initial"] = torch.stack(
            [torch.stack([x.mean(), x.abs().mean(), x.std(correction=0)]) for x in double]
        )
    generator = torch.Generator().manual_seed(0)
    draw(model, generator)
    images = torch.randn(2 if size == 32 else 1, 3, size, size, generator=generator)
    for what, value in run(model, images, len(model.blocks)).items():
        if what == "logits" or size == 32:
            tensors[f"{name}.{what}"] = value.contiguous()
    print(name, described[name]["parameters"])

save_file(tensors, os.path.join(here, "timm_models.safetensors"), {"models": json.dumps(described, separators=(",", ":"))})
