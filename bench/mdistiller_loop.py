"""mdistiller's own training loop (megvii-research/mdistiller, a checkout of the user's), on a CPU, with its configuration for KD.

What it needs and a CPU bench has not: .cuda() returns what it is called on, the data set takes pixels from a file, teachers have fresh
weights, and what writes logs is not made.
"""

import json
import sys
import types

import numpy as np
import torch


def loop(folder, pixels, batch, loader):
    """A step of KD from resnet32x4 to resnet8x4: `train_iter` of its trainer, on its loader's next batch or on the same again."""
    torch.Tensor.cuda = lambda tensor, *_, **__: tensor
    torch.nn.Module.cuda = lambda module, *_, **__: module
    sys.modules["tensorboardX"] = types.SimpleNamespace(SummaryWriter=lambda *_, **__: None)
    sys.path.insert(0, folder)
    from torchvision import datasets

    def init(self, root, train=True, transform=None, target_transform=None, download=False):
        self.data = np.fromfile(pixels, np.uint8).reshape(-1, 32, 32, 3)
        with open(f"{pixels}.json") as file:
            self.targets = json.load(file)
        self.transform, self.target_transform = transform, target_transform

    datasets.CIFAR100.__init__ = init
    from mdistiller.dataset import get_dataset
    from mdistiller.distillers import distiller_dict
    from mdistiller.engine.cfg import CFG as cfg
    from mdistiller.engine.trainer import BaseTrainer
    from mdistiller.engine.utils import AverageMeter
    from mdistiller.models import cifar_model_dict

    cfg.merge_from_file(f"{folder}/configs/cifar100/kd.yaml")
    cfg.merge_from_list(["SOLVER.BATCH_SIZE", batch])
    data, _, _, classes = get_dataset(cfg)
    student, teacher = (cifar_model_dict[name][0](num_classes=classes) for name in ("resnet8x4", "resnet32x4"))
    trainer = object.__new__(BaseTrainer)
    trainer.cfg = cfg
    trainer.distiller = torch.nn.DataParallel(distiller_dict["KD"](student, teacher, cfg))
    trainer.optimizer = trainer.init_optimizer(cfg)
    trainer.distiller.train()
    names = ("training_time", "data_time", "losses", "top1", "top5")
    meters = {name: AverageMeter() for name in names}

    def batches():
        while True:
            yield from data

    source = batches()
    first = next(source)
    if not loader:
        # The loader's workers end with it.
        source = iter(lambda: first, None)
    return lambda: trainer.train_iter(next(source), 1, meters)
