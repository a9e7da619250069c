"""What timm says of BEiT v2, for the tests of packages/retort.

    python packages/retort/reference/models/beit_models.py          (torch 2.15.0, timm 1.0.31, safetensors)

writes beit_models.safetensors beside this file. Its metadata has `models`, by name: the number of parameters for 1,000 classes, the SHA-256 of the
keys, and the epsilons of the layer norms; and `cases`, as cases.py describes them, whose tensors are CASE.NAME, of networks in which every option of
ours is used once: `options` are those. timm has names for images of 224 pixels alone; the small networks are its class in our sizes.
`relative_position_index.GRID` is timm's index of a grid, of which it keeps no file.
"""

import json
import os
from functools import partial

import timm
import torch
from cases import eps_of, hooked, keys_of, parameters_of, run_case, typical
from safetensors.torch import save_file
from timm.models.beit import Beit, gen_relative_position_index

here = os.path.dirname(os.path.abspath(__file__))
torch.set_num_threads(1)

v2 = {"use_abs_pos_emb": False, "use_rel_pos_bias": True, "init_values": 1e-5, "norm_layer": partial(torch.nn.LayerNorm, eps=1e-6)}
sizes = {"pico": (128, 6, 4), "nano": (192, 6, 3)}
pixels = {16: 224, 8: 64, 4: 32}


def small(width, depth, heads, patch, size, **options):
    options = {**v2, **options}
    return partial(Beit, img_size=size, patch_size=patch, embed_dim=width, depth=depth, num_heads=heads, **options)


models = {
    f"beitv2_{name}_patch{patch}_{size}": small(*shape, patch, size) for name, shape in sizes.items() for patch, size in pixels.items()
}
models |= {name: partial(timm.create_model, name) for name in ("beitv2_base_patch16_224", "beitv2_large_patch16_224")}


def ends(depth):
    """The blocks that end a stage, of 12 those of OFA-KD's table, of 24 too; of fewer as shares of these."""
    return [1, 3, depth - 3, depth - 1] if depth >= 12 else [max(1, round(depth * share)) - 1 for share in (1 / 6, 1 / 3, 5 / 6, 1)]


def features(model, x):
    stages = [model.blocks[end] for end in ends(len(model.blocks))]
    logits, penultimate, found, [stem] = hooked(model, x, stages, [model.blocks[0]], model.head)
    return logits, penultimate, [stem, *found], []


def described(name):
    model = models[name]()
    return {
        "parameters": parameters_of(model),
        "keys": keys_of(model.state_dict()),
        "eps": eps_of(model),
    }


# Ours and timm's options of the first BEiT, of what is shared in pre-training, and of what networks may be without.
variants = [
    ("beitv2_pico_patch8_64", {}, {}),
    ("beitv2_nano_patch4_32", {}, {}),
    (
        "beitv2_pico_patch8_64",
        {"sharedPositions": True, "absolutePositions": True, "relativePositions": False, "pooling": "token", "layerScale": 0},
        {
            "use_shared_rel_pos_bias": True,
            "use_abs_pos_emb": True,
            "use_rel_pos_bias": False,
            "global_pool": "token",
            "init_values": None,
        },
    ),
    (
        "beitv2_pico_patch8_64",
        {"sharedPositions": True, "qkvBias": False, "layerScale": 0.1, "mlpRatio": 2},
        {"use_shared_rel_pos_bias": True, "qkv_bias": False, "init_values": 0.1, "mlp_ratio": 2},
    ),
]
tensors, cases = {}, []
for name, own, theirs in variants:
    size = int(name.split("_")[-1])
    case, kept = run_case(name, lambda: typical(partial(models[name], num_classes=10, **theirs)), features, 10, size, weights=True, moments=True)
    tensors |= {f"{len(cases)}.{key}": value for key, value in kept.items()}
    cases.append({**case, "options": own})
    print(name, own, case["parameters"], f"logits up to {kept['logits'].abs().max():.3g}", flush=True)
tensors |= {f"relative_position_index.{grid}": gen_relative_position_index((grid, grid)) for grid in (2, 8)}

metadata = {"models": {name: described(name) for name in models}, "cases": cases}
out = os.path.join(here, "beit_models.safetensors")
save_file(tensors, out, {key: json.dumps(value, separators=(",", ":")) for key, value in metadata.items()})
print(f"{len(cases)} cases, {os.path.getsize(out)} bytes")
