"""What the authors' CycleMLP computes, for the tests of ours.

    python packages/retort/reference/models/cyclemlp.py --released DIR        (torch 2.15.0, torchvision 0.29.2, timm 1.0.31, safetensors)

writes cyclemlp.safetensors beside this file. DIR holds ShoufaChen/CycleMLP@4e062a0 as OWNER+NAME. The metadata has `models`, by name: the number of
parameters for 1,000 classes, and the SHA-256 of the keys without the buffers of offsets; `cases`, a list as cases.py describes them, of sizes that are
ours, whose tensors are CASE.NAME. `offset.sfc_h` and `offset.sfc_w` are the buffers of a block of 16 channels.

The authors' code is of an earlier timm, whose names are given to it here; truncated normals are PyTorch's, of the same distribution.
"""

import argparse
import json
import os
import sys
import types

import timm.layers
import torch
from cases import hooked, keys_of, parameters_of, run_case
from safetensors.torch import save_file

here = os.path.dirname(os.path.abspath(__file__))
parser = argparse.ArgumentParser()
parser.add_argument("--released", required=True, help="a folder of repositories, as OWNER+NAME")
sys.path.append(os.path.join(parser.parse_args().released, "ShoufaChen+CycleMLP"))


def module(name, **members):
    sys.modules[name] = types.ModuleType(name)
    vars(sys.modules[name]).update(members)


module("timm.models.layers", DropPath=timm.layers.DropPath, trunc_normal_=torch.nn.init.trunc_normal_)
module("timm.models.layers.helpers", to_2tuple=timm.layers.to_2tuple)
module("timm.models.registry", register_model=lambda make: make)
import cycle_mlp  # noqa: E402

torch.set_num_threads(1)


def without_offsets(model):
    """Their files have the offsets; ours compute them."""
    for layer in model.modules():
        if isinstance(layer, cycle_mlp.CycleFC):
            layer._non_persistent_buffers_set.add("offset")
    return model


def of_window(kernel, stride, padding):
    """The authors have one window, whatever they are told."""
    own = cycle_mlp.PatchEmbedOverlapping
    return lambda **options: own(**{**options, "patch_size": kernel, "stride": stride, "padding": padding})


def small(widths, window):
    """The authors' class at a size of ours."""
    original = cycle_mlp.PatchEmbedOverlapping
    cycle_mlp.PatchEmbedOverlapping = of_window(*window)
    try:
        return without_offsets(
            cycle_mlp.CycleNet(
                [2, 2, 4, 2],
                num_classes=10,
                embed_dims=widths,
                transitions=[True] * 4,
                mlp_ratios=[4] * 4,
                mlp_fn=cycle_mlp.CycleMLP,
            )
        )
    finally:
        cycle_mlp.PatchEmbedOverlapping = original


def features(model, x):
    logits, penultimate, [stem, *stages], _ = hooked(model, x, [model.patch_embed, *model.network[::2]], [], model.head)
    return logits, penultimate, [stem, *(stage.permute(0, 3, 1, 2) for stage in stages)], []


described = {}
for name in (f"CycleMLP_B{i}" for i in range(1, 6)):
    model = without_offsets(getattr(cycle_mlp, name)())
    described[name] = {"parameters": parameters_of(model), "keys": keys_of(model.state_dict())}
tensors, cases = {}, []
for pixels, window in ((64, (7, 4, 2)), (32, (3, 2, 1))):
    for size, widths in {"pico": [16, 32, 80, 128], "nano": [32, 64, 160, 256]}.items():
        case, kept = run_case(
            f"CycleMLP_{size}_{pixels}", lambda: small(widths, window), features, 10, pixels, weights=True
        )
        tensors.update({f"{len(cases)}.{key}": value for key, value in kept.items()})
        cases.append(case)
        print(f"{case['model']}: {case['parameters']} parameters, logits up to {kept['logits'].abs().max():.3g}")
for layer in ("sfc_h", "sfc_w"):
    tensors[f"offset.{layer}"] = getattr(cycle_mlp.CycleMLP(16), layer).offset

metadata = {"models": described, "cases": cases}
file = os.path.join(here, "cyclemlp.safetensors")
save_file(tensors, file, {key: json.dumps(value, separators=(",", ":")) for key, value in metadata.items()})
print(f"{len(cases)} cases, {os.path.getsize(file)} bytes")
