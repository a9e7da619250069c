"""srd: both forms, for vectors, feature maps and tokens, of which those of texts are cut to each text's own, and for the levels of two pyramids.

Released, roymiles/Simple-Recipe-Distillation@31e8477: OurDistillationLoss (imagenet/torchdistill/losses/single.py) for residuals and
DistillationLoss (deit/models.py) for correlation, with our projector and the sizes of our features; its logits' term is taken with that of the
features set to zero.
"""

import torch
import torch.nn.functional as F
from cases import Cases
from torch import nn

cases = Cases("srd")


def pooled(x, prefix):
    return x.mean((2, 3)) if x.dim() == 4 else x[:, prefix:].mean(1) if x.dim() == 3 else x


def vectors(given, prefix):
    found = []
    for who in ("student", "teacher"):
        x, mask = given[f"{who}.feature.penultimate"], given.get(f"{who}.mask", given.get("mask"))
        if mask is not None and x.dim() == 3:
            found.append(torch.stack([text[own].mean(0) for text, own in zip(x, mask)]))
        else:
            found.append(pooled(x, prefix))
    return found


def whiten(x, eps):
    deviation = x - x.mean(0)
    return deviation / torch.sqrt((deviation**2).mean(0) + eps)


def terms(given, parts, prefix, form="residual", power=4, beta=None, kappa=1, normEps=None, logEps=None, gamma=1):
    if form == "residual":
        beta, normEps, logEps = beta or 2, normEps or 1e-4, logEps or 0
    else:
        beta, normEps, logEps = beta or 1, normEps or 0, logEps or 1e-5
    own, theirs = vectors(given, prefix)
    f_s = whiten(own @ parts["projector"].weight.T + parts["projector"].bias, normEps)
    f_t = whiten(theirs, normEps)
    if form == "residual":
        deviation = f_s - f_t
    else:
        deviation = torch.stack([(f_s[:, d] * f_t[:, d]).mean() for d in range(f_s.shape[1])]) - 1
    both, p = given["student.logits"], given["teacher.logits"].softmax(1)
    own, s = given.get("student.feature.head", both), given.get("student.feature.head_dist", both)
    computed = {
        "ce": gamma * F.cross_entropy(own, given.get("softLabels", given.get("labels"))),
        "srd": beta * torch.log((abs(deviation) ** power).sum() + logEps),
    }
    if kappa > 0:
        computed["kd"] = kappa * (p * (p.log() - s.softmax(1).log())).sum(1).mean()
    return computed


def add(batch, own, theirs, options, prefix=0):
    given = cases.logits(batch, 6)
    given["student.feature.penultimate"] = cases.student(batch, *own)
    given["teacher.feature.penultimate"] = cases.teacher(batch, *theirs)
    d_s, d_t = (vector.shape[1] for vector in vectors(given, prefix))
    parts = nn.ModuleDict({"projector": nn.Linear(d_s, d_t)})
    setting = {"prefixTokens": prefix} if prefix else {}
    cases.add(given, lambda given, parts: terms(given, parts, prefix, **options), options, parts, setting)


for batch, own, theirs, prefix in [
    (3, (8,), (5,), 0),
    (5, (3, 2, 2), (6,), 0),
    (2, (4,), (7, 3, 3), 0),
    (17, (9, 5), (4,), 0),
    (4, (2, 1, 3), (3, 2, 1), 0),
    (6, (5, 3), (10, 4), 1),
]:
    add(batch, own, theirs, {}, prefix)
    # Two images without eps are ±1 whatever they are: no gradient but rounding.
    add(max(batch, 4), own, theirs, {"form": "correlation"}, prefix)
changed = {"power": 2.5, "beta": 0.7, "kappa": 0, "normEps": 1e-3, "logEps": 0.1, "gamma": 0.5}
add(4, (3,), (5,), changed)
add(5, (4,), (2,), {"form": "correlation", **changed, "kappa": 0.3})


def add_texts(batch, own, theirs, options, prefix=0):
    """Tokens of texts, as many as each network's own tokenizer makes of them, or one mask of both."""
    given = cases.logits(batch, 6)
    given["student.feature.penultimate"] = cases.student(batch, *own)
    given["teacher.feature.penultimate"] = cases.teacher(batch, *theirs)
    if own[0] == theirs[0]:
        given["mask"] = cases.mask(batch, own[0])
    else:
        given |= {"student.mask": cases.mask(batch, own[0]), "teacher.mask": cases.mask(batch, 4)}
    parts = nn.ModuleDict({"projector": nn.Linear(own[-1], theirs[-1])})
    setting = {"prefixTokens": prefix} if prefix else {}
    cases.add(given, lambda given, parts: terms(given, parts, prefix, **options), options, parts, setting)


add_texts(5, (7, 4), (7, 3), {})
add_texts(6, (5, 3), (4, 6), {"form": "correlation"})
# The class token of texts is a token as the others are; a sentence vector has no tokens.
add_texts(4, (6, 3), (6, 4), {}, prefix=1)
add_texts(5, (3, 3), (4,), {})



