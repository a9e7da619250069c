"""kd: the divergence summed over classes, averaged over images.

Released: DistillKL of HobbitLong/RepDistiller@b84f547 (distiller_zoo/KD.py), which leaves the weight to the training loop.
"""

import torch.nn.functional as F
from cases import Cases
from torch import nn

cases = Cases("kd")


def terms(given, temperature=4.0, alpha=0.9, gamma=0.1):
    s, t = given["student.logits"], given["teacher.logits"]
    p, q = (t / temperature).softmax(1), (s / temperature).softmax(1)
    computed = {"kd": alpha * temperature**2 * (p * (p.log() - q.log())).sum(1).mean()}
    if gamma > 0:
        computed["ce"] = gamma * F.cross_entropy(s, given["labels"])
    return computed


shapes = [(1, 2), (7, 100), (5, 3), (16, 10), (3, 1000)]
other = [((6, 4), {"temperature": 2.5, "alpha": 0.5, "gamma": 0})]
for (batch, classes), options in [*((shape, {}) for shape in shapes), *other]:
    cases.add(cases.logits(batch, classes), lambda given, _: terms(given, **options), options)

if cases.folder:
    DistillKL = cases.pieces("HobbitLong+RepDistiller/distiller_zoo/KD.py", {"DistillKL"}, {"nn": nn, "F": F})["DistillKL"]
    for i, (given, _, options) in enumerate(cases.kept):
        divergence = DistillKL(options.get("temperature", 4.0))(given["student.logits"], given["teacher.logits"])
        cases.released(i, "kd", options.get("alpha", 0.9) * divergence)

cases.write()
