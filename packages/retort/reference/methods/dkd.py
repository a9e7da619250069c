"""dkd: both divergences class by class, over the epochs of warm-up.

Released: DKD and dkd_loss of megvii-research/mdistiller@a08d46f (mdistiller/distillers/DKD.py), each part alone. It counts epochs from 1.
"""

from types import SimpleNamespace

import torch
import torch.nn.functional as F
from cases import Cases
from torch import nn

cases = Cases("dkd")


def divergence(p, q):
    return sum(a * torch.log(a / b) for a, b in zip(p, q))


def terms(given, epoch, temperature=4, alpha=1, beta=8, warmUpEpochs=20, gamma=1):
    target, others = 0, 0
    for s, t, y in zip(given["student.logits"], given["teacher.logits"], given["labels"].tolist()):
        powers = [torch.exp(z.double() / temperature) for z in (s, t)]
        p_s, p_t = (e / e.sum() for e in powers)
        rest = [j for j in range(len(s)) if j != y]
        target = target + divergence(*([p[y], sum(p[j] for j in rest)] for p in (p_t, p_s)))
        others = others + divergence(*([p[j] / sum(p[k] for k in rest) for j in rest] for p in (p_t, p_s)))
    weight = temperature**2 * (min(epoch / warmUpEpochs, 1) if warmUpEpochs else 1) / len(given["labels"])
    computed = {}
    if alpha > 0:
        computed["tckd"] = (alpha * weight * target).float()
    if beta > 0:
        computed["nckd"] = (beta * weight * others).float()
    if gamma > 0:
        computed["ce"] = gamma * F.cross_entropy(given["student.logits"], given["labels"])
    return computed


for (batch, classes), epoch, options in [
    ((4, 5), 1, {}),
    ((1, 2), 20, {}),
    ((7, 100), 21, {}),
    ((2, 3), 13, {"temperature": 1, "beta": 0.5, "warmUpEpochs": 1}),
    ((3, 10), 1, {"alpha": 0, "warmUpEpochs": 0, "gamma": 0.5}),
    ((6, 4), 2, {"beta": 0, "warmUpEpochs": 3, "gamma": 0}),
]:
    setting = {"progress": {"epoch": epoch, "epochs": 240}}
    cases.add(cases.logits(batch, classes), lambda given, _: terms(given, epoch, **options), options, setting=setting)

if cases.folder:
    scope = {"F": F, "torch": torch, "Distiller": nn.Module}
    names = {"DKD", "dkd_loss", "_get_gt_mask", "_get_other_mask", "cat_mask"}
    DKD = cases.pieces("megvii-research+mdistiller/mdistiller/distillers/DKD.py", names, scope)["DKD"]
    for i, (given, _, options) in enumerate(cases.kept):
        if options.get("warmUpEpochs") == 0:
            continue
        for term, share, value in (("tckd", "alpha", 1), ("nckd", "beta", 8)):
            weight = options.get(share, value)
            if weight == 0:
                continue
            released = SimpleNamespace(
                student=lambda _: (given["student.logits"], None),
                teacher=lambda _: (given["teacher.logits"], None),
                ce_loss_weight=1,
                alpha=0,
                beta=0,
                temperature=options.get("temperature", 4),
                warmup=options.get("warmUpEpochs", 20),
            )
            setattr(released, share, weight)
            epoch = cases.described[i]["setting"]["progress"]["epoch"]
            _, losses = DKD.forward_train(released, None, given["labels"], epoch=epoch)
            cases.released(i, term, losses["loss_kd"])

cases.write()
