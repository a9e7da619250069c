"""A classification's losses and their gradients by PyTorch, timm and scikit-learn, for the tests of the task's own loss.

`python packages/retort/reference/classification_loss.py` (torch 2.15.0, timm 1.0.31, scikit-learn, safetensors) writes classification_loss.safetensors
beside it: `logits` [6, 4], `labels`, `soft` [6, 4], `weights` [4] (balanced, of `counted`), and of each case CASE.loss and CASE.gradient.
"""

import os

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from sklearn.utils.class_weight import compute_class_weight
from timm.loss import BinaryCrossEntropy, LabelSmoothingCrossEntropy, SoftTargetCrossEntropy

torch.manual_seed(18)
logits = torch.randn(6, 4) * 3
labels = torch.tensor([0, 3, 1, 1, 2, 0])
soft = torch.rand(6, 4).softmax(1)
counted = torch.tensor([0] * 9 + [1] * 30 + [2] + [3] * 4)
weights = torch.tensor(compute_class_weight("balanced", classes=np.arange(4), y=counted.numpy()), dtype=torch.float64)
weight = weights.float()

cases = {
    "smoothing": lambda z: LabelSmoothingCrossEntropy(0.1)(z, labels),
    "soft": lambda z: SoftTargetCrossEntropy()(z, soft),
    "weighted": lambda z: F.cross_entropy(z, labels, weight=weight),
    "weighted.smoothing": lambda z: F.cross_entropy(z, labels, weight=weight, label_smoothing=0.1),
    "weighted.soft": lambda z: F.cross_entropy(z, soft, weight=weight),
    "bce": lambda z: BinaryCrossEntropy(smoothing=0.0)(z, labels),
    "bce.smoothing": lambda z: BinaryCrossEntropy(smoothing=0.1)(z, labels),
    "bce.soft": lambda z: BinaryCrossEntropy()(z, soft),
    "bce.weighted": lambda z: BinaryCrossEntropy(smoothing=0.1, weight=weight)(z, labels),
}
out = {"logits": logits, "labels": labels, "soft": soft, "counted": counted, "weights": weights}
for name, loss in cases.items():
    z = logits.clone().requires_grad_()
    value = loss(z)
    value.backward()
    out[f"{name}.loss"], out[f"{name}.gradient"] = value.detach(), z.grad
save_file(out, os.path.join(os.path.dirname(__file__), "classification_loss.safetensors"))
