"""Writes what PyTorch answers to calls of its operators, against which src/dispatch/operator.test.ts compares.

    python packages/torch/reference/operators.py      (torch 2.15.0, safetensors)

The cases are in cases/, their form is in case.py; operators.json has one a line. Cases draw their numbers independently, so that one more
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
lines = ",\n".join(json.dumps(case, separators=(",", ":"), allow_nan=False) for case in cases)
with open(os.path.join(here, "operators.json"), "w") as file:
    file.write(f'{{"torch":"{torch.__version__}","cases":[\n{lines}\n]}}\n')
operators = {case["operator"].partition(".")[0] for case in cases}
differentiated = {case["operator"].partition(".")[0] for case in cases if case["gradients"]}
print(f"{len(cases)} cases of {len(operators)} operators, {len(differentiated)} with gradients")
