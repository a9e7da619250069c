"""Colours, and the greys that Pillow makes of them: `Image.fromarray(colours, "RGB").convert("L")`.

`python packages/retort/reference/grey.py` (Pillow 13.0.0, numpy, safetensors) writes grey.safetensors beside it: colours uint8 [64, 64, 3] and greys
uint8 [64, 64, 1]. Its metadata names Pillow's version.
"""

import os

import numpy as np
import PIL
from PIL import Image
from safetensors.numpy import save_file

colours = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
# Also the ends, and greys themselves.
colours[0] = np.repeat(np.arange(0, 256, 4, dtype=np.uint8)[:, None], 3, axis=1)
colours[1, :8] = [[255 * (i >> 2), 255 * (i >> 1 & 1), 255 * (i & 1)] for i in range(8)]
greys = np.asarray(Image.fromarray(colours).convert("L"))[..., None].copy()

out = os.path.join(os.path.dirname(__file__), "grey.safetensors")
save_file({"colours": colours, "greys": greys}, out, metadata={"pillow": PIL.__version__})
