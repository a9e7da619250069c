"""Writes what timm says of Swin, for the tests of packages/retort.

    python packages/retort/reference/models/swin_models.py      (torch 2.15.0, timm 1.0.31, safetensors)

writes swin_models.safetensors beside this file. Its metadata has, as JSON, `models`: by name the number of parameters, the SHA-256 of the keys and
the epsilons of the norms; and `cases`, as cases.py describes them, of the names for small images and of OFA-KD's pico, whose tensors are CASE.NAME.
timm has names for `tiny`, `small` and `base` alone; OFA-KD's own pico and nano are its class at other sizes.
"""

import json
import os
from functools import partial

import timm
import torch
from cases import eps_of, hooked, keys_of, parameters_of, run_case, typical
from safetensors.torch import save_file
from timm.models.swin_transformer import SwinTransformer

here = os.path.dirname(os.path.abspath(__file__))
torch.set_num_threads(1)

sizes = {
    "femto": {"embed_dim": 32, "depths": (2, 2, 2, 2), "num_heads": (1, 2, 4, 8)},
    "pico": {"embed_dim": 48, "depths": (2, 2, 2, 2), "num_heads": (2, 4, 8, 16)},
    "nano": {"embed_dim": 64, "depths": (2, 2, 2, 2), "num_heads": (2, 4, 8, 16)},
}


def own(size, patch, window, pixels):
    return partial(SwinTransformer, **sizes[size], patch_size=patch, window_size=window, img_size=pixels)


models = {f"swin_{size}_patch4_window7_224": own(size, 4, 7, 224) for size in ("pico", "nano")}
models |= {name: partial(timm.create_model, name) for name in (f"swin_{size}_patch4_window7_224" for size in ("tiny", "small", "base"))}
for patch, pixels in ((4, 64), (2, 32)):
    models |= {f"swin_{size}_patch{patch}_window4_{pixels}": own(size, patch, 4, pixels) for size in ("femto", "pico")}


def features(model, x):
    logits, penultimate, maps, before = hooked(model, x, [model.patch_embed, *model.layers], [], model.head.fc)
    return logits, penultimate, [tokens.flatten(1, 2) for tokens in maps], before


def described(make):
    model = make()
    rates = [block.drop_path1.drop_prob for layer in model.layers for block in layer.blocks if hasattr(block.drop_path1, "drop_prob")]
    return {
        "parameters": parameters_of(model),
        "keys": keys_of(model.state_dict()),
        "eps": eps_of(model),
        "dropPath": [round(rate, 6) for rate in rates],
    }


cases, tensors = [], {}
for name in [name for name in models if not name.endswith("_224")] + ["swin_pico_patch4_window7_224"]:
    pixels = int(name.split("_")[-1])
    make = partial(typical, partial(models[name], num_classes=10, drop_path_rate=0))
    case, kept = run_case(name, make, features, 10, pixels, weights=True, moments=True)
    tensors |= {f"{len(cases)}.{key}": value for key, value in kept.items()}
    cases.append(case)
    print(name, case["parameters"])

metadata = {"models": {name: described(make) for name, make in models.items()}, "cases": cases}
save_file(tensors, os.path.join(here, "swin_models.safetensors"), {key: json.dumps(value, separators=(",", ":")) for key, value in metadata.items()})
