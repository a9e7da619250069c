"""Writes the numbers of those layers and functions that nn.py does not have, computed by PyTorch from Python.

    python packages/torch/reference/layers.py      (torch 2.15.0, safetensors)

The tests beside the sources (nn/layers.test.ts, functional/functional.test.ts, unique.test.ts) call the same by the same names.
"""

import itertools

import torch
from torch import nn
import torch.nn.functional as F

from follow import channels_last, fn, layer, permuted, put, save

# Activations.
for name, make in {
    "elu": nn.ELU, "selu": nn.SELU, "mish": nn.Mish, "hardtanh": nn.Hardtanh, "softplus": nn.Softplus,
}.items():
    layer(name, lambda d: nn.Sequential(nn.Linear(3, 6, dtype=d), make()), (2, 3))
    layer(f"{name}.scalar", lambda d: make(), ())
    if name != "softplus":
        layer(f"{name}.inplace", lambda d: nn.Sequential(nn.Linear(3, 6, dtype=d), make(inplace=True)), (2, 3))
layer("elu.alpha", lambda d: nn.ELU(0.4), (2, 5), permuted)
layer("hardtanh.limits", lambda d: nn.Hardtanh(-0.3, 0.7), (2, 5))
layer("softplus.beta", lambda d: nn.Softplus(3.0, 2.0), (3, 5), permuted)
layer("glu", lambda d: nn.GLU(1), (3, 6, 2), permuted)
layer("glu.last", lambda d: nn.GLU(), (2, 1, 4))
layer("log_softmax", lambda d: nn.LogSoftmax(1), (2, 5, 1))
layer("prelu", lambda d: nn.PReLU(dtype=d), (2, 3))
layer("prelu.channels", lambda d: nn.PReLU(3, 0.1, dtype=d), (2, 3, 4, 2), channels_last)
layer("prelu.empty", lambda d: nn.PReLU(2, dtype=d), (0, 2, 3))

# Normalisation.
layer("rms_norm", lambda d: nn.RMSNorm(6, dtype=d), (2, 3, 6))
layer("rms_norm.two", lambda d: nn.RMSNorm((3, 4), eps=1e-3, dtype=d), (4, 3, 2), permuted)
layer("rms_norm.one", lambda d: nn.RMSNorm(1, eps=0.5, dtype=d), (2, 1))
layer("rms_norm.empty", lambda d: nn.RMSNorm(4, dtype=d), (0, 4))
layer("rms_norm.no_affine", lambda d: nn.RMSNorm(4, elementwise_affine=False, dtype=d), (3, 4))
layer("instance_norm1d", lambda d: nn.InstanceNorm1d(4, dtype=d), (2, 4, 5))
layer("instance_norm1d.tracked", lambda d: nn.InstanceNorm1d(2, momentum=0.3, track_running_stats=True, dtype=d), (3, 2, 4))
layer("instance_norm2d", lambda d: nn.InstanceNorm2d(3, affine=True, eps=1e-3, dtype=d), (2, 3, 4, 3), channels_last)
layer("instance_norm2d.all", lambda d: nn.InstanceNorm2d(2, affine=True, track_running_stats=True, dtype=d), (1, 2, 1, 4))

# Dropout.
layer("dropout2d", lambda d: nn.Dropout2d(0.4), (3, 4, 2, 3))
layer("dropout2d.strided", lambda d: nn.Dropout2d(), (3, 5, 2, 4), channels_last)
layer("dropout2d.all", lambda d: nn.Dropout2d(1.0), (2, 2, 1, 2))
layer("dropout2d.empty", lambda d: nn.Dropout2d(0.3), (0, 2, 1, 2))

# Images.
layer("upsample.size", lambda d: nn.Upsample((3, 8)), (1, 2, 5, 4))
layer("upsample.factor", lambda d: nn.Upsample(scale_factor=(1.7, 0.6), mode="bilinear"), (1, 2, 5, 4), channels_last)
layer("upsample.corners", lambda d: nn.Upsample(size=7, mode="bicubic", align_corners=True), (1, 1, 5, 4))
layer("upsample.sequence", lambda d: nn.Upsample(scale_factor=2, mode="linear"), (2, 1, 3))
layer("pixel_shuffle", lambda d: nn.PixelShuffle(2), (1, 8, 2, 3), channels_last)
layer("pixel_unshuffle", lambda d: nn.PixelUnshuffle(3), (2, 1, 3, 6))
layer("zero_pad2d", lambda d: nn.ZeroPad2d(2), (1, 2, 1, 3))
layer("zero_pad2d.cropped", lambda d: nn.ZeroPad2d((-1, 1, 0, -2)), (2, 3, 4), permuted)
layer("constant_pad2d", lambda d: nn.ConstantPad2d((1, 0, 2, 3), 0.5), (2, 2, 3, 2), channels_last)
layer("reflection_pad2d", lambda d: nn.ReflectionPad2d((2, 1, 0, 3)), (1, 2, 4, 3))
layer("replication_pad2d", lambda d: nn.ReplicationPad2d((3, 0, 1, 2)), (1, 2, 1, 2), channels_last)
layer("unfold", lambda d: nn.Unfold((2, 3), dilation=(2, 1), padding=1, stride=2), (2, 2, 5, 6), channels_last)
layer("unfold.unbatched", lambda d: nn.Unfold(2), (2, 3, 4))
layer("fold", lambda d: nn.Fold((4, 5), 2, stride=(2, 1)), (1, 12, 8))
layer("fold.all", lambda d: nn.Fold(4, (2, 3), dilation=(2, 1), padding=1, stride=2), (4, 12), permuted)

