"""What torchvision's, timm's and efficientnet_lite_pytorch's ImageNet models compute, for the tests of ours.

    python packages/retort/reference/models/imagenet_models.py          (torch 2.15.0, torchvision, timm, efficientnet_lite_pytorch, safetensors)

writes imagenet_models.safetensors beside this file; `--all --out FILE` writes cases of all names, which `npm run check -- networks` compares. The
metadata has `models`, by name: the number of parameters for 1,000 classes, the SHA-256 of the keys, the epsilons and momenta of the batch
norms; `cases`, a list as cases.py describes them, with the deviation of biases and running means as `spread`, whose tensors are CASE.NAME; and `versions`.
Nothing is dropped in training. Where torchvision and timm both have a name, they are held against each other here.
"""

import argparse
import json
import math
import os
from importlib.metadata import version

import timm
import torch
import torchvision
from cases import fill, hooked, keys_of, parameters_of, run_case
from efficientnet_lite_pytorch import EfficientNet
from safetensors.torch import save_file
from torch import nn

here = os.path.dirname(os.path.abspath(__file__))
parser = argparse.ArgumentParser()
parser.add_argument("--all", action="store_true", help="cases of all names")
parser.add_argument("--out", default=os.path.join(here, "imagenet_models.safetensors"))
arguments = parser.parse_args()
torch.set_num_threads(1)

# Where the last stage of each resolution ends.
last_of_resolution = (1, 2, 4, 6)


def resnet_features(model, x):
    stages = [model.layer1, model.layer2, model.layer3, model.layer4]
    return hooked(model, x, [model.maxpool, *stages], [stage[-1].relu for stage in stages], model.fc)


def torchvision_mobilenet_features(model, x):
    return hooked(model, x, [model.features[i] for i in (0, 3, 6, 13, 17)], [], model.classifier)


def timm_features(model, x):
    return hooked(model, x, [model.bn1, *(model.blocks[i] for i in last_of_resolution)], [], model.classifier)


def lite_features(model, x):
    """The ends of the stages are where the number of channels changes."""
    ends = [
        i
        for i, (block, following) in enumerate(zip(model._blocks, [*model._blocks[1:], None]))
        if following is None or block._project_conv.out_channels != following._project_conv.out_channels
    ]
    stages = [model._blocks[ends[i]] for i in last_of_resolution]
    logits, penultimate, features, [stem] = hooked(model, x, stages, [model._blocks[0]], model._dropout)
    return logits, penultimate, [stem, *features], []


def torchvision_model(name, **options):
    return lambda classes, size: getattr(torchvision.models, name)(num_classes=classes, **options)


def timm_model(name):
    return lambda classes, size: timm.create_model(name, num_classes=classes)


def lite_model(name):
    """Its padding is for images of one size, unless it is told of none."""
    own = EfficientNet.get_image_size(name)
    return lambda classes, size: EfficientNet.from_name(
        name,
        num_classes=classes,
        dropout_rate=0,
        drop_connect_rate=0,
        **({} if size == own else {"image_size": None}),
    )


resnets = ["resnet18", "resnet34", "resnet50", "resnet101", "resnet152"]
models = {
    **{name: (torchvision_model(name), resnet_features, 0.1) for name in resnets},
    "mobilenet_v2": (torchvision_model("mobilenet_v2", dropout=0), torchvision_mobilenet_features, 1),
    "mobilenetv2_100": (timm_model("mobilenetv2_100"), timm_features, 1),
    "efficientnet_lite0.ra_in1k": (timm_model("efficientnet_lite0"), timm_features, 1),
    **{f"tf_efficientnet_lite{i}": (timm_model(f"tf_efficientnet_lite{i}"), timm_features, 1) for i in range(5)},
    **{f"efficientnet_lite{i}": (lite_model(f"efficientnet-lite{i}"), lite_features, 1) for i in range(5)},
}
chosen = [
    ("resnet18", 97),
    ("resnet18", 64),
    ("resnet50", 97),
    ("resnet50", 64),
    ("mobilenet_v2", 97),
    ("mobilenet_v2", 64),
    ("mobilenetv2_100", 97),
    ("mobilenetv2_100", 64),
    ("tf_efficientnet_lite0", 97),
    ("tf_efficientnet_lite0", 64),
    ("efficientnet_lite0", 97),
    ("efficientnet_lite0", 224),
    ("efficientnet_lite1", 64),
]
sizes = {f"efficientnet_lite{i}": size for i, size in enumerate((224, 240, 260, 280, 300))}
if arguments.all:
    chosen = [(name, size) for name in models for size in (97, 64, sizes.get(name, 224))]


def described(name):
    make, _, _ = models[name]
    model = make(1000, 224)
    norms = [module for module in model.modules() if isinstance(module, nn.BatchNorm2d)]
    return {
        "parameters": parameters_of(model),
        "keys": keys_of(model.state_dict()),
        "eps": sorted({norm.eps for norm in norms}),
        "momentum": sorted({norm.momentum for norm in norms}),
    }


def compare_with_timm(name):
    """The same keys, and the same logits of the same weights; fresh ones from the same seed are the same but for timm's zeros."""
    torch.manual_seed(1)
    own = models[name][0](10, 97)
    torch.manual_seed(1)
    other = timm.create_model(name, num_classes=10, zero_init_last=False)
    assert keys_of(own.state_dict()) == keys_of(other.state_dict()), name
    for key, value in own.state_dict().items():
        assert torch.equal(value, other.state_dict()[key]), f"{name}: {key}"
    fill(own.state_dict())
    other.load_state_dict(own.state_dict())
    x = torch.randn(2, 3, 97, 97)
    with torch.no_grad():
        assert torch.allclose(own.eval()(x), other.eval()(x), atol=1e-4), name


def refuse_idle_limits(name):
    """A case in which no ReLU6 differs from a ReLU would show nothing of it."""
    make, _, spread = models[name]
    model = make(10, 97).eval()
    fill(model.state_dict(), spread)
    x = torch.randn(2, 3, 97, 97)
    with torch.no_grad():
        logits = model(x)
        for module in model.modules():
            if isinstance(module, nn.ReLU6):
                module.max_val = math.inf
        assert (model(x) - logits).abs().max() > 1e-2 * logits.abs().max(), name


for name in resnets:
    compare_with_timm(name)
for name in models.keys() - resnets:
    refuse_idle_limits(name)
tensors, cases = {}, []
for name, size in chosen:
    make, features, spread = models[name]
    case, kept = run_case(name, lambda: make(10, size), features, 10, size, spread, weights=True)
    tensors.update({f"{len(cases)}.{key}": value for key, value in kept.items()})
    cases.append({**case, "spread": spread})
    print(f"{name} at {size}: {case['parameters']} parameters, logits up to {kept['logits'].abs().max():.3g}", flush=True)

metadata = {
    "models": {name: described(name) for name in models},
    "cases": cases,
    "versions": {name: version(name) for name in ("torch", "torchvision", "timm", "efficientnet_lite_pytorch")},
}
save_file(tensors, arguments.out, {key: json.dumps(value, separators=(",", ":")) for key, value in metadata.items()})
print(f"{len(cases)} cases, {os.path.getsize(arguments.out)} bytes")