def add_deit(batch, tokens, theirs, classes, prefix=2):
    """
    DeiT's form whole, in float64: soft labels on the class token's head, KL on the other, the patches' tokens beside the teacher's maps, of which a
    channel is shut.
    """
    given = cases.heads(cases.logits(batch, classes)) | {
        "student.feature.norm": cases.student(batch, *tokens),
        "teacher.feature.penultimate": cases.teacher(batch, *theirs),
        "softLabels": torch.rand(batch, classes).softmax(1),
    }
    del given["labels"]
    given["teacher.feature.penultimate"][:, 1] = 0
    given = {key: value.detach().double().requires_grad_(value.requires_grad) for key, value in given.items()}
    parts = nn.ModuleDict({"projector": nn.Linear(tokens[-1], theirs[0])}).double()
    options = {"form": "correlation", "student": "norm"}

    cases.add(given, lambda given, parts: deit_terms(given, parts, prefix), options, parts, {"headsApart": True, "prefixTokens": prefix})


def deit_terms(given, parts, prefix):
    z_s = given["student.feature.norm"][:, prefix:].mean(1) @ parts["projector"].weight.T + parts["projector"].bias
    # Of a shut channel everything is the mean: any eps makes 0 of it.
    f_s, f_t = whiten(z_s, 0), whiten(pooled(given["teacher.feature.penultimate"], 0), 1e-30)
    c = (f_s * f_t).mean(0)
    log_p, log_q = given["teacher.logits"].log_softmax(1), given["student.feature.head_dist"].log_softmax(1)
    return {
        "ce": -(given["softLabels"] * given["student.feature.head"].log_softmax(1)).sum(1).mean(),
        "srd": torch.log((c - 1).abs().pow(4).sum() + 1e-5),
        "kd": (log_p.exp() * (log_p - log_q)).sum(1).mean(),
    }


add_deit(6, (2 + 9, 5), (7, 3, 3), 8)
add_deit(16, (2 + 16, 4), (11,), 5)



def level_terms(given, parts, form="residual", power=4, beta=None, **_):
    beta, eps, log_eps = beta or (2 if form == "residual" else 1), *((1e-4, 0) if form == "residual" else (1e-30, 1e-5))
    total = 0
    for k, projector in enumerate(parts["projectors"], 1):
        # Each place of each image is a row.
        own, theirs = (given[f"{who}.feature.stage{k}"].permute(0, 2, 3, 1).flatten(0, 2) for who in ("student", "teacher"))
        f_s, f_t = whiten(own @ projector.weight[:, :, 0, 0].T + projector.bias, eps), whiten(theirs, eps)
        deviation = f_s - f_t if form == "residual" else (f_s * f_t).mean(0) - 1
        total = total + torch.log((abs(deviation) ** power).sum() + log_eps)
    return {"srd": beta * total}


for batch, (own, theirs), sizes, options in [
    (2, (3, 4), [(9, 13), (5, 7), (3, 4), (2, 2), (1, 1)], {}),
    (1, (2, 5), [(3, 5), (2, 3)], {"beta": 0.7, "power": 3}),
    (3, (4, 2), [(4, 3), (2, 2)], {"form": "correlation"}),
]:
    given, options = cases.levels(batch, sizes, own, theirs), {"levels": True, "gamma": 0, **options}
    projectors = nn.ModuleDict({"projectors": nn.ModuleList(nn.Conv2d(own, theirs, 1) for _ in sizes)}).double()
    cases.add(given, lambda given, parts: level_terms(given, parts, **options), options, projectors)

if cases.folder:
    scope, folder = {"torch": torch, "nn": nn, "F": F}, "roymiles+Simple-Recipe-Distillation"
    cases.pieces(f"{folder}/imagenet/torchdistill/losses/single.py", {"OurDistillationLoss"}, scope)
    cases.pieces(f"{folder}/deit/models.py", {"DistillationLoss"}, scope)
    # The name by which it calls itself.
    scope["ITLoss"] = scope["DistillationLoss"]
    for i, (given, parts, options) in enumerate(cases.kept):
        if options.keys() - {"form"} or any(key.endswith("mask") for key in given):
            continue
        own, theirs = vectors(given, cases.described[i]["setting"].get("prefixTokens", 0))
        if options.get("form") == "correlation":
            loss = scope["DistillationLoss"](own.shape[1], theirs.shape[1], 4)
            loss.embed = parts["projector"]
            # PyTorch has come to refuse an eps of 0; this one no variance notices.
            loss.bn_s.eps = loss.bn_t.eps = 1e-30
            cases.released(i, "srd", loss(own, theirs))
            continue
        loss = scope["OurDistillationLoss"]()
        loss.embed = parts["projector"]
        # Of 512 channels as released, which only the running averages are, and they are no part of the loss.
        for norm in (loss.bn_s, loss.bn_t):
            norm.running_mean = norm.running_var = None
        cases.released(i, "srd", 2 * loss.forward_loss(own, theirs))
        loss.forward_loss = lambda *_: 0
        outputs = [
            {"layer4": {"output": vector[:, :, None, None]}, "fc": {"output": given[f"{who}.logits"]}}
            for who, vector in (("student", own), ("teacher", theirs))
        ]
        cases.released(i, "kd", loss(*outputs, mode=None))

cases.write()
