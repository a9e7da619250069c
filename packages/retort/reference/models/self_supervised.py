"""Writes what torchvision and timm say of backbones in the layouts of self-supervised checkpoints, for the tests of packages/retort.

    python packages/retort/reference/models/self_supervised.py      (torch 2.15.0, torchvision 0.29.2, timm 1.0.31, safetensors)

writes self_supervised.safetensors beside this file, and three small checkpoints, self_supervised_*.pth, whose weights are random.

The metadata has, as JSON: `layouts`, of ResNet-50 the names and shapes of each program's checkpoint in its order, whose values both sides draw from
a generator of seed 0 (`drawn`); and `models`, of each Vision Transformer that has a name the SHA-256 of timm's keys with shapes, a line each, and the number of parameters.
Tensors: `resnet50.LAYOUT` are the pooled features [2, 2048] of its encoder for `images` [2, 3, 64, 64] in evaluation; FILE.SIZE the class tokens of
the small ViTs for `images.SIZE` [2, 3, SIZE, SIZE].
"""

import hashlib
import json
import math
import os

import timm
import torch
import torchvision
from safetensors.torch import save_file
from timm.models.vision_transformer import VisionTransformer, checkpoint_filter_fn

here = os.path.dirname(os.path.abspath(__file__))
tensors = {}


def drawn(shapes):
    """Values that keep features finite: of the order of what training leaves."""
    generator = torch.Generator().manual_seed(0)
    state = {}
    for name, shape in shapes:
        if name.endswith("num_batches_tracked") or name.endswith("_ptr"):
            state[name] = torch.zeros(shape, dtype=torch.int64)
            continue
        value = torch.randn(shape, generator=generator)
        if len(shape) > 1:
            value = value * (value.numel() / shape[0]) ** -0.5
        elif name.endswith("running_var"):
            value = 1 + 0.1 * value.abs()
        else:
            value = 0.1 * value + (1 if name.endswith("weight") else 0)
        state[name] = value
    return state


def linear(name, width, out, bias=True):
    return [(f"{name}.weight", [out, width])] + ([(f"{name}.bias", [out])] if bias else [])


def norm(name, width):
    return [(f"{name}.{part}", [width]) for part in ("weight", "bias", "running_mean", "running_var")] + [
        (f"{name}.num_batches_tracked", [])
    ]


backbone = [
    (name, list(value.shape))
    for name, value in torchvision.models.resnet50().state_dict().items()
    if not name.startswith("fc.")
]


def under(prefix, part):
    return [(prefix + name, shape) for name, shape in part]


v1 = backbone + linear("fc", 2048, 128)
v2 = backbone + linear("fc.0", 2048, 2048) + linear("fc.2", 2048, 128)
v3 = (
    backbone
    + linear("fc.0", 2048, 4096, False)
    + norm("fc.1", 4096)
    + linear("fc.3", 4096, 256, False)
    + [(name, shape) for name, shape in norm("fc.4", 256) if not name.endswith(("weight", "bias"))]
)
queue = [("module.queue", [128, 16]), ("module.queue_ptr", [1])]
heads = linear("mlp.0", 2048, 64) + linear("last_layer", 64, 32, False)
# The second encoder in one of them is enough: files are large enough as they are.
layouts = {
    "moco v1": under("module.encoder_q.", v1) + queue,
    "moco v2": under("module.encoder_q.", v2) + under("module.encoder_k.", v2) + queue,
    "moco v3": under("module.base_encoder.", v3)
    + under("module.predictor.", linear("0", 256, 4096, False)),
    "swav": under(
        "module.",
        backbone
        + linear("projection_head.0", 2048, 2048)
        + norm("projection_head.1", 2048)
        + linear("projection_head.3", 2048, 128)
        + linear("prototypes", 128, 3000, False),
    ),
    "dino": under("module.backbone.", backbone) + under("module.head.", heads),
    "bare": backbone,
    "supervised": backbone + linear("fc", 2048, 1000),
}
taken = {
    **{"moco v1": "module.encoder_q.", "moco v2": "module.encoder_q.", "moco v3": "module.base_encoder."},
    **{"swav": "module.", "dino": "module.backbone.", "bare": "", "supervised": ""},
}
names = {name for name, _ in backbone}
tensors["images"] = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(1))
with torch.no_grad():
    for layout, shapes in layouts.items():
        prefix = taken[layout]
        state = {name[len(prefix) :]: value for name, value in drawn(shapes).items() if name.startswith(prefix)}
        encoder = torchvision.models.resnet50()
        encoder.fc = torch.nn.Identity()
        encoder.load_state_dict({name: value for name, value in state.items() if name in names})
        tensors[f"resnet50.{layout}"] = encoder.eval()(tensors["images"])

