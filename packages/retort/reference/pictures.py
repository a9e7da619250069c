"""Pictures in many forms, and what Pillow makes of them: `Image.open(file).convert("RGB")`, as torchvision and timm read image folders.

`python packages/retort/reference/pictures.py` (Pillow 13.0.0, numpy, safetensors) writes pictures.safetensors beside it: NAME.file, the bytes of a
file, and NAME.pixels uint8 [H, W, 3]. Its metadata names Pillow's version and, as `wrong`, files that Pillow refuses.
"""

import io
import os

import numpy as np
import PIL
from PIL import Image, features
from safetensors.numpy import save_file

height, width = 20, 27
rows, columns = np.mgrid[0:height, 0:width]
random = np.random.default_rng(0)


def channel(phase):
    """Smooth, with an edge and a little noise: as photographs are."""
    smooth = 127 + 90 * np.sin(rows / 5 + phase) * np.cos(columns / 6 - phase) + random.normal(0, 6, rows.shape)
    return np.clip(np.where(columns + rows > 30, smooth, 255 - smooth), 0, 255).astype(np.uint8)


bands = [channel(phase) for phase in range(4)]
rgb = Image.fromarray(np.stack(bands[:3], -1), "RGB")
grey = Image.fromarray(bands[0], "L")
alpha = Image.fromarray(np.where(columns > 9, bands[3], 0).astype(np.uint8), "L")
rgba = rgb.copy()
rgba.putalpha(alpha)
cmyk = Image.fromarray(np.stack(bands, -1), "CMYK")
palette = rgb.quantize(32)
deep = (bands[0].astype(np.uint16) << 8) | bands[1]
files = {}


def save(name, image, form, **options):
    out = io.BytesIO()
    image.save(out, form, **options)
    files[name] = out.getvalue()


def png16(bands):
    """Pillow writes no colours of 16 bits: as the PNG specification has them."""
    import struct
    import zlib

    array = np.stack(bands, -1).astype(">u2")
    lines = b"".join(b"\0" + line.tobytes() for line in array)
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    kind = {1: 0, 2: 4, 3: 2, 4: 6}[len(bands)]
    head = struct.pack(">IIBBBBB", width, height, 16, kind, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


exif = Image.Exif()
exif[0x0112] = 6
# A profile whose primaries are others than sRGB's would change colours where it is heeded.
from PIL import ImageCms

profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
save("jpeg", rgb, "JPEG", quality=90)
save("jpeg-420", rgb, "JPEG", quality=75, subsampling=2)
save("jpeg-422", rgb, "JPEG", quality=75, subsampling=1)
save("jpeg-progressive", rgb, "JPEG", quality=80, progressive=True)
save("jpeg-grey", grey, "JPEG", quality=90)
save("jpeg-cmyk", cmyk, "JPEG", quality=95)
save("jpeg-turned", rgb, "JPEG", quality=90, exif=exif)
save("jpeg-profile", rgb, "JPEG", quality=90, icc_profile=profile)
save("png", rgb, "PNG")
save("png-profile", rgb, "PNG", icc_profile=profile)
save("png-grey", grey, "PNG")
save("png-bits", grey.convert("1"), "PNG")
save("png-palette", palette, "PNG")
save("png-palette-2bit", rgb.quantize(4), "PNG", bits=2)
save("png-palette-clear", palette, "PNG", transparency=3)
save("png-alpha", rgba, "PNG")
save("png-grey-alpha", rgba.convert("LA"), "PNG")
save("png-clear-colour", rgb, "PNG", transparency=rgb.getpixel((0, 0)))
files["png-16bit"] = png16([deep, deep[::-1], deep[:, ::-1]])
files["png-16bit-alpha"] = png16([deep, deep[::-1], deep[:, ::-1], deep])
files["png-16bit-grey"] = png16([deep])
files["png-16bit-grey-alpha"] = png16([deep, deep[::-1]])
save("png-one-pixel", rgb.crop((3, 3, 4, 4)), "PNG")
save("webp", rgb, "WEBP", quality=90)
save("webp-lossless", rgb, "WEBP", lossless=True)
save("webp-alpha", rgba, "WEBP", lossless=True, exact=True)
save("webp-moving", rgb, "WEBP", save_all=True, append_images=[rgb.rotate(180)], lossless=True)
save("gif", palette, "GIF")
save("gif-grey", grey, "GIF")
save("gif-clear", palette, "GIF", transparency=3)
save("gif-moving", palette, "GIF", save_all=True, append_images=[palette.rotate(180)])

out = {}
for name, data in files.items():
    out[f"{name}.file"] = np.frombuffer(data, np.uint8)
    out[f"{name}.pixels"] = np.ascontiguousarray(np.asarray(Image.open(io.BytesIO(data)).convert("RGB")))
metadata = {"pillow": PIL.__version__, "jpeg": str(features.version("libjpeg_turbo"))}
save_file(out, os.path.join(os.path.dirname(__file__), "pictures.safetensors"), metadata)
