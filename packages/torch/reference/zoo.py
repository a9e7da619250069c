"""Writes one small network's weights in the ways that training scripts save them, for packages/torch/src/files/zoo.test.ts.

    python packages/torch/reference/zoo.py      (torch 2.15.0, safetensors, numpy)

zoo/ holds the files. zoo.safetensors holds the weights (`plain/…`) and, by file, what load_state_dict makes of those that are of another
dtype or hold other values. zoo.json says of each file of torch.save whether torch.load(weights_only=True) reads it, and of those that are
a state dict of the network's keys whether load_state_dict(strict=True) takes it.
"""

import argparse
import collections
import datetime
import enum
import gzip
import json
import os
import pathlib
import shutil
import tarfile
import zipfile

import numpy
import torch
from safetensors.torch import save_file
from torch import nn

torch.manual_seed(13)
here = os.path.dirname(os.path.abspath(__file__))
folder = os.path.join(here, "zoo")
shutil.rmtree(folder, ignore_errors=True)
os.makedirs(folder)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.bn, self.fc = nn.Conv2d(1, 2, (1, 3), bias=False), nn.BatchNorm2d(2), nn.Linear(2, 3)


class Box(dict):
    pass


class Colour(enum.Enum):
    RED = 1


net = Net()
net.bn.num_batches_tracked += 7
for buffer in (net.bn.running_mean, net.bn.running_var):
    buffer.uniform_(0.5, 1.5)
sd = collections.OrderedDict((k, v.detach().clone()) for k, v in net.state_dict().items())
other = {k: v * 2 if v.is_floating_point() else v for k, v in sd.items()}
path = lambda name: os.path.join(folder, name)  # noqa: E731
save = lambda name, value, **options: torch.save(value, path(name), **options)  # noqa: E731
prefixed = lambda prefix, state=sd: {prefix + k: v for k, v in state.items()}  # noqa: E731
cast = lambda change: {k: change(v) if v.is_floating_point() else v for k, v in sd.items()}  # noqa: E731

save("plain.pth", sd)
save("with_metadata.pth", net.state_dict())
# Wrappers and prefixes.
save("module.pth", {"state_dict": collections.OrderedDict(prefixed("module.")), "epoch": 3})
save("compiled.pth", {"model": prefixed("_orig_mod.")})
save("ddp_compiled.pth", {"model": prefixed("module._orig_mod.")})
save("compiled_ddp.pth", {"model": prefixed("_orig_mod.module.")})
save("inner_module.pth", {k.replace("conv.", "conv.module."): v for k, v in sd.items()})
save("backbone.pth", prefixed("module.backbone."))
save("lightning.ckpt", {"state_dict": prefixed("model."), "epoch": 1, "hyper_parameters": {"lr": 0.1}})
save("swa.pth", {**prefixed("module."), "n_averaged": torch.tensor(5)})
save("swa_within.pth", {"model": {**prefixed("module."), "n_averaged": torch.tensor(5)}})
save("student_and_teacher.pth", {"model": {**prefixed("module.student."), **prefixed("module.teacher.", other)}})
save("beside_its_teacher.pth", {**sd, **prefixed("teacher.", other)})
save("with_projectors.pth", {**prefixed("student."), "projector.weight": torch.zeros(2, 2)})
# Keys.
for key in ["model_state", "ema", "state_dict_ema", "model_ema", "network", "weights", "params", "module", "student_state_dict", "generator"]:
    save(f"under_{key}.pth", {key: sd, "epoch": 3})
save("two_levels.pth", {"checkpoint": {"model": sd}})
save("two_nets.pth", {"teacher": other, "student": sd})
save("and_its_average.pth", {"model": sd, "model_ema": other, "epoch": 4})
save("list.pth", [sd, {"epoch": 1}])
save("tuple.pth", (sd, 3))
save("epoch_within.pth", {**sd, "epoch": 3})
save("extra_state.pth", {**sd, "fc._extra_state": {"scale": torch.ones(1)}})
save("average_within.pth", {**sd, "averages": {"net": other}})
# What lies beside the weights.
args = argparse.Namespace(lr=0.1, model="net")
save("timm.pth.tar", {"epoch": 9, "arch": "net", "state_dict": sd, "state_dict_ema": other, "args": args, "version": 2, "metric": 71.2})
save("namespace.pth", {"model": sd, "args": args})
save("numpy_scalar.pth", {"model": sd, "best_acc": numpy.float64(71.5), "epoch": numpy.int64(3)})
matrix = numpy.arange(6).reshape(2, 3)
arrays = {"fortran": numpy.asfortranarray(matrix), "big": matrix.astype(">i4"), "flags": matrix > 2, "names": numpy.array(["a", "b"])}
save("numpy_array.pth", {"model": sd, "confusion": matrix * 0.5, **arrays})
save("rng.pth", {"model": sd, "rng": numpy.random.default_rng(0).bit_generator.state, "torch_rng": torch.zeros(16, dtype=torch.uint8)})
save("datetime.pth", {"model": sd, "when": datetime.datetime(2020, 1, 2)})
save("path.pth", {"model": sd, "file": pathlib.PurePosixPath("/a/b")})
save("enum.pth", {"model": sd, "colour": Colour.RED})
save("defaultdict.pth", {"model": sd, "log": collections.defaultdict(list, {"a": [1]})})
save("counter.pth", {"model": sd, "milestones": collections.Counter({150: 1, 180: 1})})
optimizer = torch.optim.SGD(net.parameters(), 0.1, momentum=0.9)
sum(parameter.sum() for parameter in net.parameters()).backward()
optimizer.step()
scheduler = torch.optim.lr_scheduler.MultiStepLR(optimizer, [150, 180])
save("scheduler.pth", {"model": sd, "optimizer": optimizer.state_dict(), "scheduler": scheduler.state_dict()})
save("thop.pth", {**sd, "total_ops": torch.zeros(1), "conv.total_ops": torch.zeros(1), "conv.total_params": torch.zeros(1)})
if hasattr(torch, "quantize_per_tensor"):
    save("quantized.pth", {"model": {**sd, "q": torch.quantize_per_tensor(torch.randn(2, 2), 0.1, 0, torch.qint8)}})
