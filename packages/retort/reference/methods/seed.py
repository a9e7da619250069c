"""seed: the cross entropy of two softmaxes over the queue and the teacher's own vector, image by image.

Released: SEED (seed/builder.py) and soft_cross_entropy (tools/utils.py) of jacobswan1/SEED@f236cac (MIT), whose encoders answer our vectors, with our
queue.
"""

import types

import torch
import torch.nn.functional as F
from cases import Cases
from torch import nn

cases = Cases("seed")


class Queue(nn.Module):
    def __init__(self, size, width, oldest):
        super().__init__()
        self.register_buffer("rows", F.normalize(torch.randn(size, width)))
        self.register_buffer("oldest", torch.tensor(oldest))


def vectors(given):
    own, theirs = given["student.feature.penultimate"], given["teacher.feature.penultimate"]
    return [f.mean((2, 3)) if f.dim() == 4 else f for f in (own, theirs)]


def unit(x):
    return x / torch.sqrt((x**2).sum())


def terms(given, parts, temperature=0.2, teacherTemperature=0.01, beta=1, gamma=0, **_):
    own, theirs = vectors(given)
    total = 0
    for f_s, f_t in zip(parts["projector"](own), theirs):
        z_s, z_t = unit(f_s), unit(f_t)
        compared = [z_t, *parts["queue"].rows]
        p_t = torch.stack([(z_t * d).sum() / teacherTemperature for d in compared]).softmax(0)
        scores = torch.stack([(z_s * d).sum() / temperature for d in compared])
        total = total - (p_t * (scores - torch.logsumexp(scores, 0))).sum()
    computed = {"seed": beta * total / len(own)}
    if gamma > 0:
        computed["ce"] = gamma * F.cross_entropy(given["student.logits"], given["labels"])
    return computed


def part(kind, own, theirs):
    if kind == "mlp":
        return nn.Sequential(nn.Linear(own, own), nn.ReLU(), nn.Linear(own, theirs))
    return nn.Linear(own, theirs) if kind == "linear" else nn.Identity()


for batch, own, theirs, oldest, kind, options in [
    (4, (5,), (7,), 0, "mlp", {"queue": 16}),
    (3, (6,), (6,), 5, "none", {"queue": 9, "projector": "none", "beta": 2}),
    (5, (4, 3, 3), (6, 2, 2), 3, "linear", {"queue": 5, "projector": "linear", "teacherTemperature": 0.07, "gamma": 0.5}),
    # A batch that is larger than the queue.
    (8, (3,), (4,), 2, "mlp", {"queue": 6, "temperature": 0.07, "gamma": 1}),
    (1, (3,), (5,), 1, "mlp", {"queue": 2, "temperature": 1, "teacherTemperature": 1}),
]:
    given = {key: value.double().detach() if value.is_floating_point() else value for key, value in cases.logits(batch, 4).items()}
    given["student.logits"].requires_grad_()
    given["student.feature.penultimate"] = torch.randn(batch, *own, dtype=torch.double).requires_grad_()
    given["teacher.feature.penultimate"] = torch.randn(batch, *theirs, dtype=torch.double)
    parts = nn.ModuleDict(
        {"projector": part(kind, own[0], theirs[0]), "queue": Queue(options["queue"], theirs[0], oldest)}
    ).double()
    cases.add(given, lambda given, parts: terms(given, parts, **options), options, parts)

if cases.folder:
    scope = {"torch": torch, "nn": nn}
    cases.pieces("jacobswan1+SEED/seed/builder.py", {"SEED"}, scope)
    cases.pieces("jacobswan1+SEED/tools/utils.py", {"soft_cross_entropy"}, scope)
    for i, (given, parts, options) in enumerate(cases.kept):
        own, theirs = vectors(given)
        released = types.SimpleNamespace(
            student=lambda _: parts["projector"](own),
            teacher=lambda _: theirs,
            queue=parts["queue"].rows.t(),
            t=options.get("temperature", 0.2),
            temp=options.get("teacherTemperature", 0.01),
            dist=False,
            _dequeue_and_enqueue=lambda *_, **__: None,
        )
        loss = scope["soft_cross_entropy"](*scope["SEED"].forward(released, None))
        cases.released(i, "seed", options.get("beta", 1) * loss)

cases.write()
