"""PyTorch's own export (torch.onnx.export, dynamo) of a network with given weights, for `exports.ts`.

    python export.py NETWORK WEIGHTS SIDE FILE

prints JSON: how many nodes the file has, of which operators.
"""

import collections
import contextlib
import json
import sys

import onnx
import torch
from safetensors.torch import load_file

from peer import ResNet

name, weights, side, file = sys.argv[1:]


def network():
    if name == "resnet8x4":
        return ResNet(8, [32, 64, 128, 256], 100)
    if name.startswith("vit_"):
        import timm

        return timm.create_model(name, num_classes=100)
    import torchvision

    return torchvision.models.get_model(name, num_classes=100)


model = network().eval()
model.load_state_dict(load_file(weights))
images = torch.randn(2, 3, int(side), int(side))
with contextlib.redirect_stdout(sys.stderr):
    torch.onnx.export(
        model,
        (images,),
        file,
        input_names=["pixel_values"],
        output_names=["logits"],
        dynamic_shapes=({0: torch.export.Dim("batch")},),
        dynamo=True,
        external_data=False,
    )
nodes = onnx.load(file).graph.node
print(json.dumps({"nodes": len(nodes), "operators": collections.Counter(node.op_type for node in nodes)}))
