"""Numbers for the tests of the scores of boxes: COCO's from pycocotools, Pascal VOC's from detectron2's `voc_eval`.

    pip install pycocotools==2.0.11 torch safetensors
    git clone https://github.com/facebookresearch/detectron2
    python3 packages/retort/reference/box_scores.py detectron2/detectron2/evaluation/pascal_voc_evaluation.py DATA

writes box_scores.safetensors beside this file, with the versions in its metadata. DATA is a folder with `annotations/instances_val2017.json` in COCO's form. The sets of images
are made by chance: `judged-boxes.ts` makes the same ones from the same numbers, so that only scores are kept: of each set COCO's twelve (−1 where there is nothing to be found), AP of each class, and VOC's AP50 by
11 points and by all. `voc_eval` reads files of rounded numbers and sorts in any order what has equal scores; here it is given the numbers as they are, and sorts them stably.
"""

import contextlib
import hashlib
import importlib.metadata
import io
import json
import os
import pathlib
import sys
import tempfile
import types

import numpy as np
import torch
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from safetensors.torch import save_file

SETS = 200
CLASSES = 4


class Chance:
    """Whole numbers from 32 bits (Numerical Recipes' linear congruence), to the same in every language."""

    def __init__(self, seed):
        self.state = (seed * 2654435761 + 12345) % 2**32

    def below(self, count):
        self.state = (self.state * 1664525 + 1013904223) % 2**32
        return self.state * count // 2**32


def made_box(chance):
    width, height = (8 * (1 + chance.below(4)), 8 * (1 + chance.below(4))) if chance.below(2) else (
        (1 + chance.below(480)) / 4,
        (1 + chance.below(480)) / 4,
    )
    return [chance.below(800) / 4, chance.below(800) / 4, width, height]


def moved(chance, box):
    """Over a box: the same, half of it, or a little beside it."""
    x, y, width, height = box
    how = chance.below(4)
    if how == 0:
        return [x, y, width, height]
    if how == 1:
        return [x, y, width / 2, height]
    if how == 2:
        return [x, y, width, height * 3 / 4]
    return [x + chance.below(16) / 4, y + chance.below(16) / 4, width, height]


def made_set(seed):
    """Images with boxes (x, y, width, height, class, area, ignored, id) and detections (x, y, width, height, class, score)."""
    chance = Chance(seed)
    images, next_id = [], 0 if seed % 10 == 0 else 1
    classes = 1 + chance.below(CLASSES)
    many = seed % 20 == 7
    for _ in range(1 + chance.below(6)):
        boxes, detections = [], []
        for _ in range(chance.below(9)):
            box = moved(chance, boxes[-1][:4]) if boxes and chance.below(4) == 0 else made_box(chance)
            area = [box[2] * box[3], box[2] * box[3], 1024, 9216, 1023.75, 9216.25][chance.below(6)]
            boxes.append([*box, chance.below(classes), area, int(chance.below(6) == 0), next_id])
            next_id += 1
        for _ in range(chance.below(300 if many else 13)):
            near = boxes[chance.below(len(boxes))] if boxes and chance.below(4) else None
            box = moved(chance, near[:4]) if near else made_box(chance)
            label = near[4] if near and chance.below(8) else chance.below(classes)
            score = chance.below(8) / 8 if chance.below(2) else chance.below(1024) / 1024
            detections.append([*box, label, score])
        images.append((boxes, detections))
    return images


def coco_scores(images, classes):
    """pycocotools' twelve, and AP of each class."""
    with contextlib.redirect_stdout(io.StringIO()):
        truth, found = COCO(), COCO()
        categories = [{"id": i} for i in range(classes)]
        truth.dataset = {"images": [{"id": i} for i in range(len(images))], "categories": categories, "annotations": []}
        found.dataset = {"images": truth.dataset["images"], "categories": categories, "annotations": []}
        for i, (boxes, detections) in enumerate(images):
            for *box, label, area, crowd, number in boxes:
                truth.dataset["annotations"].append(
                    {"id": number, "image_id": i, "category_id": label, "bbox": box, "area": area, "iscrowd": crowd}
                )
            for *box, label, score in detections:
                found.dataset["annotations"].append(
                    {
                        "id": len(found.dataset["annotations"]) + 1,
                        "image_id": i,
                        "category_id": label,
                        "bbox": box,
                        "area": box[2] * box[3],
                        "iscrowd": 0,
                        "score": score,
                    }
                )
        truth.createIndex()
        found.createIndex()
        judge = COCOeval(truth, found, "bbox")
        judge.evaluate()
        judge.accumulate()
        judge.summarize()
    each = judge.eval["precision"][:, :, :, 0, 2]
    per_class = [each[:, :, k].mean() if each[0, 0, k] > -1 else -1.0 for k in range(classes)]
    return np.array(judge.stats), np.array(per_class)


