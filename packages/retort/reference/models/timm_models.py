"""Writes what timm says of its transformers and MLPs, for the tests of packages/retort.

    python packages/retort/reference/models/timm_models.py      (torch 2.15.0, timm 1.0.31, safetensors)

writes timm_models.safetensors beside this file. Its metadata has, as JSON by name, each model's classes, the epsilons of its norms, its number
of parameters, and its keys with shapes. For those that are run, whose weights and images both sides draw from a generator of seed 0,
NAME.logits are the logits [N, classes] in evaluation, NAME.stages the means over the tokens of four blocks [4, N, C], NAME.penultimate the
vectors that `head` is called with [N, C]. NAME.initial are mean, mean magnitude and deviation of every tensor of timm's own fresh weights
[keys, 3].
"""

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


# What timm has no name for: smaller images, and smaller transformers.
others = {
    "vit_pico_patch4_32": vit(128, 6, 4),
    "vit_nano_patch8_64": vit(192, 6, 3),
    "deit_base_patch4_32": vit(768, 12, 12),
    "deit_tiny_distilled_patch8_64": vit(192, 12, 3, VisionTransformerDistilled),
    "deit_tiny_distilled_patch4_32": vit(192, 12, 3, VisionTransformerDistilled),
    "mixer_s8_64": partial(MlpMixer, num_blocks=8, embed_dim=512),
    "mixer_s4_32": partial(MlpMixer, num_blocks=8, embed_dim=512),
    "mixer_b4_32": partial(MlpMixer, num_blocks=12, embed_dim=768),
    "resmlp_12_64": resmlp(12, 1e-4),
    "resmlp_12_32": resmlp(12, 1e-4),
    "resmlp_24_32": resmlp(24, 1e-5),
}
named = [f"{family}_patch16_224" for family in ("vit_tiny", "vit_small", "vit_base", "deit_tiny", "deit_small", "deit_base")]
named += [f"deit_{size}_distilled_patch16_224" for size in ("tiny", "small", "base")]
named += ["mixer_s16_224", "mixer_b16_224", "resmlp_12_224", "resmlp_24_224"]

only_shapes = {"vit_small_patch16_224", "deit_tiny_patch16_224", "deit_small_distilled_patch16_224"}
only_shapes |= {"mixer_s8_64", "resmlp_12_64", "resmlp_24_32", "resmlp_24_224"}
only_shapes |= {name for name in [*named, *others] if re.search("_base_|_b[0-9]", name)}
initial = ["vit_pico_patch4_32", "deit_tiny_distilled_patch4_32", "mixer_s4_32", "resmlp_12_32", "resmlp_24_32"]


def create(name):
    if name in named:
        return timm.create_model(name)
    size = int(name.rsplit("_", 1)[1])
    return others[name](img_size=size, patch_size=size // 8, num_classes=10)


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
for name in [*named, *others]:
    torch.manual_seed(0)
    model = create(name).eval()
    state = model.state_dict()
    described[name] = {
        "classes": model.num_classes,
        "eps": sorted({module.eps for module in model.modules() if isinstance(module, torch.nn.LayerNorm)}),
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "shapes": {key: list(tensor.shape) for key, tensor in state.items()},
    }
    if name in initial:
        double = [tensor.double() for tensor in state.values()]
        tensors[f"{name}.initial"] = torch.stack(
            [torch.stack([x.mean(), x.abs().mean(), x.std(correction=0)]) for x in double]
        )
    if name in only_shapes:
        continue
    generator = torch.Generator().manual_seed(0)
    draw(model, generator)
    size = int(name.rsplit("_", 1)[1])
    images = torch.randn(1 if size == 224 else 2, 3, size, size, generator=generator)
    for what, value in run(model, images, len(model.blocks)).items():
        tensors[f"{name}.{what}"] = value.contiguous()

save_file(tensors, os.path.join(here, "timm_models.safetensors"), {"models": json.dumps(described, separators=(",", ":"))})