# SwAV pads its stem by 1 in a layer and by 2 in the convolution, which is torchvision's 3: the same numbers.
stem = torch.nn.Sequential(torch.nn.ConstantPad2d(1, 0.0), torch.nn.Conv2d(3, 8, 7, 2, 2, bias=False))
whole = torch.nn.Conv2d(3, 8, 7, 2, 3, bias=False)
whole.load_state_dict(stem[1].state_dict())
assert torch.equal(stem(tensors["images"]), whole(tensors["images"]))


def small(size, **more):
    torch.manual_seed(2)
    model = VisionTransformer(
        img_size=size, patch_size=14, embed_dim=8, depth=2, num_heads=2, num_classes=0, init_values=0.5, **more
    )
    for parameter in model.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    return model.eval()


def own_positions(positions, side):
    """DINOv2's `interpolate_pos_encoding` without antialiasing: by a factor that is a tenth of a patch too large."""
    grid = int(math.sqrt(positions.shape[1] - 1))
    factor = (side + 0.1) / grid
    patches = positions[:, 1:].reshape(1, grid, grid, -1).permute(0, 3, 1, 2)
    resampled = torch.nn.functional.interpolate(patches, scale_factor=(factor, factor), mode="bicubic")
    assert resampled.shape[-1] == side
    return torch.cat([positions[:, :1], resampled.permute(0, 2, 3, 1).flatten(1, 2)], 1)


def renamed(state, chunks):
    """timm's keys as DINOv2's, whose blocks may lie in chunks."""
    return {
        (name.replace("blocks.", "blocks.0.") if chunks else name): value for name, value in state.items()
    } | {"mask_token": torch.zeros(1, 8)}


for size in (56, 70):
    tensors[f"images.{size}"] = torch.randn(2, 3, size, size, generator=torch.Generator().manual_seed(size))
with torch.no_grad():
    # Without registers: its own positions, blocks in chunks.
    state = small(56).state_dict()
    torch.save(renamed(state, True), os.path.join(here, "self_supervised_dinov2.pth"))
    for size in (56, 70):
        model = small(size)
        positions = state["pos_embed"] if size == 56 else own_positions(state["pos_embed"], size // 14)
        model.load_state_dict(state | {"pos_embed": positions})
        tensors[f"dinov2.{size}"] = model(tensors[f"images.{size}"])
    # With registers, by timm's own conversion, which antialiases as DINOv2 does for these.
    state = small(56).state_dict()
    original = renamed(state, False) | {"register_tokens": torch.randn(1, 4, 8)}
    torch.save(original, os.path.join(here, "self_supervised_dinov2_reg4.pth"))
    for size in (56, 70):
        model = small(size, reg_tokens=4, no_embed_class=True)
        model.load_state_dict(checkpoint_filter_fn(dict(original), model))
        tensors[f"dinov2_reg4.{size}"] = model(tensors[f"images.{size}"])
    # DINO's teacher beside its student, with heads; and the same weights under timm's keys, resampled by timm.
    state = small(56).state_dict()
    student = {f"module.backbone.{name}": torch.zeros_like(value) for name, value in state.items()}
    teacher = {f"backbone.{name}": value for name, value in state.items()}
    for of in (student, teacher):
        prefix = "module." if of is student else ""
        of |= {f"{prefix}head.last_layer.weight_v": torch.randn(3, 2), f"{prefix}head.mlp.0.weight": torch.randn(2, 8)}
    whole = {"student": student, "teacher": teacher, "epoch": 100}
    torch.save(whole, os.path.join(here, "self_supervised_dino.pth"))
    for size in (56, 70):
        model = small(size)
        model.load_state_dict(checkpoint_filter_fn(dict(state), model))
        tensors[f"dino.{size}"] = model(tensors[f"images.{size}"])

models = {}
for name in [
    *(f"vit_{size}_patch14_{reg}dinov2" for size in ("small", "base", "large") for reg in ("", "reg4_")),
    "vit_small_patch8_224",
    "vit_base_patch8_224",
    "vit_small_patch16_224_mocov3",
]:
    with torch.device("meta"):
        if name.endswith("mocov3"):
            # Of facebookresearch/moco-v3: twelve heads.
            model = VisionTransformer(embed_dim=384, depth=12, num_heads=12, num_classes=0)
        else:
            model = timm.create_model(name, num_classes=0)
    keys = "\n".join(f"{key} {'x'.join(map(str, value.shape))}" for key, value in model.state_dict().items())
    models[name] = {
        "keys": hashlib.sha256(keys.encode()).hexdigest(),
        "parameters": sum(value.numel() for value in model.parameters()),
        "heads": model.blocks[0].attn.num_heads,
        "eps": model.norm.eps,
    }

file = os.path.join(here, "self_supervised.safetensors")
save_file(
    {name: value.contiguous() for name, value in tensors.items() if name != "images" and not name.startswith("images.")},
    file,
    {"layouts": json.dumps(layouts), "models": json.dumps(models)},
)
print(os.path.getsize(file), "bytes", {name: tuple(value.shape) for name, value in tensors.items()})
