"""Writes what PyTorch answers to calls of its operators, against which src/operator.test.ts compares.

    python packages/torch/reference/operators.py && npx biome format --write packages/torch/reference/operators.json

(torch 2.15.0, safetensors). The cases are in cases/, their form is in case.py. Cases draw their numbers independently, so that one more
changes no other.
"""

import json
import os

import torch
from safetensors.torch import save_file

from case import cases, tensors
from cases import dtypes, matrix, network, pointwise, reduction, shape  # noqa: F401, each writes its cases down

here = os.path.dirname(os.path.abspath(__file__))
save_file(tensors, os.path.join(here, "operators.safetensors"))
with open(os.path.join(here, "operators.json"), "w") as file:
    json.dump({"torch": torch.__version__, "cases": cases}, file, separators=(",", ":"), allow_nan=False)
operators = {case["operator"].partition(".")[0] for case in cases}
differentiated = {case["operator"].partition(".")[0] for case in cases if case["gradients"]}
print(f"{len(cases)} cases of {len(operators)} operators, {len(differentiated)} with gradients")
