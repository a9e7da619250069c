"""timm's networks, each with random weights and what it answers, for `npm run check -- networks timm`.

    python scripts/check-networks/beside_timm.py FOLDER NAME=PIXELS ...

For each NAME that timm has, in order: writes weights.safetensors, images.safetensors (`images` [2, 3, PIXELS, PIXELS]) and logits.safetensors (`exact` [2, 1000]
in float64, `logits` in float32) into FOLDER, prints a line of JSON (`name`, `parameters`), and goes on after a line of its input. Weights are drawn
as the tests' are (see packages/retort/reference/models/cases.py), not as timm begins, which has branches that count for nothing.
"""

import json
import os
import sys

import timm
import torch
from safetensors.torch import save_file

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../packages/retort/reference/models"))
from cases import fill, parameters_of  # noqa: E402

folder = sys.argv[1]
torch.set_num_threads(1)


def save(file, tensors):
    # Copies, as safetensors refuses tensors that share their memory.
    save_file({key: value.detach().clone().contiguous() for key, value in tensors.items()}, os.path.join(folder, file))


for name, pixels in (argument.split("=") for argument in sys.argv[2:]):
    if not timm.is_model(name.split(".")[0]):
        continue
    model = timm.create_model(name.split(".")[0], num_classes=1000).eval()
    state = model.state_dict()
    torch.manual_seed(1)
    fill(state)
    images = torch.randn(2, 3, int(pixels), int(pixels))
    save("weights.safetensors", state)
    save("images.safetensors", {"images": images})
    with torch.no_grad():
        logits = model(images)
        save("logits.safetensors", {"logits": logits, "exact": model.double()(images.double())})
    print(json.dumps({"name": name, "parameters": parameters_of(model)}), flush=True)
    del model, state
    sys.stdin.readline()
