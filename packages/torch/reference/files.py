"""Writes files of torch.save and what is in them, for the tests of packages/torch/src/files.

    python packages/torch/reference/files.py      (torch 2.15.0, safetensors, numpy)

files/zip.pth and files/legacy.pth hold the same; files.safetensors has its tensors, row-major. files/protocol-N.pth are legacy files in
other versions of pickle, files/parts.pth has storages that are parts of others as PyTorch 0.3 wrote them, files/arraysN.pkl has weights as arrays, files/numpy.pkl is no file of
torch.save.
"""

import collections
import os
import pickle
import struct

import numpy
import torch
from safetensors.torch import save_file
from torch import nn

torch.manual_seed(11)
here = os.path.dirname(os.path.abspath(__file__))
folder = os.path.join(here, "files")
os.makedirs(folder, exist_ok=True)

shared = torch.arange(24, dtype=torch.float32)
dtypes = [
    torch.float16, torch.bfloat16, torch.float32, torch.float64, torch.int8, torch.int16, torch.int32, torch.int64, torch.uint8, torch.bool,
    torch.complex64, torch.uint16, torch.uint32, torch.uint64, torch.float8_e4m3fn, torch.float8_e5m2, torch.float8_e8m0fnu,
]  # fmt: skip
model = nn.Sequential(collections.OrderedDict(conv=nn.Conv2d(2, 3, (1, 3), bias=False), norm=nn.BatchNorm2d(3)))
tensors = {
    **{f"dtype.{str(dtype).removeprefix('torch.')}": torch.tensor([0, 1, 4]).to(dtype) for dtype in dtypes},
    "shared.whole": shared.view(2, 3, 4),
    "shared.transposed": shared.view(6, 4).t(),
    "shared.part": shared[5:9],
    "shared.stepped": shared[1::5],
    "channels_last": torch.randn(2, 3, 1, 4).contiguous(memory_format=torch.channels_last),
    "expanded": torch.tensor([3.0, 4.0]).expand(3, 2),
    "conjugate": torch.tensor([1 + 2j, -3j]).conj(),
    "negative": torch.tensor([1 + 2j, -3j]).conj().imag,
    "scalar": torch.tensor(2.5, dtype=torch.float64),
    "empty": torch.empty(0, 3),
    "empty.part": shared.view(6, 4)[6:],
    "one": torch.tensor([[[7]]], dtype=torch.int16),
    "gradient": torch.tensor([1.0, 2.0], requires_grad=True),
}
marked = nn.Parameter(torch.tensor([8.0]))
marked.mark = "an attribute"
tensors["parameter"], tensors["parameter.marked"] = nn.Parameter(torch.tensor([5.0, 6.0])), marked
content = {
    "tensors": tensors,
    "model": model.state_dict(),
    "again": tensors["shared.whole"],
    "plain": {"epoch": 3, "best": 0.5, "big": 2**70, "names": ["a", "ü"], "pair": (1, None), "done": True, "by number": {7: b"\x00\xff"}},
    "torch": {"size": torch.Size([2, 3]), "device": torch.device("cpu"), "dtype": torch.bfloat16},
    "set": {1, 2},
    "hooks": collections.OrderedDict(),
    "storage": torch.tensor([1, 2, 3], dtype=torch.uint8).untyped_storage(),
}
expected = {name: tensor.detach().resolve_conj().resolve_neg().contiguous().clone() for name, tensor in tensors.items()}
expected |= {f"model.{name}": tensor.contiguous().clone() for name, tensor in model.state_dict().items()}
save_file(expected, os.path.join(here, "files.safetensors"))

torch.save(content, os.path.join(folder, "zip.pth"))
torch.save(content, os.path.join(folder, "legacy.pth"), _use_new_zipfile_serialization=False)
for protocol in (1, 3, 4, 5):
    torch.save(
        {"x": torch.tensor([[1.0, 2.0], [3.0, 4.0]]).t(), "plain": [True, -5, 2**40, 1.5, "ü", (1, 2, 3, 4), {"s": "t"}, b"\x80"]},
        os.path.join(folder, f"protocol-{protocol}.pth"),
        _use_new_zipfile_serialization=False,
        pickle_protocol=protocol,
    )


class Part:
    """A storage of which another is a part: (key, start, count) in elements."""

    def __init__(self, part):
        self.part = part


class Rebuilt:
    def __init__(self, part, size):
        self.part, self.size = part, size

    def __reduce__(self):
        return torch._utils._rebuild_tensor, (Part(self.part), 1, (self.size,), (1,))


class Pickler(pickle.Pickler):
    def persistent_id(self, obj):
        return ("storage", torch.FloatStorage, "7", "cpu", 6, obj.part) if isinstance(obj, Part) else None


parts = {"whole": Rebuilt(None, 5), "part": Rebuilt(("8", 2, 3), 2)}
with open(os.path.join(folder, "parts.pth"), "wb") as file:
    for value in (0x1950A86A20F9469CFC6C, 1001, {"protocol_version": 1001, "little_endian": True, "type_sizes": {}}):
        pickle.dump(value, file, protocol=2)
    Pickler(file, protocol=2).dump(parts)
    pickle.dump(["7"], file, protocol=2)
    file.write(struct.pack("<q6f", 6, *range(6)))
loaded = torch.load(os.path.join(folder, "parts.pth"))
assert loaded["whole"].tolist() == [1, 2, 3, 4, 5] and loaded["part"].tolist() == [3, 4], loaded

# As detectron2's model zoo has weights.
for protocol in (2, 4):
    weights = {"model": {"conv.weight": numpy.arange(6, dtype="f4").reshape(2, 3), "conv.bias": numpy.full(2, 0.5, "f4")}}
    with open(os.path.join(folder, f"arrays{protocol}.pkl"), "wb") as file:
        pickle.dump({**weights, "__author__": "zoo"}, file, protocol=protocol)
with open(os.path.join(folder, "numpy.pkl"), "wb") as file:
    pickle.dump(numpy.arange(3), file)
