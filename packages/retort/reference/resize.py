"""Numbers for the tests of how a network is shown images: torchvision's Resize, antialiased, of bytes and of numbers in [0, 1].

`python packages/retort/reference/resize.py` (torch 2.15.0, torchvision, safetensors) writes resize.safetensors beside it: `images` uint8
[N, H, W, C], MODE.SIZE.bytes uint8 and MODE.SIZE.numbers float32, both [N, C, SIZE, SIZE], and crop.RESIZE.SIZE float32 of Resize(RESIZE) and
CenterCrop(SIZE).
"""

import os

import torch
from safetensors.torch import save_file
from torchvision.transforms.v2 import CenterCrop, InterpolationMode, Resize

torch.manual_seed(0)
images = torch.randint(0, 256, (2, 9, 14, 3), dtype=torch.uint8)
pixels = images.permute(0, 3, 1, 2).contiguous()

out = {"images": images}
for mode in (InterpolationMode.BILINEAR, InterpolationMode.BICUBIC):
    for size in (5, 9, 20):
        resize = Resize((size, size), interpolation=mode, antialias=True)
        out[f"{mode.value}.{size}.bytes"] = resize(pixels)
        out[f"{mode.value}.{size}.numbers"] = resize(pixels / 255)
for shorter, size in ((9, 9), (12, 9), (12, 11), (7, 4), (8, 3)):
    resize = Resize(shorter, interpolation=InterpolationMode.BICUBIC, antialias=True)
    out[f"crop.{shorter}.{size}"] = CenterCrop(size)(resize(pixels / 255)).contiguous()
save_file(out, os.path.join(os.path.dirname(__file__), "resize.safetensors"))
