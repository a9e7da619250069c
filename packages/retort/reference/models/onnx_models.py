"""Writes ONNX files of one small network, and what PyTorch and onnxruntime say of them, for the tests of packages/retort.

    python packages/retort/reference/models/onnx_models.py      (torch 2.15.0, onnx 1.23.2, onnxscript, onnxruntime 1.31.1, safetensors)

The network is our `ResNet` of depth 8 with widths 4, 4, 8, 16, for 10 classes and images of 16 pixels. Into the folder `onnx` beside this file go
    fixed-1.onnx, fixed-4.onnx   batches of 1 and of 4 images, by PyTorch's older exporter
    dynamic.onnx                 any number of images, by its newer one
    half.onnx                    the same in float16, with float16 inputs and outputs
    nhwc.onnx                    images as [N, H, W, C]
    quantised.onnx               int8, by onnxruntime's static quantisation in QDQ form
    external.onnx, .data         weights in a file beside it
    softmax.onnx                 with a softmax at its end, of no fixed name
    several.onnx                 two outputs [N, 10] and one [N, 16]
and reference.safetensors: `images` [6, 3, 16, 16], the state dict under `weights.`, PyTorch's `logits`, `layer1`, `layer3`, and onnxruntime's
FILE.logits for each file. Its metadata has, as JSON by file, the names of the values that are layer1 and layer3 (`taps`).
"""

import json
import os
import tempfile

import numpy as np
import onnx
import onnxruntime as ort
import torch
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quant_pre_process, quantize_static
from safetensors.torch import save_file
from torch import nn

here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "onnx")
os.makedirs(here, exist_ok=True)
torch.manual_seed(17)
torch.set_num_threads(1)


class Block(nn.Module):
    def __init__(self, inside, outside, stride):
        super().__init__()
        self.downsample = (
            None
            if stride == 1 and inside == outside
            else nn.Sequential(nn.Conv2d(inside, outside, 1, stride, bias=False), nn.BatchNorm2d(outside))
        )
        self.conv1 = nn.Conv2d(inside, outside, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outside)
        self.conv2 = nn.Conv2d(outside, outside, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outside)

    def forward(self, x):
        inner = self.bn2(self.conv2(self.bn1(self.conv1(x)).relu()))
        return (inner + (x if self.downsample is None else self.downsample(x))).relu()


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 4, 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(4)
        self.layer1 = nn.Sequential(Block(4, 4, 1))
        self.layer2 = nn.Sequential(Block(4, 8, 2))
        self.layer3 = nn.Sequential(Block(8, 16, 2))
        self.fc = nn.Linear(16, 10)

    def features(self, x):
        first = self.layer1(self.bn1(self.conv1(x)).relu())
        return first, self.layer3(self.layer2(first))

    def forward(self, x):
        return self.fc(self.features(x)[1].mean((2, 3)))


class Around(nn.Module):
    def __init__(self, body):
        super().__init__()
        self.inner, self.body = network, body

    def forward(self, x):
        return self.body(x)


network = Network().eval()
with torch.no_grad():
    for name, tensor in network.state_dict().items():
        if name.endswith("running_var"):
            tensor.copy_(torch.rand(tensor.shape) + 0.5)
        elif name.endswith(("running_mean", "bias")):
            tensor.copy_(torch.randn(tensor.shape) * 0.2)

images = torch.randn(6, 3, 16, 16)
with torch.no_grad():
    layer1, layer3 = network.features(images)
    logits = network(images)


def export(name, model, x, outputs=("logits",), dynamic=True, newer=True, external=False):
    place = os.path.join(here, name)
    shapes = {}
    if newer and dynamic:
        shapes = {"dynamic_shapes": ({0: torch.export.Dim("batch")},)}
    elif dynamic:
        shapes = {"dynamic_axes": {key: {0: "batch"} for key in ("images", *outputs)}}
    torch.onnx.export(
        model,
        (x,),
        place,
        input_names=["images"],
        output_names=list(outputs),
        opset_version=18 if newer else 17,
        dynamo=newer,
        external_data=external,
        **({"verbose": False} | shapes),
    )
    if newer:
        strip(place)


