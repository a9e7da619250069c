"""What timm's RegNetY computes, for the tests of ours.

    python packages/retort/reference/models/regnet.py        (torch 2.15.0, timm 1.0.31, torchvision 0.29.2, safetensors)

writes regnet.safetensors beside this file. The metadata has `models`, by name: the number of parameters for 1,000 classes, the SHA-256 of the keys;
`cases`, a list as cases.py describes them, of timm's smallest and of sizes of ours, whose tensors are CASE.NAME; `torchvision`, the keys of torchvision's
`regnet_y_400mf` by those that timm's filter makes of them. Every network of torchvision's is filtered here, and computes what timm's
does.
"""

import json
import os

import timm
import torch
import torchvision
from cases import fill, hooked, keys_of, parameters_of, run_case
from safetensors.torch import save_file
from timm.models.regnet import RegNet, RegNetCfg, _filter_fn

here = os.path.dirname(os.path.abspath(__file__))
torch.set_num_threads(1)
sizes = "002 004 006 008 008_tv 016 032 040 064 080 080_tv 120 160 320".split()
theirs = {"004": "400mf", "008_tv": "800mf", "016": "1_6gf", "032": "3_2gf", "080_tv": "8gf", "160": "16gf", "320": "32gf"}
pico = RegNetCfg(w0=32, wa=20.0, wm=2.0, depth=10, group_size=16, se_ratio=0.25)


def features(model, x):
    stages = [model.s1, model.s2, model.s3, model.s4]
    return hooked(model, x, [model.stem, *stages], [list(stage.children())[-1].act3 for stage in stages], model.head.fc)


def small(stem_stride):
    model = RegNet(pico, num_classes=10)
    model.stem.conv.stride = (stem_stride, stem_stride)
    return model


def filtered(size, name):
    """torchvision's keys with timm's, after both networks have computed the same; timm's filter looks at keys alone."""
    original = getattr(torchvision.models, f"regnet_y_{name}")(num_classes=10)
    fill(original.state_dict())
    own = timm.create_model(f"regnety_{size}", num_classes=10)
    own.load_state_dict(_filter_fn(original.state_dict()))
    x = torch.randn(1, 3, 64, 64)
    with torch.no_grad():
        assert torch.allclose(original.eval()(x), own.eval()(x), rtol=1e-3, atol=1e-4), name
    return _filter_fn({key: key for key in original.state_dict()})


described = {}
for size in sizes:
    model = timm.create_model(f"regnety_{size}")
    described[f"regnety_{size}"] = {"parameters": parameters_of(model), "keys": keys_of(model.state_dict())}
tensors, cases = {}, []
for name, pixels, make in (
    ("regnety_002", 64, lambda: timm.create_model("regnety_002", num_classes=10)),
    ("regnety_pico_64", 64, lambda: small(2)),
    ("regnety_pico_32", 32, lambda: small(1)),
):
    case, kept = run_case(name, make, features, 10, pixels, weights=True)
    tensors.update({f"{len(cases)}.{key}": value for key, value in kept.items()})
    cases.append(case)
    print(f"{name}: {case['parameters']} parameters, logits up to {kept['logits'].abs().max():.3g}")

metadata = {
    "models": described,
    "cases": cases,
    "torchvision": {size: filtered(size, name) for size, name in theirs.items()}["004"],
}
file = os.path.join(here, "regnet.safetensors")
save_file(tensors, file, {key: json.dumps(value, separators=(",", ":")) for key, value in metadata.items()})
print(f"{len(cases)} cases, {os.path.getsize(file)} bytes")
