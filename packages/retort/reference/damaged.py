"""Files of pictures that are cut off or damaged, and what Pillow makes of them: `Image.open(file).convert("RGB")`, or an error.

`python packages/retort/reference/damaged.py` (Pillow 13.0.0, numpy, safetensors) writes damaged.safetensors beside it: NAME.file, the bytes of a
file, and where Pillow takes it NAME.pixels uint8 [H, W, 3]. Its metadata names Pillow's version.
"""

import io
import os

import numpy as np
import PIL
from PIL import Image
from safetensors.numpy import save_file

random = np.random.default_rng(0)
rgb = Image.fromarray((random.random((24, 30, 3)) * 255).astype(np.uint8), "RGB")


def saved(form, **options):
    out = io.BytesIO()
    rgb.save(out, form, **options)
    return out.getvalue()


def with_bytes(data, place, new):
    return data[:place] + new + data[place + len(new) :]


jpeg, progressive = saved("JPEG", quality=90), saved("JPEG", quality=90, progressive=True)
png, webp, gif = saved("PNG"), saved("WEBP", quality=90), saved("GIF")
half = {name: data[: len(data) // 2] for name, data in {"jpeg": jpeg, "progressive": progressive, "png": png, "webp": webp, "gif": gif}.items()}
middle = len(png) // 2
files = {
    **{f"{name}-half": data for name, data in half.items()},
    "jpeg-without-end": jpeg[:-2],
    "jpeg-less-one": jpeg[:-1],
    "jpeg-head": jpeg[:20],
    "jpeg-and-more": jpeg + b"more" * 50,
    "png-without-last-chunk": png[:-12],
    "png-with-half-a-last-chunk": png[:-4],
    "png-wrong-last-checksum": with_bytes(png, len(png) - 4, b"\0\0\0\0"),
    "png-less-data": png[:-40],
    "png-head": png[:30],
    "png-signature": png[:8],
    "png-changed": with_bytes(png, middle, bytes([png[middle] ^ 255])),
    "webp-less-one": webp[:-1],
    "gif-without-end": gif[:-1],
    "gif-less-data": gif[:-20],
    "gif-signature": gif[:6],
}

out = {}
for name, data in files.items():
    out[f"{name}.file"] = np.frombuffer(data, np.uint8)
    try:
        out[f"{name}.pixels"] = np.ascontiguousarray(np.asarray(Image.open(io.BytesIO(data)).convert("RGB")))
    except OSError as error:
        print(name, error)
save_file(out, os.path.join(os.path.dirname(__file__), "damaged.safetensors"), {"pillow": PIL.__version__})
