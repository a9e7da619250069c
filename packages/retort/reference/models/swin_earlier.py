"""Writes which keys Swin had in timm before 0.9, as in its authors' files, and what it computes, for the tests of packages/retort.

    python packages/retort/reference/models/swin_earlier.py      (torch 2.15.0, timm 0.6.5, safetensors)

writes swin_earlier.safetensors beside this file: `logits` [2, 10] of our `swin_femto_patch4_window4_64`, whose weights, but for what is computed, are
filled from manual_seed(2), and two images drawn (see cases.py). Its metadata has `shapes`, JSON by key in order, what is computed too.
"""

import json
import os

import timm
import torch
from cases import fill
from safetensors.torch import save_file
from timm.models.swin_transformer import SwinTransformer

here = os.path.dirname(os.path.abspath(__file__))
assert timm.__version__ == "0.6.5"
torch.set_num_threads(1)

model = SwinTransformer(img_size=64, window_size=4, embed_dim=32, depths=(2, 2, 2, 2), num_heads=(1, 2, 4, 8), num_classes=10)
state = model.state_dict()
shapes = {key: list(value.shape) for key, value in state.items()}
torch.manual_seed(2)
fill({key: value for key, value in state.items() if not key.endswith(("relative_position_index", "attn_mask"))})
images = torch.randn(2, 3, 64, 64)
with torch.no_grad():
    logits = model.eval()(images)
save_file({"logits": logits}, os.path.join(here, "swin_earlier.safetensors"), {"shapes": json.dumps(shapes, separators=(",", ":"))})
print(logits)