def strip(place):
    """Without where in this script each node came from."""
    model = onnx.load(place, load_external_data=False)
    for item in [*model.graph.node, *model.graph.value_info, *model.graph.input, *model.graph.output]:
        del item.metadata_props[:]
        item.doc_string = ""
    del model.metadata_props[:]
    del model.graph.metadata_props[:]
    onnx.save(model, place)


export("fixed-1.onnx", network, images[:1], dynamic=False, newer=False)
export("fixed-4.onnx", network, images[:4], dynamic=False, newer=False)
export("dynamic.onnx", network, images[:2])
export("nhwc.onnx", Around(lambda x: network(x.permute(0, 3, 1, 2))), images[:2].permute(0, 2, 3, 1).contiguous())
export("external.onnx", network, images[:2], external=True)
export("softmax.onnx", Around(lambda x: network(x).softmax(1)), images[:2], outputs=("probabilities",))
export(
    "several.onnx",
    Around(lambda x: ((f := network.features(x)[1].mean((2, 3))), network.fc(f), network.fc(f) * 2)),
    images[:2],
    outputs=("pooled", "first", "second"),
)
half = Network().eval()
half.load_state_dict(network.state_dict())
export("half.onnx", half.half(), images[:2].half())


class Images(CalibrationDataReader):
    def __init__(self):
        self.left = iter([{"images": images.numpy()}])

    def get_next(self):
        return next(self.left, None)


with tempfile.TemporaryDirectory() as scratch:
    prepared = os.path.join(scratch, "prepared.onnx")
    quant_pre_process(os.path.join(here, "dynamic.onnx"), prepared, skip_symbolic_shape=True)
    quantize_static(
        prepared,
        os.path.join(here, "quantised.onnx"),
        Images(),
        quant_format=QuantFormat.QDQ,
        activation_type=QuantType.QInt8,
        weight_type=QuantType.QInt8,
        per_channel=True,
    )

tensors = {"images": images, "logits": logits, "layer1": layer1, "layer3": layer3}
tensors |= {f"weights.{key}": value for key, value in network.state_dict().items()}
said = {}
for file in sorted(name for name in os.listdir(here) if name.endswith(".onnx")):
    model = onnx.load(os.path.join(here, file))
    onnx.checker.check_model(model)
    given = model.graph.output
    names = [name for node in model.graph.node for name in node.output if name]
    for name in names:
        if name not in [value.name for value in given]:
            given.append(onnx.ValueInfoProto(name=name))
    session = ort.InferenceSession(model.SerializeToString())
    [into] = session.get_inputs()
    x = images.numpy().astype(np.float16 if into.type == "tensor(float16)" else np.float32)
    x = x.transpose(0, 2, 3, 1) if file == "nhwc.onnx" else x
    size = into.shape[0] if isinstance(into.shape[0], int) else len(x)
    x = np.concatenate([x, x])[: -(-len(x) // size) * size]
    pieces = [session.run(names, {"images": x[at : at + size]}) for at in range(0, len(x), size)]
    values = {name: np.concatenate(parts)[:6] for name, *parts in zip(names, *pieces) if parts[0].ndim > 1}
    tolerance = {"half.onnx": 0.02, "quantised.onnx": 0.5}.get(file, 1e-4)

    def named(wanted):
        alike = [
            name
            for name, value in values.items()
            if value.shape == wanted.shape and value.dtype.kind == "f" and np.abs(value - wanted.numpy()).max() < tolerance
        ]
        return alike[-1]

    said[file] = {"layer1": named(layer1), "layer3": named(layer3), "logits": named(logits)}
    tensors[f"{file}.logits"] = torch.from_numpy(values[said[file]["logits"]]).float()

save_file(
    {key: value.contiguous() for key, value in tensors.items()},
    os.path.join(here, "reference.safetensors"),
    metadata={"taps": json.dumps(said)},
)
print(json.dumps(said, indent=2))
