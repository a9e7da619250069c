"""The loaders that photographs are compared with: torchvision's ImageFolder in PyTorch's DataLoader, and timm's RandAugment in it."""

import torch
from PIL import ImageOps
from torch.utils.data import DataLoader
from torchvision import transforms as T
from torchvision.datasets import ImageFolder

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def keep_no_bits():
    """timm's PosterizeIncreasing asks Pillow for no bits at magnitude 10, which Pillow refuses since version 13: black, as it was before."""
    posterize = ImageOps.posterize
    ImageOps.posterize = lambda image, bits: posterize(image, bits) if bits > 0 else image.point([0] * 256 * len(image.getbands()))


def timm_augment():
    from timm.data.auto_augment import rand_augment_transform

    keep_no_bits()
    fill = tuple(round(255 * mean) for mean in MEAN)
    return rand_augment_transform("rand-m9-mstd0.5-inc1", {"translate_const": 100, "img_mean": fill})


def transform_of(name):
    whole = [T.ToTensor(), T.Normalize(MEAN, STD)]
    if name == "eval":
        return T.Compose([T.Resize(256), T.CenterCrop(224), *whole])
    if name == "train":
        return T.Compose([T.RandomResizedCrop(224), T.RandomHorizontalFlip(), *whole])
    from timm.data.transforms import RandomResizedCropAndInterpolation

    crop = RandomResizedCropAndInterpolation(224, interpolation="random")
    return T.Compose([crop, T.RandomHorizontalFlip(), timm_augment(), *whole])


def operations(folder):
    """RandAugment of each picture of the folder a call, at 224 pixels."""
    pictures = [image.resize((224, 224)) for image, _ in ImageFolder(f"{folder}/train")]
    augment = timm_augment()

    def step():
        for picture in pictures:
            augment(picture)

    return step


def trainer():
    """A step of resnet18."""
    from torchvision.models import resnet18

    model = resnet18(num_classes=10).to(memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=5e-4, fused=True)

    def step(images, labels):
        optimizer.zero_grad(set_to_none=True)
        loss = torch.nn.functional.cross_entropy(model(images.to(memory_format=torch.channels_last)), labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def passes(folder, transform, batch, workers, trains=False):
    """A pass over the folder a call, by workers that stay."""
    if transform == "operations":
        return operations(folder)
    train = trainer() if trains else None
    data = ImageFolder(f"{folder}/train", transform_of(transform))
    loader = DataLoader(data, batch_size=batch, shuffle=True, num_workers=workers, persistent_workers=True)

    def step():
        for images, labels in loader:
            assert images.dtype == torch.float32 and len(images) == len(labels)
            if train:
                train(images, labels)

    return step
