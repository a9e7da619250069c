"""kd: the divergence summed over classes, averaged over images; of DeiT's students with two heads, and hard; of a detector's proposals.

Released: DistillKL of HobbitLong/RepDistiller@b84f547 (distiller_zoo/KD.py), which leaves the weight to the training loop.
"""

import torch
import torch.nn.functional as F
from cases import Cases
from torch import nn

cases = Cases("kd")


def terms(given, temperature=4.0, alpha=0.9, gamma=0.1, hard=False):
    both = given["student.logits"]
    own, s, t = given.get("student.feature.head", both), given.get("student.feature.head_dist", both), given["teacher.logits"]
    p, q = (t / temperature).softmax(1), (s / temperature).softmax(1)
    divergence = temperature**2 * (p * (p.log() - q.log())).sum(1).mean()
    computed = {"kd": alpha * (F.nll_loss(s.log_softmax(1), t.argmax(1)) if hard else divergence)}
    if gamma > 0:
        computed["ce"] = gamma * F.cross_entropy(own, given.get("softLabels", given.get("labels")))
    return computed


def add_heads(batch, classes, mixed, options):
    given = cases.heads(cases.logits(batch, classes))
    if mixed:
        del given["labels"]
        given["softLabels"] = torch.rand(batch, classes).softmax(1)
    given = {key: value.double().detach().requires_grad_(value.requires_grad) if value.is_floating_point() else value for key, value in given.items()}
    cases.add(given, lambda given, _: terms(given, **options), options, setting={"headsApart": True})


shapes = [(1, 2), (7, 100), (5, 3), (16, 10), (3, 1000)]
other = [((6, 4), {"temperature": 2.5, "alpha": 0.5, "gamma": 0})]
for (batch, classes), options in [*((shape, {}) for shape in shapes), *other]:
    cases.add(cases.logits(batch, classes), lambda given, _: terms(given, **options), options)

cases.add(cases.logits(4, 7), lambda given, _: terms(given, hard=True), {"hard": True})
# DeiT's: half and half, the soft one with the weights and the temperature of its section 5.
add_heads(5, 6, False, {"hard": True, "alpha": 0.5, "gamma": 0.5})
add_heads(4, 9, True, {"hard": True, "alpha": 0.5, "gamma": 0.5})
add_heads(6, 5, True, {"temperature": 3.0, "alpha": 0.1, "gamma": 0.9})


def proposal_terms(given, temperature=1, alpha=1, hard=False, **_):
    shown = given["student.proposalClasses"] >= 0
    s, t = (torch.stack([z for z, is_one in zip(given[f"{who}.classLogits"].flatten(0, 1), shown.flatten()) if is_one]) for who in ("student", "teacher"))
    p, q = (t / temperature).softmax(1), (s / temperature).softmax(1)
    divergence = temperature**2 * (p * (p.log() - q.log())).sum(1).mean()
    return {"kd": alpha * (F.nll_loss(s.log_softmax(1), t.argmax(1)) if hard else divergence)}


for (batch, count, classes), options in [((2, 5, 3), {}), ((1, 4, 80), {"temperature": 3}), ((3, 2, 1), {"alpha": 0.3}), ((2, 7, 4), {"hard": True})]:
    given, options = cases.proposals(batch, count, classes), {"proposals": True, "gamma": 0, **options}
    cases.add(given, lambda given, _: proposal_terms(given, **options), options)

if cases.folder:
    DistillKL = cases.pieces("HobbitLong+RepDistiller/distiller_zoo/KD.py", {"DistillKL"}, {"nn": nn, "F": F})["DistillKL"]
    for i, (given, _, options) in enumerate(cases.kept):
        if options.get("hard") or options.get("proposals") or "student.feature.head" in given:
            continue
        divergence = DistillKL(options.get("temperature", 4.0))(given["student.logits"], given["teacher.logits"])
        cases.released(i, "kd", options.get("alpha", 0.9) * divergence)

cases.write()
