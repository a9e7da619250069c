"""compress: the divergence of two softmaxes over anchor points, image by image, and point by point.

Released: CompReSS (two queues) and CompReSSA (one) of UMBCvision/CompRess@c5e57ed (nn/compress_loss.py, MIT), with our anchors.
"""

import torch
import torch.nn.functional as F
from cases import Cases
from torch import nn

cases = Cases("compress")


class Queue(nn.Module):
    def __init__(self, size, width, oldest):
        super().__init__()
        self.register_buffer("rows", (2 * torch.rand(size, width) - 1) * (3 / width) ** 0.5)
        self.register_buffer("oldest", torch.tensor(oldest))


def vectors(given):
    own, theirs = given["student.feature.penultimate"], given["teacher.feature.penultimate"]
    return [f.mean((2, 3)) if f.dim() == 4 else f for f in (own, theirs)]


def unit(x):
    return x / torch.sqrt((x**2).sum())


def terms(given, parts, queues="2q", temperature=0.04, beta=1, gamma=0, **_):
    own, theirs = vectors(given)
    total = 0
    of_student = parts["queue_t" if queues == "1q" else "queue_s"].rows
    for f_s, f_t in zip(parts["projector"](own), theirs):
        t = torch.stack([(unit(f_t) * a).sum() / temperature for a in parts["queue_t"].rows])
        s = torch.stack([(unit(f_s) * a).sum() / temperature for a in of_student])
        total = total + (t.softmax(0) * (t - torch.logsumexp(t, 0) - s + torch.logsumexp(s, 0))).sum()
    computed = {"compress": beta * total / len(own)}
    if gamma > 0:
        computed["ce"] = gamma * F.cross_entropy(given["student.logits"], given["labels"])
    return computed


def part(kind, own, theirs):
    if kind == "mlp":
        return nn.Sequential(nn.Linear(own, own), nn.ReLU(), nn.Linear(own, theirs))
    return nn.Linear(own, theirs) if kind == "linear" else nn.Identity()


for batch, own, theirs, oldest, kind, options in [
    (4, (5,), (7,), 0, "none", {"queue": 16}),
    (3, (6,), (6,), 5, "none", {"queue": 9, "queues": "1q", "beta": 2}),
    (5, (4, 3, 3), (6, 2, 2), 3, "linear", {"queue": 5, "queues": "1q", "gamma": 0.5}),
    # A batch that is larger than the queue.
    (8, (3,), (4,), 2, "none", {"queue": 6, "temperature": 0.2, "gamma": 1}),
    (2, (3,), (5,), 1, "mlp", {"queue": 4, "queues": "1q", "projector": "mlp", "temperature": 1}),
]:
    given = {key: value.double().detach() if value.is_floating_point() else value for key, value in cases.logits(batch, 4).items()}
    given["student.logits"].requires_grad_()
    given["student.feature.penultimate"] = torch.randn(batch, *own, dtype=torch.double).requires_grad_()
    given["teacher.feature.penultimate"] = torch.randn(batch, *theirs, dtype=torch.double)
    queues = {"queue_t": Queue(options["queue"], theirs[0], oldest)}
    if options.get("queues") != "1q":
        queues["queue_s"] = Queue(options["queue"], own[0], oldest)
    parts = nn.ModuleDict({"projector": part(kind, own[0], theirs[0]), **queues}).double()
    cases.add(given, lambda given, parts: terms(given, parts, **options), options, parts)

if cases.folder:
    scope = {"torch": torch, "nn": nn, "F": F, "math": __import__("math"), "print": lambda *_: None}
    path = "UMBCvision+CompRess/nn/compress_loss.py"
    cases.pieces(path, {"SampleSimilarities", "CompReSS", "CompReSSA", "Normalize", "KLD"}, scope)
    for i, (given, parts, options) in enumerate(cases.kept):
        own, theirs = vectors(given)
        if options["queue"] < len(own):
            # It writes one place twice.
            continue
        size, tau = options["queue"], options.get("temperature", 0.04)
        if options.get("queues") == "1q":
            loss = scope["CompReSSA"](theirs.shape[1], size, tau)
        else:
            loss = scope["CompReSS"](theirs.shape[1], own.shape[1], size, tau)
            loss.student_sample_similarities.memory = parts["queue_s"].rows.clone()
        loss.teacher_sample_similarities.memory = parts["queue_t"].rows.clone()
        cases.released(i, "compress", options.get("beta", 1) * loss(theirs, parts["projector"](own)))

cases.write()
