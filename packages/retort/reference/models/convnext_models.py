"""Writes what timm says of ConvNeXt, for the tests of packages/retort.

    python packages/retort/reference/models/convnext_models.py      (torch 2.15.0, timm 1.0.31, safetensors)

writes convnext_models.safetensors beside this file. Its metadata has, as JSON, `models`: by name the number of parameters, the SHA-256 of the keys and
the epsilons of the norms; `cases`, as cases.py describes them, of the names for small images, whose tensors are CASE.NAME; and `facebook`, by the key of
each tensor of the first case in Facebook's files, which timm itself reads so, that which it has in timm.
timm has names for `tiny`, `small` and `base` alone; `zepto` is its class with the sizes of its `convnext_zepto_rms`.
"""

import json
import os
import re
from functools import partial

import timm
import torch
from cases import eps_of, hooked, keys_of, parameters_of, run_case, typical
from safetensors.torch import save_file
from timm.models.convnext import ConvNeXt, _init_weights, checkpoint_filter_fn

here = os.path.dirname(os.path.abspath(__file__))
torch.set_num_threads(1)


def zepto(patch, **options):
    """timm halves the maps of smaller patches before its first stage; ours has the same stages after patches of any size, as transformers' has."""
    model = ConvNeXt(dims=(32, 64, 128, 256), depths=(2, 2, 4, 2), **options)
    if patch != 4:
        model.stem[0] = torch.nn.Conv2d(3, 32, patch, stride=patch)
        _init_weights(model.stem[0])
    return model


models = {name: partial(timm.create_model, name) for name in ("convnext_tiny", "convnext_small", "convnext_base")}
models |= {f"convnext_zepto_patch{patch}_{pixels}": partial(zepto, patch) for patch, pixels in ((4, 64), (2, 32))}


def features(model, x):
    return hooked(model, x, [model.stem, *model.stages], [], model.head.fc)


def described(make):
    model = make(drop_path_rate=0.1)
    rates = [block.drop_path.drop_prob for stage in model.stages for block in stage.blocks if hasattr(block.drop_path, "drop_prob")]
    return {
        "parameters": parameters_of(model),
        "keys": keys_of(model.state_dict()),
        "eps": eps_of(model),
        "dropPath": [round(rate, 6) for rate in rates],
    }


def facebooks(key):
    for own, theirs in (
        (r"^stem\.", "downsample_layers.0."),
        (r"^stages\.(\d+)\.downsample\.", r"downsample_layers.\1."),
        (r"^stages\.(\d+)\.blocks\.(\d+)\.", r"stages.\1.\2."),
        (r"^head\.norm\.", "norm."),
        (r"^head\.fc\.", "head."),
    ):
        key = re.sub(own, theirs, key)
    return key.replace("conv_dw.", "dwconv.").replace("mlp.fc", "pwconv")


def facebook_layout(model):
    state = model.state_dict()
    keys = {facebooks(key): key for key in state}
    read = checkpoint_filter_fn({"model": {theirs: state[own] for theirs, own in keys.items()}}, model)
    assert read.keys() == state.keys() and all(torch.equal(read[key], state[key]) for key in state)
    return keys


cases, tensors = [], {}
for name, pixels in (("convnext_zepto_patch4_64", 64), ("convnext_zepto_patch2_32", 32), ("convnext_zepto_patch4_64", 97)):
    make = partial(typical, partial(models[name], num_classes=10))
    case, kept = run_case(name, make, features, 10, pixels, weights=True, moments=True)
    tensors |= {f"{len(cases)}.{key}": value for key, value in kept.items()}
    cases.append(case)
    print(name, case["parameters"])

metadata = {"models": {name: described(make) for name, make in models.items()}, "cases": cases}
metadata["facebook"] = facebook_layout(zepto(4))
save_file(tensors, os.path.join(here, "convnext_models.safetensors"), {key: json.dumps(value, separators=(",", ":")) for key, value in metadata.items()})
