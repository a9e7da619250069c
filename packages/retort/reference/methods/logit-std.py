"""logit-std: the divergence of z-scores, image by image.

Released: LogitStdKDLoss of yoshitomo-matsubara/torchdistill@3e4373c (torchdistill/losses/mid_level.py), which leaves T² to those who bring
labels: it is called without, its KL times T² is ours.
"""

import torch
import torch.nn.functional as F
from cases import Cases
from torch import nn

cases = Cases("logit-std")


def scores(row):
    mean = sum(row) / len(row)
    deviation = torch.sqrt(sum((z - mean) ** 2 for z in row) / (len(row) - 1))
    return [(z - mean) / (deviation + 1e-7) for z in row]


def probabilities(row, temperature):
    powers = [torch.exp(z / temperature) for z in scores(row)]
    return [e / sum(powers) for e in powers]


def terms(given, temperature=2, alpha=9, gamma=0.1):
    divergences = []
    for s, t in zip(given["student.logits"], given["teacher.logits"]):
        pairs = zip(probabilities(list(t), temperature), probabilities(list(s), temperature))
        divergences.append(sum(p * torch.log(p / q) for p, q in pairs))
    computed = {"kd": alpha * temperature**2 * sum(divergences) / len(divergences)}
    if gamma > 0:
        computed["ce"] = gamma * F.cross_entropy(given["student.logits"], given["labels"])
    return computed


for (batch, classes), options in [
    ((4, 5), {}),
    ((1, 3), {}),
    ((2, 7), {"temperature": 3}),
    ((3, 100), {}),
    ((6, 4), {"temperature": 0.7, "alpha": 0.3, "gamma": 0}),
]:
    cases.add(cases.logits(batch, classes), lambda given, _: terms(given, **options), options)
# Of two classes the z-scores are ±0.7 whatever the logits are: no gradient but rounding, beside that of the labels.
cases.add(cases.logits(5, 2), lambda given, _: terms(given, gamma=1), {"gamma": 1})

if cases.folder:
    path = "yoshitomo-matsubara+torchdistill/torchdistill/losses/mid_level.py"
    LogitStdKDLoss = cases.pieces(path, {"LogitStdKDLoss"}, {"nn": nn, "torch": torch})["LogitStdKDLoss"]
    for i, (given, _, options) in enumerate(cases.kept):
        temperature = options.get("temperature", 2)
        loss = LogitStdKDLoss("s", "logits", "t", "logits", temperature, alpha=0)
        divergence = loss({"s": {"logits": given["student.logits"]}}, {"t": {"logits": given["teacher.logits"]}})
        cases.released(i, "kd", options.get("alpha", 9) * temperature**2 * divergence)

cases.write()
