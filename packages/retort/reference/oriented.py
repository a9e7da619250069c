"""Pictures that say how they are to be turned, and what Pillow makes of them: `ImageOps.exif_transpose(Image.open(file)).convert("RGB")`.

`python packages/retort/reference/oriented.py` (Pillow 13.0.0, numpy, safetensors) writes oriented.safetensors beside it: NAME.file, the bytes of a
file, and NAME.pixels uint8 [H, W, 3]. Its metadata names Pillow's version.
"""

import io
import os
import struct

import numpy as np
import PIL
from PIL import Image, ImageOps
from safetensors.numpy import save_file

height, width = 13, 21
rows, columns = np.mgrid[0:height, 0:width]
random = np.random.default_rng(0)


def channel(phase):
    smooth = 127 + 90 * np.sin(rows / 5 + phase) * np.cos(columns / 6 - phase) + random.normal(0, 6, rows.shape)
    return np.clip(smooth, 0, 255).astype(np.uint8)


bands = [channel(phase) for phase in range(4)]
rgb = Image.fromarray(np.stack(bands[:3], -1), "RGB")
cmyk = Image.fromarray(np.stack(bands, -1), "CMYK")
deep = Image.fromarray(((bands[0].astype(np.uint16) << 8) | bands[1]))
files = {}


def save(name, image, form, **options):
    out = io.BytesIO()
    image.save(out, form, **options)
    files[name] = out.getvalue()


def said(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


def tiff(order, kind, orientation):
    """EXIF by hand: in either order of bytes, and of other types than a camera should write."""
    entry = struct.pack(order + "HHI", 0x0112, kind, 1) + struct.pack(order + ("HH" if kind == 3 else "I"), *([orientation, 0] if kind == 3 else [orientation]))
    start = b"II*\0" if order == "<" else b"MM\0*"
    return b"Exif\0\0" + start + struct.pack(order + "IH", 8, 1) + entry + struct.pack(order + "I", 0)


def xmp(text):
    return f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/"{text}</rdf:Description></rdf:RDF></x:xmpmeta>'.encode()


attribute, element = ' tiff:Orientation="8">', "><tiff:Orientation>3</tiff:Orientation>"
for orientation in range(10):
    save(f"jpeg-{orientation}", rgb, "JPEG", quality=90, exif=said(orientation))
for orientation in (2, 5, 6):
    save(f"png-{orientation}", rgb, "PNG", exif=said(orientation))
    save(f"webp-{orientation}", rgb, "WEBP", lossless=True, exif=said(orientation))
save("jpeg-none", rgb, "JPEG", quality=90)
save("jpeg-cmyk-7", cmyk, "JPEG", quality=95, exif=said(7))
save("png-deep-5", deep, "PNG", exif=said(5))
save("png-alpha-8", rgb.convert("RGBA"), "PNG", exif=said(8))
save("png-palette-6", rgb.quantize(16), "PNG", exif=said(6))
save("gif", rgb.quantize(16), "GIF")
save("jpeg-little-endian", rgb, "JPEG", quality=90, exif=tiff("<", 3, 6))
save("jpeg-big-endian", rgb, "JPEG", quality=90, exif=tiff(">", 3, 6))
save("jpeg-long", rgb, "JPEG", quality=90, exif=tiff("<", 4, 6))
save("jpeg-empty-exif", rgb, "JPEG", quality=90, exif=b"Exif\0\0II*\0\x08\0\0\0\0\0\0\0\0\0")
save("jpeg-xmp-attribute", rgb, "JPEG", quality=90, xmp=xmp(attribute))
save("jpeg-xmp-element", rgb, "JPEG", quality=90, xmp=xmp(element))
save("webp-xmp", rgb, "WEBP", lossless=True, xmp=xmp(attribute))
save("jpeg-exif-before-xmp", rgb, "JPEG", quality=90, exif=said(6), xmp=xmp(attribute))

out = {}
for name, data in files.items():
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")
    out[f"{name}.file"] = np.frombuffer(data, np.uint8)
    out[f"{name}.pixels"] = np.ascontiguousarray(np.asarray(image))
save_file(out, os.path.join(os.path.dirname(__file__), "oriented.safetensors"), {"pillow": PIL.__version__})
