"""What mdistiller's MobileNetV1 computes, for the tests of ours.

    python packages/retort/reference/models/mobilenet_v1.py --released DIR        (torch 2.15.0, safetensors)

writes mobilenet_v1.safetensors beside this file. DIR holds megvii-research/mdistiller@a08d46f as OWNER+NAME. The metadata has `cases`, a list as cases.py
describes them, whose tensors are CASE.NAME. Its pooling of 7x7 is for images of 224 pixels; here it is one of all places, which is the same there.
"""

import argparse
import importlib.util
import json
import os

import torch
from cases import run_case
from safetensors.torch import save_file

here = os.path.dirname(os.path.abspath(__file__))
parser = argparse.ArgumentParser()
parser.add_argument("--released", required=True, help="a folder of repositories, as OWNER+NAME")
folder = os.path.join(parser.parse_args().released, "megvii-research+mdistiller")
spec = importlib.util.spec_from_file_location("mobilenetv1", os.path.join(folder, "mdistiller/models/imagenet/mobilenetv1.py"))
released = importlib.util.module_from_spec(spec)
spec.loader.exec_module(released)
torch.set_num_threads(1)


class Logits(released.MobileNetV1):
    def __init__(self):
        super().__init__()
        own = self.model[14]
        self.model[14] = torch.nn.AdaptiveAvgPool2d(1)
        maps = torch.randn(1, 4, 7, 7)
        assert torch.allclose(self.model[14](maps), own(maps), atol=1e-6)

    def forward(self, x, is_feat=False):
        logits, features = super().forward(x)
        return (logits, features) if is_feat else logits


def features(model, x):
    kept = {}
    model.model[0].register_forward_hook(lambda _, __, output: kept.update(stem=output.clone()))
    logits, found = model(x, is_feat=True)
    return logits, found["pooled_feat"], [kept["stem"], *found["feats"]], found["preact_feats"]


case, kept = run_case("MobileNetV1", Logits, features, 1000, 64, weights=True)
print(f"MobileNetV1: {case['parameters']} parameters, logits up to {kept['logits'].abs().max():.3g}")
file = os.path.join(here, "mobilenet_v1.safetensors")
tensors = {f"0.{key}": value for key, value in kept.items()}
save_file(tensors, file, {"cases": json.dumps([case], separators=(",", ":"))})
print(f"{os.path.getsize(file)} bytes")
