"""The loader that images with boxes are compared with: torchvision's reference for detection, in PyTorch's DataLoader, and what its detectors do first."""

import json
import os

import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset
from torchvision import tv_tensors
from torchvision.models.detection.transform import GeneralizedRCNNTransform
from torchvision.transforms import v2

MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]

# references/detection/presets.py: DetectionPresetTrain("hflip", backend="pil", use_v2=True).
PRESET = v2.Compose(
    [
        v2.RandomHorizontalFlip(0.5),
        v2.ToImage(),
        v2.ToDtype(torch.float, scale=True),
        v2.ConvertBoundingBoxFormat(tv_tensors.BoundingBoxFormat.XYXY),
        v2.SanitizeBoundingBoxes(),
        v2.ToPureTensor(),
    ]
)


class Boxes(Dataset):
    def __init__(self, folder):
        said = json.load(open(f"{folder}/annotations/instances_train2017.json"))
        self.folder = f"{folder}/train2017"
        self.images = said["images"]
        self.of = {image["id"]: [] for image in self.images}
        for annotation in said["annotations"]:
            self.of[annotation["image_id"]].append(annotation)

    def __len__(self):
        return len(self.images)

    def __getitem__(self, place):
        said = self.images[place]
        image = Image.open(os.path.join(self.folder, said["file_name"])).convert("RGB")
        own = self.of[said["id"]]
        boxes = torch.tensor([one["bbox"] for one in own]).reshape(-1, 4)
        target = {
            "boxes": tv_tensors.BoundingBoxes(boxes, format="XYWH", canvas_size=(image.height, image.width)),
            "labels": torch.tensor([one["category_id"] for one in own]),
        }
        return PRESET(image, target)


def both(batch):
    return tuple(zip(*batch))


def passes(folder, batch, workers, shortest, longest):
    """A pass over the folder a call, by workers that stay, and what a detector does with a batch before its first layer."""
    loader = DataLoader(
        Boxes(folder), batch_size=batch, shuffle=True, num_workers=workers, persistent_workers=True, collate_fn=both
    )
    transform = GeneralizedRCNNTransform(shortest, longest, MEAN, STD).train()

    def step():
        for images, targets in loader:
            shown, _ = transform(list(images), list(targets))
            assert shown.tensors.dtype == torch.float32 and len(shown.image_sizes) == len(targets)

    return step
