"""dkd: both divergences class by class, over the epochs of warm-up.

Released: DKD and dkd_loss of megvii-research/mdistiller@a08d46f (mdistiller/distillers/DKD.py), each part alone. It counts epochs from 1. Of proposals
rcnn_dkd_loss of its detection/model/rcnn.py, which is given what both detectors say of an image's proposals, and what these show.
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



def proposal_terms(given, temperature=1, alpha=1, beta=0.25, **_):
    """Proposal by proposal, without those that are none; the mean over all of the batch."""
    target, others, count = 0, 0, 0
    for s, t, y in zip(*(given[name].flatten(0, 1) for name in ("student.classLogits", "teacher.classLogits", "student.proposalClasses"))):
        if y < 0:
            continue
        powers = [torch.exp(z / temperature) for z in (s, t)]
        p_s, p_t = (e / e.sum() for e in powers)
        rest = [j for j in range(len(s)) if j != y]
        target = target + divergence(*([p[y], sum(p[j] for j in rest)] for p in (p_t, p_s)))
        others = others + divergence(*([p[j] / sum(p[k] for k in rest) for j in rest] for p in (p_t, p_s)))
        count += 1
    weight = temperature**2 / count
    terms = {"tckd": alpha * weight * target, "nckd": beta * weight * others}
    return {name: value for name, value in terms.items() if {"tckd": alpha, "nckd": beta}[name] > 0}


for (batch, count, classes), options in [
    ((2, 5, 3), {}),
    ((1, 3, 1), {}),
    ((3, 9, 80), {"temperature": 2.5, "alpha": 0.5, "beta": 1.5}),
    ((2, 4, 7), {"beta": 0}),
    ((2, 6, 2), {"alpha": 0, "beta": 8}),
]:
    given, options = cases.proposals(batch, count, classes), {"proposals": True, "gamma": 0, **options}
    cases.add(given, lambda given, _: proposal_terms(given, **options), options)

if cases.folder:
    scope = {"F": F, "torch": torch, "Distiller": nn.Module}
    names = {"DKD", "dkd_loss", "_get_gt_mask", "_get_other_mask", "cat_mask"}
    DKD = cases.pieces("megvii-research+mdistiller/mdistiller/distillers/DKD.py", names, scope)["DKD"]
    cases.pieces("megvii-research+mdistiller/detection/model/rcnn.py", {"rcnn_dkd_loss"}, scope)
    for i, (given, _, options) in enumerate(cases.kept):
        if options.get("proposals"):
            drawn = [classes[classes >= 0] for classes in given["student.proposalClasses"]]
            said = [
                torch.cat([z[: len(classes)] for z, classes in zip(given[f"{who}.classLogits"], drawn)])
                for who in ("student", "teacher")
            ]
            for term, weights in (("tckd", (options.get("alpha", 1), 0)), ("nckd", (0, options.get("beta", 0.25)))):
                if any(weights):
                    loss = scope["rcnn_dkd_loss"](*((z, None) for z in said), drawn, *weights, options.get("temperature", 1))
                    cases.released(i, term, loss["loss_dkd"])
            continue
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
