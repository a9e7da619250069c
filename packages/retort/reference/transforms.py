"""What torchvision and timm make of twenty drawn pictures, for the tests of transforms: the same parameters, the same bytes.

`python packages/retort/reference/transforms.py` (torch 2.15.0, torchvision 0.29.2, timm 1.0.31, Pillow 13.0.0, safetensors) writes, beside it,
transforms-torchvision.safetensors (v2, of uint8 tensors) and transforms-pillow.safetensors (timm's operations, and DeiT III's three, of PIL
images). Each has `small` uint8 [10, 13, 17, 3], `large` uint8 [10, 32, 32, 3] and `grey` uint8 [2, 9, 12, 1], and in its metadata `cases`, JSON:
what is done with which parameters to which picture of each; the results are CASE.small, CASE.large and CASE.grey, uint8 [H, W, C].
"""

import itertools
import json
import math
import os
import random
from unittest import mock

import numpy as np
import torch
from PIL import Image, ImageFilter, ImageOps
from safetensors.torch import save_file
from timm.data import auto_augment as timm
from timm.data.random_erasing import RandomErasing
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional as F

generator = np.random.default_rng(18)


def picture(height, width, channels, kind):
    """Noise, a slope with noise, few values, a narrow range, or one that is flat in a channel."""
    noise = generator.integers(0, 256, (height, width, channels))
    slope = np.linspace(0, 255, height)[:, None, None] * generator.random(channels) + np.linspace(0, 200, width)[None, :, None]
    if kind == 0:
        image = noise
    elif kind == 1:
        image = slope * 0.7 + noise * 0.15
    elif kind == 2:
        image = noise // 64 * 80
    elif kind == 3:
        image = 90 + noise * 0.2
    else:
        image = slope * 0.5 + noise * 0.3
        image[..., 0] = 77
    return np.clip(image, 0, 255).astype(np.uint8)


sets = {
    "small": [picture(13, 17, 3, i % 5) for i in range(10)],
    "large": [picture(32, 32, 3, (i + 2) % 5) for i in range(10)],
    "grey": [picture(9, 12, 1, 1), picture(9, 12, 1, 3)],
}

images = {name: torch.from_numpy(np.stack(pictures)) for name, pictures in sets.items()}


class Cases:
    """Results by case; each is of one picture of each size, the next at the next case. Every third leaves the large ones out, which are most of the file."""

    def __init__(self, file):
        self.file, self.cases, self.out = file, [], {name: image.clone() for name, image in images.items()}

    def add(self, apply, **case):
        number = len(self.cases)
        which = {name: number % len(pictures) for name, pictures in sets.items() if name != "large" or number % 3}
        self.cases.append({**case, "which": which})
        for name, place in which.items():
            result = torch.tensor(np.asarray(apply(sets[name][place])))
            self.out[f"{number}.{name}"] = result.reshape(*result.shape[:2], -1).contiguous()

    def save(self, **more):
        metadata = {"cases": json.dumps(self.cases), **{name: json.dumps(value) for name, value in more.items()}}
        save_file(self.out, os.path.join(os.path.dirname(__file__), self.file), metadata=metadata)


# timm's operations, and how it comes from levels to their arguments.

pillow = Cases("transforms-pillow.safetensors")
modes = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}
fill = (124, 116, 104)


def pil(array):
    return Image.fromarray(array[..., 0] if array.shape[2] == 1 else array)


def timm_case(name, level, sign=0.25, mode="bicubic"):
    level_to_argument = timm.LEVEL_TO_ARG[name]
    with mock.patch.object(random, "random", lambda: sign):
        arguments = level_to_argument(level, {}) if level_to_argument else ()

    def apply(array):
        image = pil(array)
        outside = fill if array.shape[2] == 3 else 114
        return timm.NAME_TO_OP[name](image, *arguments, fillcolor=outside, resample=modes[mode])

    pillow.add(apply, name=name, level=level, sign=sign, interpolation=mode, strength=arguments[0] if arguments else 0)


for name in ("AutoContrast", "Equalize", "Invert"):
    for level in (2.0, 9.0):
        timm_case(name, level)
    timm_case(name, 5.0)
for name in ("Posterize", "PosterizeIncreasing", "Solarize", "SolarizeIncreasing", "SolarizeAdd"):
    # Pillow 13 refuses to keep no bits.
    for level in (2.6 if name == "Posterize" else 0.0, 4.3, 9.21):
        timm_case(name, level)
