"""Loads exported folders as people do who have Python's transformers and no Retort, for `npm run check -- folders`.

    python packages/retort/reference/exported_folders.py FOLDER...      (torch 2.15.0, transformers 5.23.0, Pillow 13.0.0, onnxruntime 1.31.1)

Beside each FOLDER lie image.png, of the network's own size, and expected.safetensors with `pixel_values` [1, C, H, W] of it, `images`
[N, C, H, W] and their `logits`. Prints a line of JSON for each: how far `logits` and `pixel_values` are off, as a share of the largest, and keys that are missing or
unexpected; or, for one that transformers does not load, its error.
"""

import json
import os
import sys

import torch
from PIL import Image
from safetensors.torch import load_file
from transformers import AutoImageProcessor, AutoModelForImageClassification

torch.set_num_threads(1)


def off(own, wanted):
    return ((own - wanted).abs().max() / wanted.abs().max().clamp(min=1)).item()


def said(folder):
    beside = os.path.dirname(os.path.abspath(folder))
    expected = load_file(os.path.join(beside, "expected.safetensors"))
    try:
        model, info = AutoModelForImageClassification.from_pretrained(folder, output_loading_info=True, local_files_only=True)
    except OSError as error:
        return {"error": str(error)}
    channels = expected["pixel_values"].shape[1]
    image = Image.open(os.path.join(beside, "image.png")).convert("L" if channels == 1 else "RGB")
    processor = AutoImageProcessor.from_pretrained(folder)
    with torch.no_grad():
        logits = model.eval()(expected["images"]).logits
    return {
        "logits": off(logits, expected["logits"]),
        "pixels": off(processor(image, return_tensors="pt")["pixel_values"], expected["pixel_values"]),
        "missing": sorted(info["missing_keys"]),
        "unexpected": sorted(info["unexpected_keys"]),
        "labels": [model.config.id2label[i] for i in range(logits.shape[1])],
    }


for folder in sys.argv[1:]:
    print(json.dumps({"folder": folder, **said(folder)}))
