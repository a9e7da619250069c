"""Tars as Python's tarfile writes them, and what tarfile and webdataset find in them: for src/data/formats/tars/tars.test.ts.

    pip install webdataset==1.0.2 && python packages/retort/reference/tars.py

Made with Python 3.11, webdataset 1.0.2, Pillow 13.0.0. Pictures are of one colour, whose red is the sample's number.
"""

import io
import json
import tarfile
from pathlib import Path

import webdataset
from PIL import Image

folder = Path(__file__).parent / "tars"
folder.mkdir(exist_ok=True)


def picture(red: int, kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (3, 2), (red, 7, 9)).save(file, kind)
    return file.getvalue()


def write(name: str, files: list[tuple[str, bytes]], format: int) -> None:
    with tarfile.open(folder / name, "w", format=format) as tar:
        tar.addfile(directory("inner"))
        for path, content in files:
            info = tarfile.TarInfo(path)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))


def directory(name: str) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = tarfile.DIRTYPE
    return info


long = "a" * 60 + "/" + "b" * 70
longer = "c" * 120 + "/" + "d" * 150
files = [
    ("000.png", picture(0)),
    ("000.cls", b"1"),
    ("inner/001.cls", b"0\n"),
    ("inner/001.JPG", picture(1, "JPEG")),
    ("no-ending", b"?"),
    ("inner.d/002.png", picture(2)),
    ("inner.d/002.seg.png", picture(200)),
    ("inner.d/002.json", json.dumps({"width": 3, "label": 2}).encode()),
    (f"{long}.png", picture(3)),
    (f"{long}.cls", b"1"),
]
more = [(f"{longer}.png", picture(4)), (f"{longer}.cls", b"2"), ("\u00e9\u6f22.png", picture(5)), ("\u00e9\u6f22.cls", b"0")]

write("ustar.tar", files, tarfile.USTAR_FORMAT)
write("gnu.tar", files + more, tarfile.GNU_FORMAT)
write("pax.tar", files + more, tarfile.PAX_FORMAT)
with webdataset.TarWriter(str(folder / "webdataset.tar")) as sink:
    for i in range(3):
        sink.write({"__key__": f"sample{i:04}", "png": picture(10 + i), "cls": i, "json": {"label": 99}})

found = {}
for file in sorted(folder.glob("*.tar")):
    with tarfile.open(file) as tar:
        members = [[m.name, m.offset_data, m.size] for m in tar if m.isfile()]
    samples = [
        [sample["__key__"], sorted(key for key in sample if not key.startswith("__"))]
        for sample in webdataset.WebDataset(str(file), shardshuffle=False)
    ]
    found[file.stem] = {"members": members, "samples": samples}
(folder / "found.json").write_text(json.dumps(found, ensure_ascii=False) + "\n")