for name in ("Color", "Contrast", "Brightness", "Sharpness"):
    for level in (0.7, 8.83):
        timm_case(name, level)
    timm_case(f"{name}Increasing", 9.37, sign=0.25)
    timm_case(f"{name}Increasing", 10.0, sign=0.75)
for name in ("Rotate", "ShearX", "ShearY", "TranslateXRel", "TranslateYRel"):
    for mode in modes:
        timm_case(name, 9.37, sign=0.25, mode=mode)
        timm_case(name, 2.61, sign=0.75, mode=mode)
for level in (0.0, 6.2):
    timm_case("Desaturate", level)
    timm_case("GaussianBlur", level)

# DeiT III's three, as its augment.py calls Pillow.

pillow.add(lambda array: pil(array).convert("L").convert(pil(array).mode), name="three.grey", deviation=0)
pillow.add(lambda array: ImageOps.solarize(pil(array)), name="three.solarize", deviation=0)
for deviation in (0.1, 0.37, 0.9, 1.3, 1.99):
    pillow.add(lambda array: pil(array).filter(ImageFilter.GaussianBlur(radius=deviation)), name="three.blur", deviation=deviation)

policies = {}
for text in ("rand", "rand-m9-mstd0.5-inc1", "rand-m7-mstd0.5", "rand-n3-m15-mmax20-p0.25-inc0", "rand-m6-mstd101-t3a", "rand-n4-tweights", "rand-t3aw"):
    transform = timm.rand_augment_transform(text, {"translate_const": 100})
    first = transform.ops[0]
    policies[text] = {
        "magnitude": first.magnitude,
        "deviation": min(first.magnitude_std, 1e9),
        "most": first.magnitude_max or 10,
        "layers": transform.num_layers,
        "probability": first.prob,
        "names": [op.name for op in transform.ops],
        "weights": None if transform.choice_weights is None else transform.choice_weights.tolist(),
    }

# Boxes that timm's RandomErasing erases by given attempts, the first that fits; none where nothing is erased.

erased = []
for height, width in ((32, 32), (13, 17), (224, 160), (40, 1), (3, 40)):
    for _ in range(4):
        attempts = [
            {"area": round(a, 6), "ratio": round(math.exp(r), 6), "top": round(t, 6), "left": round(s, 6)}
            for a, r, t, s in zip(
                generator.uniform(0.02, 1 / 3, 10), generator.uniform(math.log(0.3), -math.log(0.3), 10), *generator.random((2, 10)), strict=True
            )
        ]
        asked = iter(attempts)
        kinds = itertools.cycle(("area", "ratio"))
        places = itertools.cycle(("top", "left"))
        now = {}

        def uniform(low, high):
            kind = next(kinds)
            if kind == "area":
                now.update(next(asked))
            return math.log(now["ratio"]) if kind == "ratio" else now["area"]

        def randint(low, high):
            return low + int(now[next(places)] * (high - low + 1))

        erase = RandomErasing(probability=1, mode="const", device="cpu")
        with mock.patch.multiple(random, uniform=uniform, randint=randint):
            left = erase(torch.ones(1, height, width))[0]
        rows, columns = torch.where(left == 0)
        box = None
        if len(rows):
            top, first = int(rows.min()), int(columns.min())
            box = {"top": top, "left": first, "height": int(rows.max()) + 1 - top, "width": int(columns.max()) + 1 - first}
        erased.append({"image": [height, width], "attempts": attempts, "box": box})

pillow.save(policies=policies, erased=erased)

# torchvision, of tensors.

vision = Cases("transforms-torchvision.safetensors")


def tensor_case(apply, **case):
    def of_array(array):
        return apply(torch.from_numpy(array).permute(2, 0, 1).contiguous()).permute(1, 2, 0).numpy()

    vision.add(of_array, **case)


adjust = {
    "brightness": F.adjust_brightness,
    "contrast": F.adjust_contrast,
    "saturation": F.adjust_saturation,
    "hue": F.adjust_hue,
}


def jitter_case(*drawn):
    def apply(image):
        for name, amount in drawn:
            image = adjust[name](image, amount)
        return image

    tensor_case(apply, name="jitter", drawn=drawn)


for name in ("brightness", "contrast", "saturation"):
    for amount in (0.0, 0.61, 1.0, 1.43):
        jitter_case((name, amount))
