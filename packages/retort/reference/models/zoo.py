"""What published models compute, for the tests of ours: the CRD benchmark's and Annealing-KD's, run as they were released.

    python packages/retort/reference/models/zoo.py --released DIR        (torch 2.15.0, safetensors, torchvision)

writes zoo.safetensors beside this file. DIR holds HobbitLong/RepDistiller@b84f547 and huawei-noah/Efficient-NLP@bb44348 as OWNER+NAME.

The metadata holds a JSON list of cases, as cases.py describes them; the tensors are CASE.NAME. `preN` are what the benchmark's `preact=True` gives.
"""

import argparse
import json
import os
import sys

import torch
from safetensors.torch import save_file
from torch import nn

here = os.path.dirname(os.path.abspath(__file__))
parser = argparse.ArgumentParser()
parser.add_argument("--released", required=True, help="a folder of repositories, as OWNER+NAME")
folder = parser.parse_args().released
sys.path += [
    os.path.join(folder, "HobbitLong+RepDistiller"),
    os.path.join(folder, "huawei-noah+Efficient-NLP/Annealing_KD/computer_vision_tasks"),
]
from cases import hooked, run_case  # noqa: E402
from model_factory import create_cnn_model  # noqa: E402
from models import model_dict  # noqa: E402
from models.resnet import ResNet  # noqa: E402

torch.set_num_threads(1)
tensors, cases = {}, []


def benchmark_features(model, x):
    """Logits, the vector before the classifier, features, and features before their ReLU."""
    (*features, penultimate), logits = model(x, is_feat=True)
    (*before, _), _ = model(x, is_feat=True, preact=True)
    return logits, penultimate, features, before[1:]


def resnet_features(model, x):
    return hooked(model, x, [model.relu, model.layer1, model.layer2, model.layer3], [], model.fc)


def plain_features(model, x):
    layers = list(model.conv_layers)
    # Batch norm, ReLU, and then no further convolution.
    following = [*layers[1:], None]
    ends = [i for i, layer in enumerate(layers) if isinstance(layer, nn.ReLU) and not isinstance(following[i], nn.Conv2d)]
    return hooked(model, x, [layers[2], *(layers[i] for i in ends)], [layers[i] for i in ends], model.fc_layers[-1])


def case(name, make, features, classes=100, size=32):
    described, kept = run_case(name, make, features, classes, size)
    tensors.update({f"{len(cases)}.{key}": value for key, value in kept.items()})
    cases.append(described)
    print(f"{name}: {described['parameters']} parameters, logits up to {kept['logits'].abs().max():.3g}")


for name, make in model_dict.items():
    # Two of the thin ResNets are Annealing-KD's, too: below.
    if name not in ("resnet8", "resnet110"):
        case(name, lambda: make(num_classes=100), benchmark_features)
case("vgg8", lambda: model_dict["vgg8"](num_classes=100), benchmark_features, size=64)
for depth in (8, 110):
    case(f"resnet{depth}", lambda: create_cnn_model(f"resnet{depth}", "cifar100"), resnet_features)
for classes in (10, 100):
    for depth in (2, 4, 6, 8, 10):
        plain = lambda: create_cnn_model(f"plane{depth}", f"cifar{classes}")  # noqa: E731
        case(f"plain{depth}_cifar{classes}", plain, plain_features, classes)
# By the benchmark's code, which has no name for it.
case("resnet8x0.5", lambda: ResNet(8, [8, 8, 16, 32], "basicblock", num_classes=100), benchmark_features)

file = os.path.join(here, "zoo.safetensors")
save_file(tensors, file, {"cases": json.dumps(cases, separators=(",", ":"))})
print(f"{len(cases)} cases, {os.path.getsize(file)} bytes")