# Functions.
fn("softmax.dtype", lambda x: F.softmax(x, -1, dtype=torch.float64), (2, 3))
fn("log_softmax.dtype", lambda x: F.log_softmax(x.t(), 0, dtype=torch.float64), (2, 3))
fn("softmax.whole", lambda x: F.softmax(x, 0, dtype=torch.float64), torch.tensor([1, 4, 4]))
fn("prelu", lambda x, w: F.prelu(x, w), (2, 3, 2), (3,))
fn("elu", lambda x: F.elu(x, 1.5), (2, 3))
fn("selu", lambda x: F.selu(x), (2, 3))
fn("mish", lambda x: F.mish(x), (2, 3))
fn("softplus", lambda x: F.softplus(x, 2.0, 1.0), (2, 5))
fn("hardtanh", lambda x: F.hardtanh(x, 0.0, 0.5), (2, 5))
fn("glu", lambda x: F.glu(x.t(), 0), (3, 4))
fn("rms_norm", lambda x, w: F.rms_norm(x, (3, 2), w, 0.1), (2, 3, 2), (3, 2))
fn("rms_norm.plain", lambda x: F.rms_norm(x.t(), (3,)), (3, 2))
fn("instance_norm", lambda x, w, b: F.instance_norm(x, weight=w, bias=b, eps=1e-3), (2, 3, 2, 2), (3,), (3,))
fn("instance_norm.running", lambda x, m: F.instance_norm(x, m, m + 2, use_input_stats=False), (3, 2, 1), torch.tensor([0.5, -1.0]))
fn("dropout2d", lambda x: F.dropout2d(x, 0.3), (3, 4, 2, 1))
for mode, padding, corners in itertools.product(("bilinear", "nearest", "bicubic"), ("zeros", "border", "reflection"), (False, True)):
    kind = f"{mode}.{padding}.{'corners' if corners else 'edges'}"
    fn(f"grid_sample.{kind}", lambda x, g: F.grid_sample(channels_last(x), g, mode, padding, corners), (2, 2, 4, 3), (2, 3, 1, 2))
    if mode != "bicubic":
        fn(f"grid_sample.volume.{kind}", lambda x, g: F.grid_sample(x, g, mode, padding, corners), (1, 2, 2, 1, 3), (1, 2, 1, 3, 3))
for corners in (False, True):
    kind = "corners" if corners else "edges"
    fn(f"affine_grid.{kind}", lambda t: F.affine_grid(t, (2, 5, 3, 4), corners), (2, 2, 3))
    fn(f"affine_grid.volume.{kind}", lambda t: F.affine_grid(t, (1, 2, 2, 1, 3), corners), (1, 3, 4))
fn("spatial_transformer", lambda x, t: F.grid_sample(x, F.affine_grid(t, (2, 2, 3, 5), False), align_corners=False), (2, 2, 4, 4), (2, 2, 3))

# Distinct elements and slices.
rows = torch.tensor([[2, 1, 2], [0, 1, 0], [2, 1, 2], [2, 1, 2], [0, 0, 0]])
for name, x, dim in (
    ("elements", rows, None),
    ("strided", rows.t(), None),
    ("rows", rows, 0),
    ("columns", rows.double(), -1),
    ("bool", rows > 1, None),
    ("floats", torch.tensor([0.5, -0.0, float("inf"), 0.0, 0.5, float("nan"), float("nan")]), None),
    ("scalar", torch.tensor(3), None),
    ("none", torch.zeros(0), None),
    ("no_rows", torch.zeros(0, 2), 0),
):
    put(f"unique.{name}.x", x)
    for kind, found in (
        ("unique", torch.unique(x, return_inverse=True, return_counts=True, dim=dim)),
        ("consecutive", torch.unique_consecutive(x, return_inverse=True, return_counts=True, dim=dim)),
    ):
        for part, value in zip(("values", "inverse", "counts"), found):
            put(f"unique.{name}.{kind}.{part}", value)

save("layers.safetensors")