save("sparse.pth", {"model": {**sd, "s": torch.eye(3).to_sparse()}})
save("float8.pth", {"model": sd, "f8": torch.zeros(3).to(torch.float8_e4m3fn), "u16": torch.zeros(3).to(torch.uint16)})
# Batch norm without a counter, or with one of PyTorch 0.3's shape.
uncounted = collections.OrderedDict((k, v) for k, v in sd.items() if not k.endswith("num_batches_tracked"))
save("old_bn.pth", uncounted)
save("old_bn_legacy.pth", {"model": uncounted}, _use_new_zipfile_serialization=False)
for version in (1, 2):
    state = collections.OrderedDict(uncounted)
    state._metadata = collections.OrderedDict({"": {"version": 1}, "bn": {"version": version}})
    save(f"bn_version_{version}.pth", state)
save("counter_of_one.pth", {k: v.reshape(1) if v.dim() == 0 else v for k, v in sd.items()})
# Formats, dtypes, layouts.
save("legacy.pth", {"model": sd, "best_acc": torch.tensor(70.1)}, _use_new_zipfile_serialization=False)
save("fp16.pth", cast(torch.Tensor.half))
save("bf16.pth", cast(torch.Tensor.bfloat16))
save("fp64.pth", cast(torch.Tensor.double))
save("int8.pth", cast(lambda v: (v * 100).to(torch.int8)))
save("complex.pth", cast(lambda v: v.to(torch.complex64)))
save("nan.pth", cast(lambda v: torch.full_like(v, float("nan"))))
flat = torch.cat([v.reshape(-1).float() for v in sd.values()])
views, at = {}, 0
for k, v in sd.items():
    views[k] = flat[at : at + v.numel()].view(v.shape) if v.is_floating_point() else v
    at += v.numel()
save("shared_storage.pth", views)
save("strided.pth", {k: v.t().contiguous().t() if v.dim() == 2 else v for k, v in sd.items()})
save("parameters.pth", cast(nn.Parameter))
save("numpy_weights.pth", {k: v.numpy() for k, v in sd.items()})
save_file(cast(torch.Tensor.half), path("half.safetensors"))
save_file(prefixed("module."), path("module.safetensors"))
save_file(dict(sd), path("safetensors.bin"))
# What holds no weights, or none that are read.
save("module_object.pth", nn.Linear(2, 2))
save("within_an_object.pth", {"model": Box(sd)})
save("empty.pth", {})
save("optimizer.pth", optimizer.state_dict())
save("meta.pth", {k: v.to("meta") for k, v in sd.items()})
torch.jit.save(torch.jit.script(nn.Linear(2, 2)), path("script.pt"))
with tarfile.open(path("teachers.tar"), "w") as archive:
    archive.add(path("old_bn_legacy.pth"), "teachers/net/old_bn_legacy.pth")
with zipfile.ZipFile(path("teachers.zip"), "w", zipfile.ZIP_DEFLATED) as archive:
    archive.write(path("plain.pth"), "teachers/plain.pth")
with open(path("plain.pth"), "rb") as plain, gzip.GzipFile(path("plain.pth.gz"), "wb", mtime=0) as packed:
    shutil.copyfileobj(plain, packed)
texts = {
    "html.pth": "<!DOCTYPE html><html><head><title>Google Drive - Virus scan warning</title></head></html>",
    "lfs.pth": "version https://git-lfs.github.com/spec/v1\noid sha256:aa\nsize 123\n",
    "zero.pth": "",
}
for name, text in texts.items():
    pathlib.Path(path(name)).write_text(text)
whole = pathlib.Path(path("plain.pth")).read_bytes()
pathlib.Path(path("cut.pth")).write_bytes(whole[: len(whole) // 2])
flipped = bytearray(whole)
flipped[whole.index(sd["conv.weight"].numpy().tobytes())] ^= 1
pathlib.Path(path("flipped.pth")).write_bytes(flipped)
numpy.savez(path("weights.npz"), **{k: v.numpy() for k, v in sd.items()})

expected = {f"plain/{k}": v for k, v in sd.items()}
reads, fits = {}, {}
for name in sorted(os.listdir(folder)):
    if not name.endswith((".pth", ".pth.tar", ".ckpt", ".pt")):
        continue
    try:
        content = torch.load(path(name), weights_only=True)
        reads[name] = True
    except Exception:
        reads[name] = False
        continue
    if isinstance(content, dict) and "conv.weight" in content and name != "meta.pth":
        model = Net()
        try:
            model.load_state_dict(content)
            fits[name] = True
        except RuntimeError:
            fits[name] = False
        if fits[name] and name in ("fp16.pth", "bf16.pth", "int8.pth", "complex.pth", "nan.pth", "flipped.pth"):
            expected.update({f"{name}/{k}": v.detach().clone() for k, v in model.state_dict().items()})
model.load_state_dict(cast(torch.Tensor.half))
expected.update({f"half.safetensors/{k}": v.detach().clone() for k, v in model.state_dict().items()})
save_file(expected, os.path.join(here, "zoo.safetensors"), {"torch": torch.__version__})
with open(os.path.join(here, "zoo.json"), "w") as file:
    json.dump({"torch": torch.__version__, "reads": reads, "fits": fits}, file, indent=2)
    file.write("\n")
