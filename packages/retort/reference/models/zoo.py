"""What published models compute, for the tests of ours: the CRD benchmark's and Annealing-KD's, run as they were released.

    python packages/retort/reference/models/zoo.py --released DIR        (torch 2.15.0, safetensors, torchvision)

writes zoo.safetensors beside this file. DIR holds HobbitLong/RepDistiller@b84f547 and huawei-noah/Efficient-NLP@bb44348 as OWNER+NAME.

The metadata holds a JSON list of cases: the name of our model, the size of an image, the number of classes, and of the original the number of
parameters, and the SHA-256 of the keys with their shapes, a line each. Tensors are CASE.NAME: `initial` is the sum of each tensor of the state
dict as it is made after manual_seed(1). Then the state dict is filled from manual_seed(2) (see `fill`), and two images and a direction are
drawn. In evaluation, there
are `logits`, and the channels' means of `stem`, `stageN`, `preN` (what the benchmark's `preact=True` gives) and `penultimate`. In training,
`trained` are the logits, and `gradient` is that of their product with the direction by the images, averaged over columns: in float64, as in
float32 a batch norm of few values and the ReLU after it can turn rounding into a hundredth of a gradient.
"""

import argparse
import contextlib
import hashlib
import json
import math
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
from model_factory import create_cnn_model  # noqa: E402
from models import model_dict  # noqa: E402

torch.set_num_threads(1)
tensors, cases = {}, []


def fill(state):
    """Values that both sides can draw: in the order of the keys, of a scale that a deep network keeps."""
    for key, tensor in state.items():
        if key.endswith("num_batches_tracked"):
            continue
        drawn = torch.randn(tensor.shape)
        if key.endswith("running_var"):
            drawn = drawn.square() * 0.5 + 0.5
        elif key.endswith(("running_mean", "bias")):
            drawn = drawn * 0.1
        elif tensor.dim() == 1:
            # Below 1, as every residual block adds to its input.
            drawn = drawn * 0.1 + 0.7
        else:
            drawn = drawn * math.sqrt(2 * tensor.shape[0] / tensor.numel())
        tensor.copy_(drawn)


def benchmark_features(model, x):
    """Logits, the vector before the classifier, features, and features before their ReLU."""
    (*features, penultimate), logits = model(x, is_feat=True)
    (*before, _), _ = model(x, is_feat=True, preact=True)
    return logits, penultimate, features, before[1:]


def hooked(model, x, features, before, classifier):
    """The same of a model that does not say; copies, as ReLUs are in place."""
    seen = {}
    for module in [*features, *before]:
        module.register_forward_hook(lambda module, _, output: seen.__setitem__(module, output.clone()))
    classifier.register_forward_pre_hook(lambda module, inputs: seen.__setitem__(module, inputs[0].clone()))
    logits = model(x)
    return logits, seen[classifier], [seen[module] for module in features], [seen[module] for module in before]


def resnet_features(model, x):
    return hooked(model, x, [model.relu, model.layer1, model.layer2, model.layer3], [], model.fc)


def plain_features(model, x):
    layers = list(model.conv_layers)
    # Batch norm, ReLU, and then no further convolution.
    following = [*layers[1:], None]
    ends = [i for i, layer in enumerate(layers) if isinstance(layer, nn.ReLU) and not isinstance(following[i], nn.Conv2d)]
    return hooked(model, x, [layers[2], *(layers[i] for i in ends)], [layers[i - 1] for i in ends], model.fc_layers[-1])


def case(name, make, features, classes=100, size=32):
    torch.manual_seed(1)
    with contextlib.redirect_stdout(None):
        model = make()
    state = model.state_dict()
    kept = {"initial": torch.stack([value.double().sum() for value in state.values()])}
    torch.manual_seed(2)
    fill(state)
    x, direction = torch.randn(2, 3, size, size), torch.randn(2, classes)
    with torch.no_grad():
        kept["logits"], penultimate, maps, before = features(model.eval(), x)
    kept["penultimate"] = penultimate.mean(0)
    names = ["stem", *(f"stage{i}" for i in range(1, len(maps))), *(f"pre{i + 1}" for i in range(len(before)))]
    kept |= {name: value.mean((0, 2, 3)) for name, value in zip(names, [*maps, *before], strict=True)}
    x, direction = x.double().requires_grad_(), direction.double()
    kept["trained"] = model.double().train()(x)
    kept["gradient"] = torch.autograd.grad((kept["trained"] * direction).sum(), x)[0].mean(3)
    tensors.update({f"{len(cases)}.{key}": value.detach().contiguous() for key, value in kept.items()})
    lines = "\n".join(f"{key} {'x'.join(map(str, value.shape))}" for key, value in state.items())
    cases.append(
        {
            "model": name,
            "size": size,
            "classes": classes,
            "parameters": sum(parameter.numel() for parameter in model.parameters()),
            "keys": hashlib.sha256(lines.encode()).hexdigest(),
        }
    )
    print(f"{name}: {cases[-1]['parameters']} parameters, logits up to {kept['logits'].abs().max():.3g}")


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

file = os.path.join(here, "zoo.safetensors")
save_file(tensors, file, {"cases": json.dumps(cases, separators=(",", ":"))})
print(f"{len(cases)} cases, {os.path.getsize(file)} bytes")
