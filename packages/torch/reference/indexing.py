"""Writes indexing.json: what PyTorch reads and writes by an index.

    python packages/torch/reference/indexing.py      (torch 2.15.0)

An index is a list: numbers, slices as strings, "...", null, true/false, [numbers], {"bool": nested} or {"int64": nested}.
"""

import json
import os

import torch


def python_index(item):
    if isinstance(item, str) and item != "...":
        return slice(*[int(part) if part else None for part in item.split(":")])
    if item == "...":
        return Ellipsis
    if isinstance(item, dict):
        (dtype, values), = item.items()
        return torch.tensor(values, dtype=getattr(torch, dtype))
    return item


mask = {"bool": [[True, False, True], [False, False, True]]}
cases = [
    [1], [-1], [0, 2], [0, 2, -4], ["1:"], [":", "1:3"], ["...", 0], [0, "..."], ["...", "::2"], [":", "::2", "1:-1"], ["-1:"], ["5:2"],
    [None], [None, 0], [":", None, 1], ["...", None], [0, "...", None, -1], [[0, 1, 0]], [":", [2, 0]], [[1, 0], [0, 2]], [[0], ":", [1, 3]],
    [":", [[0, 1], [2, 2]]], [{"int64": 1}], [":", {"int64": -1}], [[], 0], [mask], [mask, "1:3"], [{"bool": [True, False]}],
    [":", {"bool": [True, False, True]}], [":", {"bool": [False, False, False]}], [{"bool": [True, True]}, 0], [True], [False], [None, True, 0],
    [{"bool": True}], ["...", {"bool": [True, False, True, True]}], [0, [0, 2], "1:3"], [1, ":", [3, 0]], [None, [1], "..."], ["..."], [],
    [[-1, -2], "::2"], ["0:0"], [":", ":", ":"], [{"int64": [[0], [1]]}, [0, 2]],
]

x = torch.arange(24).reshape(2, 3, 4)
written = []
for index in cases:
    key = tuple(python_index(item) for item in index)
    read = x[key]
    y = x.clone()
    y[key] = -1
    z = x.clone()
    z[key] = read * 10
    written.append({"index": index, "shape": list(read.shape), "read": read.tolist(), "filled": y.tolist(), "set": z.tolist()})

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "indexing.json"), "w") as file:
    json.dump({"torch": torch.__version__, "cases": written}, file, separators=(",", ":"))
