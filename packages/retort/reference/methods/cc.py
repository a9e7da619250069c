"""cc: products of neighbours in the batch, for vectors, feature maps and tokens.

Released: Correlation (distiller_zoo/CC.py) of our LinearEmbed (models/util.py), of HobbitLong/RepDistiller@b84f547. A batch of one image is
a mean of nothing there.
"""

import torch
import torch.nn.functional as F
from cases import Cases
from torch import nn

cases = Cases("cc")


def vectors(given, prefix=0):
    features = [given[f"{who}.feature.penultimate"] for who in ("student", "teacher")]
    return [x.mean((2, 3)) if x.dim() == 4 else x[:, prefix:].mean(1) if x.dim() == 3 else x for x in features]


def terms(given, parts, prefix, embedding=128, beta=0.02, gamma=1):
    f_s, f_t = vectors(given, prefix)
    e_s = f_s @ parts["embed_s"].weight.T + parts["embed_s"].bias
    e_t = f_t @ parts["embed_t"].weight.T + parts["embed_t"].bias
    neighbours = [(abs(e_s[i] - e_t[i]) * abs(e_s[i + 1] - e_t[i + 1])).sum() for i in range(len(e_s) - 1)]
    computed = {"cc": beta * sum(neighbours) / len(neighbours) if neighbours else 0 * e_s.sum()}
    if gamma > 0:
        computed["ce"] = gamma * F.cross_entropy(given["student.logits"], given["labels"])
    return computed


for batch, own, theirs, prefix, options in [
    (4, (3,), (5,), 0, {}),
    (2, (4,), (2,), 0, {}),
    (1, (2,), (3,), 0, {"embedding": 4}),
    (7, (6,), (6,), 0, {"embedding": 1}),
    (5, (3, 2, 2), (7, 1, 3), 0, {"embedding": 9, "beta": 1.5, "gamma": 0}),
    (3, (5, 4), (4,), 1, {"embedding": 6, "gamma": 0.5}),
]:
    given = cases.logits(batch, 6)
    given["student.feature.penultimate"] = cases.student(batch, *own)
    given["teacher.feature.penultimate"] = cases.teacher(batch, *theirs)
    d_s, d_t = (vector.shape[1] for vector in vectors(given))
    size = options.get("embedding", 128)
    parts = nn.ModuleDict({"embed_s": nn.Linear(d_s, size), "embed_t": nn.Linear(d_t, size)})
    setting = {"prefixTokens": prefix} if prefix else {}
    cases.add(given, lambda given, parts: terms(given, parts, prefix, **options), options, parts, setting)

if cases.folder:
    scope = {"nn": nn, "torch": torch}
    cases.pieces("HobbitLong+RepDistiller/models/util.py", {"LinearEmbed"}, scope)
    cases.pieces("HobbitLong+RepDistiller/distiller_zoo/CC.py", {"Correlation"}, scope)
    for i, (given, parts, options) in enumerate(cases.kept):
        if len(given["labels"]) == 1:
            continue
        embedded = []
        for who, vector in zip("st", vectors(given, cases.described[i]["setting"].get("prefixTokens", 0))):
            embed = scope["LinearEmbed"](vector.shape[1], options.get("embedding", 128))
            embed.linear = parts[f"embed_{who}"]
            embedded.append(embed(vector))
        cases.released(i, "cc", options.get("beta", 0.02) * scope["Correlation"]()(*embedded))

cases.write()
