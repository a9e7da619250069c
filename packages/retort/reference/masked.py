"""Losses whose teacher masks classes: its logits are -inf there, their probability is 0, and what PyTorch's own functions make of that.

`python packages/retort/reference/masked.py` (torch 2.15.0, safetensors) writes masked.safetensors beside it: METHOD.TENSOR, as `retort loss` takes
them, METHOD.terms.NAME the weighted terms, METHOD.grad the gradient of their sum for the student's logits; the metadata holds the options.
"""

import json
import os

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

torch.manual_seed(0)
BATCH, CLASSES = 7, 11


def kl(student, teacher):
    """Of logits. Probabilities as the target: PyTorch then counts a class of probability 0 as 0."""
    return F.kl_div(student.log_softmax(1), teacher.softmax(1), reduction="batchmean")


def kd(s, t, y):
    return {"kd": 0.9 * 16 * kl(s / 4, t / 4), "ce": 0.1 * F.cross_entropy(s, y)}


def dkd(s, t, y):
    own = F.one_hot(y, CLASSES).bool()

    def parts(z):
        others = z[~own].view(BATCH, CLASSES - 1)
        return torch.stack([z[own], others.logsumexp(1)], 1), others

    (target_s, others_s), (target_t, others_t) = parts(s / 4), parts(t / 4)
    return {
        "tckd": 16 * kl(target_s, target_t),
        "nckd": 8 * 16 * kl(others_s, others_t),
        "ce": F.cross_entropy(s, y),
    }


def srd(s, t, y):
    return {"kd": kl(s, t)}


def cskd(s, t, y):
    p, q = (s / 4).softmax(1), (t / 4).softmax(1)
    cosine = (p * q).sum(0) / (p.norm(dim=0) * q.norm(dim=0) + 1e-8)
    return {"cskd": 2 * 16 * (1 - cosine.mean()), "ce": F.cross_entropy(s, y)}


def dist(s, t, y):
    def distance(a, b):
        a, b = a - a.mean(1, keepdim=True), b - b.mean(1, keepdim=True)
        return 1 - ((a * b).sum(1) / (a.norm(dim=1) * b.norm(dim=1) + 1e-8)).mean()

    p, q = s.softmax(1), t.softmax(1)
    return {"inter": 2 * distance(p, q), "intra": 2 * distance(p.T, q.T), "ce": F.cross_entropy(s, y)}


def ofa(s, t, y):
    target = F.one_hot(y, CLASSES)
    share = (t.softmax(1) + target) ** 1.3 - target
    return {"kd": -(share * s.log_softmax(1)).sum(1).mean(), "ce": F.cross_entropy(s, y)}


options = {
    "kd": {},
    "dkd": {"warmUpEpochs": 0},
    "srd": {"gamma": 0},
    "cskd": {"weighted": False},
    "dist": {},
    "ofa": {"gamma": [1, 1.3], "exits": 0, "stages": ["stage1"]},
}
tensors = {}
for method in (kd, dkd, srd, cskd, dist, ofa):
    student = (3 * torch.randn(BATCH, CLASSES)).requires_grad_()
    teacher = 3 * torch.randn(BATCH, CLASSES)
    labels = torch.randint(0, CLASSES, (BATCH,))
    # One class for all images, as of a teacher that was never taught it, and others image by image; never all that DKD sees beside the label.
    teacher[:, 4] = -torch.inf
    teacher[torch.rand(BATCH, CLASSES) < 0.4] = -torch.inf
    teacher[:, :2] = 3 * torch.randn(BATCH, 2)
    name = method.__name__
    given = {"student.logits": student, "teacher.logits": teacher, "labels": labels}
    if name in ("srd", "ofa"):
        given |= {f"{who}.feature.penultimate": torch.randn(BATCH, 3) for who in ("student", "teacher")}
    if name == "ofa":
        given["student.feature.stage1"] = torch.randn(BATCH, 4, 2, 2)
    terms = method(student, teacher, labels)
    (gradient,) = torch.autograd.grad(sum(terms.values()), [student])
    tensors |= {f"{name}.{key}": value.detach() for key, value in given.items()}
    tensors |= {f"{name}.terms.{key}": value.detach() for key, value in terms.items()}
    tensors[f"{name}.grad"] = gradient
assert all(value.isfinite().all() for key, value in tensors.items() if ".terms." in key or key.endswith(".grad"))
file = os.path.join(os.path.dirname(os.path.abspath(__file__)), "masked.safetensors")
save_file({key: value.contiguous() for key, value in tensors.items()}, file, {"options": json.dumps(options)})