for amount in (-0.5, -0.13, 0.0, 0.08, 0.41):
    jitter_case(("hue", amount))
jitter_case(("hue", 0.1), ("saturation", 1.3), ("brightness", 0.8), ("contrast", 1.2))
jitter_case(("contrast", 0.7), ("brightness", 1.3), ("hue", -0.05), ("saturation", 0.6))

for interpolation, outside in (("nearest", None), ("bilinear", None), ("bilinear", 77)):
    augment = v2.AutoAugment(interpolation=interpolation, fill=outside)
    for name, (levels, signed) in augment._AUGMENTATION_SPACE.items():
        moves = name in ("ShearX", "ShearY", "TranslateX", "TranslateY", "Rotate")
        if interpolation == "bilinear" and not moves:
            continue
        some = (3, 8) if interpolation == "nearest" and levels(10, 1, 1) is not None else (9,)
        for level in some:
            negative = signed and level != 3

            def apply(image):
                found = levels(10, *image.shape[1:])
                magnitude = 0.0 if found is None else float(found[level])
                return augment._apply_image_or_video_transform(
                    image, name, -magnitude if negative else magnitude, augment.interpolation, augment._fill
                )

            tensor_case(apply, name="policy", operation=name, level=level, isNegative=negative, interpolation=interpolation, fill=outside)

for size in (8, 20, [9, 14]):
    for mode in ("bilinear", "bicubic"):
        tensor_case(v2.Resize(size, interpolation=v2.InterpolationMode(mode), antialias=True), name="resize", size=size, interpolation=mode)
for size in (7, [10, 5], [16, 9], 40):
    if size != 40:
        tensor_case(v2.CenterCrop(size), name="center-crop", size=size)
tensor_case(F.horizontal_flip, name="flip")
for top, left, height, width in ((0, 0, 9, 12), (2, 3, 5, 8), (7, 1, 2, 11), (1, 4, 6, 3)):
    for mode in ("bilinear", "bicubic"):

        def apply(image):
            return F.resized_crop(image, top, left, height, width, [10, 8], v2.InterpolationMode(mode), antialias=True)

        tensor_case(apply, name="crop", box=[top, left, height, width], size=[10, 8], interpolation=mode)

# Boxes that RandomResizedCrop finds by given numbers of [0, 1).

boxes = []
for height, width, scale, ratio in (
    (13, 17, (0.08, 1.0), (3 / 4, 4 / 3)),
    (32, 32, (0.08, 1.0), (3 / 4, 4 / 3)),
    (224, 301, (0.25, 0.9), (0.5, 2.0)),
    (40, 9, (0.9, 1.0), (3 / 4, 4 / 3)),
    (9, 40, (0.9, 1.0), (3 / 4, 4 / 3)),
    (12, 12, (1.0, 1.0), (1.0, 1.0)),
):
    for _ in range(8):
        numbers = generator.random((10, 4)).round(6)
        left = iter([])

        class Empty:
            def __init__(self, *_):
                pass

            def uniform_(self, low, high):
                return torch.tensor([float(low) + (float(high) - float(low)) * next(left)], dtype=torch.float64)

        def randint(low, high, size):
            return torch.tensor([int(next(left) * high)])

        # Where an attempt does not fit, its places are not asked for: each attempt begins with its own numbers.
        class Attempts:
            def __init__(self):
                self.attempt, self.place = -1, 2

            def __next__(self):
                kind = self.place
                if kind >= 2 and self.asks_for_area:
                    self.attempt, kind = self.attempt + 1, 0
                self.place = kind + 1
                return float(numbers[self.attempt][kind])

        left = Attempts()
        transform = v2.RandomResizedCrop(8, scale=scale, ratio=ratio)
        with mock.patch.object(torch, "empty", Empty), mock.patch.object(torch, "randint", randint):
            left.asks_for_area = True
            original = randint

            def asking(low, high, size):
                left.asks_for_area = False
                return original(low, high, size)

            with mock.patch.object(torch, "randint", asking):
                box = transform.make_params([torch.zeros(3, height, width)])
        boxes.append(
            {
                "image": [height, width],
                "scale": scale,
                "ratio": ratio,
                "numbers": numbers.tolist(),
                "box": {name: int(box[name]) for name in ("top", "left", "height", "width")},
            }
        )
vision.save(boxes=boxes)
