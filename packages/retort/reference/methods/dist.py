"""dist: Pearson's correlations of the predictions of each image, and of each class.

Released: dist_loss of Hao840/OFAKD@f7bb896 (distillers/dist.py), each part alone.
"""

import torch
import torch.nn.functional as F
from cases import Cases

cases = Cases("dist")


def correlation(a, b):
    a, b = ([x - sum(row) / len(row) for x in row] for row in (a, b))
    lengths = [torch.sqrt(sum(x**2 for x in row)) if len(row) > 1 else torch.zeros(()) for row in (a, b)]
    return sum(x * y for x, y in zip(a, b)) / (lengths[0] * lengths[1] + 1e-8)


def terms(given, temperature=1, inter=2, intra=2, gamma=1):
    powers = [torch.exp(given[f"{who}.logits"] / temperature) for who in ("student", "teacher")]
    p_s, p_t = (list(e / e.sum(1, keepdim=True)) for e in powers)
    images = [correlation(list(a), list(b)) for a, b in zip(p_s, p_t)]
    classes = [correlation([row[j] for row in p_s], [row[j] for row in p_t]) for j in range(len(p_s[0]))]
    computed = {}
    if inter > 0:
        computed["inter"] = temperature**2 * inter * (1 - sum(images) / len(images))
    if intra > 0:
        computed["intra"] = temperature**2 * intra * (1 - sum(classes) / len(classes))
    if gamma > 0:
        computed["ce"] = gamma * F.cross_entropy(given["student.logits"], given["labels"])
    return computed


for (batch, classes), options in [
    ((4, 5), {}),
    ((1, 3), {}),
    ((2, 5), {"temperature": 4}),
    ((6, 40), {"temperature": 4}),
    ((9, 3), {"inter": 0, "intra": 0.3, "gamma": 0.5}),
    ((3, 10), {"inter": 1.5, "intra": 0, "gamma": 0}),
]:
    cases.add(cases.logits(batch, classes), lambda given, _: terms(given, **options), options)

if cases.folder:
    names = {"dist_loss", "cosine_similarity", "pearson_correlation", "inter_class_relation", "intra_class_relation"}
    dist_loss = cases.pieces("Hao840+OFAKD/distillers/dist.py", names, {})["dist_loss"]
    for i, (given, _, options) in enumerate(cases.kept):
        logits = given["student.logits"], given["teacher.logits"]
        for term, shares in (("inter", (1, 0)), ("intra", (0, 1))):
            weight = options.get(term, 2)
            if weight > 0:
                cases.released(i, term, weight * dist_loss(*logits, *shares, options.get("temperature", 1)))

cases.write()
