"""Numbers for the tests of images with boxes: how torchvision's and detectron2's detectors are shown them, and what becomes of boxes as images change.

`python packages/retort/reference/boxes.py FILE` (torch 2.15.0, torchvision 0.29.2, Pillow 13.0.0, numpy, safetensors) writes boxes.safetensors beside it. FILE is
detectron2's detectron2/data/transforms/augmentation_impl.py at commit 02b5c4e, of which the function `get_output_shape` alone is run. It has
`image.I` uint8 [H, W, 3] of two pictures; `sizes` int64 [N, 8] (height, width, shortest, longest, then torchvision's height and width and detectron2's);
`torchvision.images` float32 [2, 3, H, W] and `torchvision.sizes` of `GeneralizedRCNNTransform` on these; `detectron2.I` float32 [3, H, W], blue first, resized by
Pillow; `boxes` float64 [B, 4] (x, y, width, height) in an image of 37 x 53, and the same `flipped`, `resized` (to 64 x 91) and `cropped` (top 5, left 7,
20 x 30; those of no area zeros); `shapes` float64 and `groups` int64 [N] of torchvision's grouping by aspect ratio with k = 3.
"""

import ast
import bisect
import os
import sys
import textwrap

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save_file
from torchvision import tv_tensors
from torchvision.models.detection.transform import GeneralizedRCNNTransform, _resize_image_and_masks
from torchvision.transforms.v2 import functional

random = np.random.default_rng(0)
mean, std = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
bounds = (44, 70)

source = open(sys.argv[1]).read()
[function] = [
    node
    for node in ast.walk(ast.parse(source))
    if isinstance(node, ast.FunctionDef) and node.name == "get_output_shape"
]
function.decorator_list = []
names = {"Tuple": tuple}
exec(textwrap.dedent(ast.unparse(function)), names)
detectron2_shape = names["get_output_shape"]


def picture(height, width):
    rows, columns = np.mgrid[0:height, 0:width]
    channels = [127 + 90 * np.sin(rows / 5 + i) * np.cos(columns / 6 - i) for i in range(3)]
    noisy = np.stack(channels, -1) + random.normal(0, 12, (height, width, 3))
    return np.clip(noisy, 0, 255).astype(np.uint8)


# One is made larger by its shorter side, one smaller by its longer.
images = [picture(37, 53), picture(90, 50)]
out = {f"image.{i}": torch.from_numpy(image) for i, image in enumerate(images)}

sizes = [(480, 640), (640, 480), (427, 640), (333, 500), (500, 375), (375, 1242), (50, 50), (612, 612)]
sizes += [tuple(int(side) for side in random.integers(8, 1400, 2)) for _ in range(60)]
rows = []
for height, width in sizes:
    for shortest, longest in ((800, 1333), (256, 256), (640, 1333), (608, 1000)):
        resized, _ = _resize_image_and_masks(torch.zeros(1, height, width), shortest, longest)
        rounded = detectron2_shape(height, width, shortest, longest)
        rows.append([height, width, shortest, longest, *resized.shape[-2:], *rounded])
out["sizes"] = torch.tensor(rows)

transform = GeneralizedRCNNTransform(bounds[0], bounds[1], mean, std).eval()
batch, _ = transform([torch.from_numpy(image).permute(2, 0, 1) / 255 for image in images])
out["torchvision.images"] = batch.tensors.contiguous()
out["torchvision.sizes"] = torch.tensor(batch.image_sizes)

pixel_mean, pixel_std = torch.tensor([103.53, 116.28, 123.675]), torch.tensor([57.375, 57.12, 58.395])
for i, image in enumerate(images):
    height, width = detectron2_shape(*image.shape[:2], *bounds)
    resized = np.asarray(Image.fromarray(image).resize((width, height), Image.BILINEAR))
    bgr = torch.from_numpy(resized[:, :, ::-1].copy()).float()
    out[f"detectron2.{i}"] = ((bgr - pixel_mean) / pixel_std).permute(2, 0, 1).contiguous()

height, width = images[0].shape[:2]
corners = np.sort(random.uniform(0, 1, (12, 2, 2)), axis=1) * [width, height]
xywh = np.concatenate([corners[:, 0], corners[:, 1] - corners[:, 0]], 1)
boxes = tv_tensors.BoundingBoxes(torch.from_numpy(xywh), format="XYWH", canvas_size=(height, width))
out["boxes"] = torch.from_numpy(xywh)
out["flipped"] = functional.horizontal_flip(boxes).as_subclass(torch.Tensor)
out["resized"] = functional.resize(boxes, [64, 91]).as_subclass(torch.Tensor)
cropped = functional.clamp_bounding_boxes(functional.crop(boxes, 5, 7, 20, 30))
cropped = cropped.as_subclass(torch.Tensor).clone()
cropped[(cropped[:, 2] <= 0) | (cropped[:, 3] <= 0)] = 0
out["cropped"] = cropped

# torchvision's references/detection/group_by_aspect_ratio.py: the group of each shape.
k = 3
edges = sorted((2 ** np.linspace(-1, 1, 2 * k + 1)).tolist())
shapes = [width / height for height, width in sizes] + [0.5, 1.0, 2.0]
out["shapes"] = torch.tensor(shapes, dtype=torch.float64)
out["groups"] = torch.tensor([bisect.bisect_right(edges, shape) for shape in shapes])

save_file(
    {name: value.contiguous() for name, value in out.items()},
    os.path.join(os.path.dirname(__file__), "boxes.safetensors"),
)
