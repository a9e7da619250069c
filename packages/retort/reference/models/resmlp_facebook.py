"""What Facebook's own ResMLP computes, for the test of its files' layout.

    python packages/retort/reference/models/resmlp_facebook.py --released DIR        (torch 2.15.0, timm 1.0.31, safetensors)

writes resmlp_facebook.safetensors beside this file. DIR holds facebookresearch/deit@7e160fe as OWNER+NAME. `logits` [2, 10] are those of its ResMLP-S12 for images
of 32 pixels in patches of 4, whose state dict is filled from manual_seed(2) as cases.py does, and two images are drawn; the metadata has its `keys` with their shapes.
"""

import argparse
import json
import os
import sys
import types

import timm.layers
import torch
from cases import fill
from safetensors.torch import save_file

here = os.path.dirname(os.path.abspath(__file__))
parser = argparse.ArgumentParser()
parser.add_argument("--released", required=True, help="a folder of repositories, as OWNER+NAME")
sys.path.append(os.path.join(parser.parse_args().released, "facebookresearch+deit"))


def module(name, **members):
    sys.modules[name] = types.ModuleType(name)
    vars(sys.modules[name]).update(members)


# Names of an earlier timm.
layers = timm.layers
module("timm.models.vision_transformer", Mlp=layers.Mlp, PatchEmbed=layers.PatchEmbed, _cfg=dict)
module("timm.models.layers", DropPath=layers.DropPath, trunc_normal_=layers.trunc_normal_)
module("timm.models.registry", register_model=lambda make: make)
from resmlp_models import resmlp_models  # noqa: E402

torch.set_num_threads(1)
model = resmlp_models(img_size=32, patch_size=4, embed_dim=384, depth=12, num_classes=10)
state = model.state_dict()
torch.manual_seed(2)
fill(state)
with torch.no_grad():
    logits = model.eval()(torch.randn(2, 3, 32, 32))
keys = {key: list(value.shape) for key, value in state.items()}
file = os.path.join(here, "resmlp_facebook.safetensors")
save_file({"logits": logits}, file, {"keys": json.dumps(keys, separators=(",", ":"))})
print(f"logits up to {logits.abs().max():.3g}, {os.path.getsize(file)} bytes")