class StableNumpy:
    """numpy, whose argsort keeps the order of what is equal."""

    def __getattr__(self, name):
        return getattr(np, name)

    @staticmethod
    def argsort(values):
        return np.argsort(values, kind="stable")


def voc_module(path):
    """detectron2's file without detectron2."""
    stubs = {
        "detectron2": {},
        "detectron2.data": {"MetadataCatalog": None},
        "detectron2.utils": {"comm": None},
        "detectron2.utils.file_io": {"PathManager": types.SimpleNamespace(open=open)},
        "detectron2.evaluation": {},
        "detectron2.evaluation.evaluator": {"DatasetEvaluator": object},
    }
    for name, members in stubs.items():
        sys.modules[name] = types.ModuleType(name)
        sys.modules[name].__dict__.update(members)
    module = types.ModuleType("detectron2.evaluation.pascal_voc_evaluation")
    module.__package__ = "detectron2.evaluation"
    exec(compile(pathlib.Path(path).read_text(), path, "exec"), module.__dict__)
    module.np = StableNumpy()
    return module


def voc_scores(module, images, classes):
    """The mean over classes that have a box to be found, by 11 points and by all; −1 where none has."""
    means = []
    for eleven in (True, False):
        found = []
        for label in range(classes):
            if not any(box[4] == label and not box[6] for boxes, _ in images for box in boxes):
                continue
            # First and last pixel, from 1 on.
            ends = lambda box: [box[0] + 1, box[1] + 1, box[0] + box[2], box[1] + box[3]]
            module.parse_rec = lambda name: [
                {"name": box[4], "bbox": ends(box), "difficult": box[6]} for box in images[int(name)][0]
            ]
            with tempfile.TemporaryDirectory() as folder:
                names, said = pathlib.Path(folder, "names"), pathlib.Path(folder, "said")
                names.write_text("\n".join(str(i) for i in range(len(images))))
                said.write_text(
                    "\n".join(
                        " ".join([str(i), repr(float(one[5])), *(repr(float(end)) for end in ends(one))])
                        for i, (_, detections) in enumerate(images)
                        for one in detections
                        if one[4] == label
                    )
                )
                with np.errstate(all="ignore"):
                    found.append(module.voc_eval(str(said), "{}", str(names), label, 0.5, eleven)[2])
        means.append(np.mean(found) if found else -1.0)
    return means


def of_folder(file):
    """Detections made over the boxes of a COCO file, of three detections to a box."""
    known = json.loads(pathlib.Path(file).read_text())
    classes = {category["id"]: i for i, category in enumerate(sorted(known["categories"], key=lambda one: one["id"]))}
    chance = Chance(2017)
    images = []
    for image in sorted(known["images"], key=lambda one: one["id"]):
        own = [one for one in known["annotations"] if one["image_id"] == image["id"]]
        boxes = [
            [*one["bbox"], classes[one["category_id"]], one["area"], one["iscrowd"], one["id"]]
            for one in sorted(own, key=lambda one: one["id"])
        ]
        detections = []
        for box in boxes:
            for _ in range(3):
                label = box[4] if chance.below(4) else chance.below(len(classes))
                detections.append([*moved(chance, box[:4]), label, chance.below(64) / 64])
        images.append((boxes, detections))
    return images, len(classes)


voc_file, data = sys.argv[1:]
voc = voc_module(voc_file)
twelve, per_class, voc_means = [], [], []
for seed in range(SETS):
    images = made_set(seed)
    scores, each = coco_scores(images, CLASSES)
    twelve.append(scores)
    per_class.append(each)
    voc_means.append(voc_scores(voc, images, CLASSES))
small, count = of_folder(os.path.join(data, "annotations", "instances_val2017.json"))
small_scores, _ = coco_scores(small, count)
out = {
    "coco": np.stack(twelve),
    "perClass": np.stack(per_class),
    "voc": np.array(voc_means),
    "cocoSmall": small_scores,
    "vocSmall": np.array(voc_scores(voc, small, count)),
}
save_file(
    {name: torch.from_numpy(np.ascontiguousarray(value, dtype=np.float64)) for name, value in out.items()},
    os.path.join(os.path.dirname(__file__), "box_scores.safetensors"),
    metadata={
        "pycocotools": importlib.metadata.version("pycocotools"),
        "numpy": np.__version__,
        "pascal_voc_evaluation.py": hashlib.sha256(pathlib.Path(voc_file).read_bytes()).hexdigest()[:12],
    },
)
