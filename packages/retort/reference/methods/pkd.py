"""pkd: normalised first tokens of layers, which learn by skipping and by the last, on ragged texts.

Released: patience_loss of intersun/PKD-for-BERT-Model-Compression@9e9e860 (src/KD_loss.py), which rounds to float16, and so is given a `half` that
does not. Its logits' term is a mean over classes too, and kept times their number.
"""

import torch
import torch.nn.functional as F
from cases import Cases

torch.set_default_dtype(torch.float64)
cases = Cases("pkd")


def layers(given, students, teachers, strategy="skip", student=None, teacher=None):
    if strategy == "skip":
        numbers = [m * teachers // students for m in range(1, students)]
    else:
        numbers = range(teachers - students + 1, teachers)
    student = student or [f"stage{m}" for m in range(1, students)]
    teacher = teacher or [f"stage{n}" for n in numbers]
    stacked = lambda who, paths: torch.stack([given[f"{who}.feature.{path}"][:, 0] for path in paths], 1)
    return stacked("student", student), stacked("teacher", teacher)


def terms(given, students, teachers, normalise=True, beta=100, temperature=10, alpha=0.5, gamma=0.5, **paths):
    h_s, h_t = layers(given, students, teachers, **paths)
    if normalise:
        h_s, h_t = (h / (h**2).sum(-1, keepdim=True).sqrt() for h in (h_s, h_t))
    computed = {"pkd": beta * ((h_s - h_t) ** 2).sum() / h_s.numel()}
    s, t = given["student.logits"], given["teacher.logits"]
    if alpha > 0 and s.shape[1] == 1:
        computed["kd"] = alpha * ((s - t) ** 2).mean()
    elif alpha > 0:
        p, q = (t / temperature).softmax(1), (s / temperature).softmax(1)
        computed["kd"] = alpha * temperature**2 * (p * (p.log() - q.log())).sum(1).mean()
    if gamma > 0:
        computed["ce"] = gamma * F.cross_entropy(s, given["labels"])
    return computed


for batch, length, width, students, teachers, classes, options in [
    (4, 7, 6, 3, 6, 3, {}),
    (3, 5, 8, 3, 12, 2, {"strategy": "last", "beta": 500}),
    (5, 1, 4, 6, 12, 4, {"temperature": 5, "alpha": 0.7, "gamma": 0.3}),
    (2, 3, 5, 2, 4, 2, {"normalise": False, "beta": 10, "gamma": 0}),
    (1, 4, 3, 3, 3, 3, {"alpha": 0}),
    (3, 4, 3, 3, 4, 1, {"student": ["stage1"], "teacher": ["stage3"], "gamma": 0}),
]:
    given = cases.logits(batch, classes)
    for m in range(1, students + 1):
        given[f"student.feature.stage{m}"] = cases.student(batch, length, width)
    for n in range(1, teachers + 1):
        given[f"teacher.feature.stage{n}"] = cases.teacher(batch, length, width)
    given["mask"] = cases.mask(batch, length)
    compute = lambda given, _, s=students, t=teachers, options=options: terms(given, s, t, **options)
    cases.add(given, compute, options)
    cases.kept[-1] += ((students, teachers),)

if cases.folder:
    torch.Tensor.half, torch.Tensor.float = (lambda tensor: tensor,) * 2
    scope = {"torch": torch, "nn": torch.nn, "F": F}
    names = {"patience_loss", "distillation_loss"}
    released = cases.pieces("intersun+PKD-for-BERT-Model-Compression/src/KD_loss.py", names, scope)
    for i, (given, _, options, sizes) in enumerate(cases.kept):
        paths = {key: value for key, value in options.items() if key in ("strategy", "student", "teacher")}
        h_s, h_t = layers(given, *sizes, **paths)
        patience = released["patience_loss"](h_t, h_s, options.get("normalise", True))
        cases.released(i, "pkd", options.get("beta", 100) * patience)
        alpha, gamma = options.get("alpha", 0.5), options.get("gamma", 0.5)
        logits = given["student.logits"], given["labels"], given["teacher.logits"]
        if alpha == 0 or logits[0].shape[1] == 1:
            continue
        _, kd, ce = released["distillation_loss"](*logits, options.get("temperature", 10), alpha)
        cases.released(i, "kd", alpha * kd * logits[0].shape[1])
        if gamma > 0:
            cases.released(i, "ce", gamma * ce)

cases.write()
