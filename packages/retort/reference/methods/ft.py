"""ft: the paraphraser's reconstruction, and the student's factors against the paraphraser's, place by place.

Released: FactorTransfer (distiller_zoo/FT.py) of what Paraphraser and Translator (models/util.py) make with our weights, of
HobbitLong/RepDistiller@b84f547. It averages to squares, so that it is not asked of maps that are none.
"""

import torch
import torch.nn.functional as F
from cases import Cases
from torch import nn

cases = Cases("ft")


def encoder(before, after, norm):
    def layers(a, b):
        return [nn.Conv2d(a, b, 3, padding=1), *([nn.BatchNorm2d(b)] if norm else []), nn.LeakyReLU(0.1)]

    return nn.Sequential(*layers(before, before), *layers(before, after), *layers(after, after))


def decoder(before, after):
    def layers(a, b):
        return [nn.ConvTranspose2d(a, b, 3, padding=1), nn.LeakyReLU(0.1)]

    return nn.Sequential(*layers(before, before), *layers(before, after), *layers(after, after))


def factor(image, power):
    """Of one map [C, H, W]: a vector of length 1."""
    places = [
        sum(image[c, h, w] ** power for c in range(len(image))) / len(image)
        for h in range(image.shape[1])
        for w in range(image.shape[2])
    ]
    length = torch.sqrt(sum(place**2 for place in places))
    return [place / length for place in places]


def terms(given, parts, own, theirs, phase="transfer", factorPower=2, power=1, beta=200, gamma=1, **_):
    F_s, F_t = given[f"student.feature.{own}"], given[f"teacher.feature.{theirs}"]
    if phase == "paraphraser":
        error = parts["decoder"](parts["paraphraser"](F_t)) - F_t
        return {"paraphraser": (error**2).sum() / error.numel()}
    with torch.no_grad():
        t = parts["paraphraser"](F_t)
    s = parts["translator"](F_s)
    size = [min(a, b) for a, b in zip(s.shape[2:], t.shape[2:])]
    s, t = F.adaptive_avg_pool2d(s, size), F.adaptive_avg_pool2d(t, size)
    deviations = [
        abs(a - b) ** power for x, y in zip(s, t) for a, b in zip(factor(x, factorPower), factor(y, factorPower))
    ]
    computed = {"ft": beta * sum(deviations) / len(deviations)}
    if gamma > 0:
        computed["ce"] = gamma * F.cross_entropy(given["student.logits"], given["labels"])
    return computed


for batch, own, theirs, options in [
    (3, (3, 4, 4), (6, 4, 4), {}),
    (2, (4, 6, 6), (5, 3, 3), {"gamma": 0}),
    (4, (2, 2, 2), (4, 5, 5), {"rate": 0.75, "beta": 3}),
    (2, (3, 3, 5), (4, 4, 3), {"power": 2, "gamma": 0.3}),
    (3, (2, 3, 3), (5, 3, 3), {"phase": "paraphraser"}),
    (1, (3, 2, 2), (2, 4, 3), {"phase": "paraphraser", "rate": 1.5}),
    (5, (2, 2, 2), (6, 2, 2), {"student": "stage1", "teacher": "stem", "factorPower": 3}),
]:
    paths = options.get("student", "stage3"), options.get("teacher", "stage3")
    given = cases.logits(batch, 4)
    given[f"student.feature.{paths[0]}"] = cases.student(batch, *own)
    given[f"teacher.feature.{paths[1]}"] = cases.teacher(batch, *theirs)
    channels = int(theirs[0] * options.get("rate", 0.5))
    parts = {
        "paraphraser": encoder(theirs[0], channels, False),
        "decoder": decoder(channels, theirs[0]),
        "translator": encoder(own[0], channels, True),
    }
    cases.add(given, lambda given, parts: terms(given, parts, *paths, **options), options, nn.ModuleDict(parts))

if cases.folder:
    scope = {"nn": nn, "F": F}
    cases.pieces("HobbitLong+RepDistiller/models/util.py", {"Paraphraser", "Translator"}, scope)
    cases.pieces("HobbitLong+RepDistiller/distiller_zoo/FT.py", {"FactorTransfer"}, scope)

    def weighted(module, *ours):
        values = [value for part in ours for value in part.state_dict().values()]
        module.load_state_dict(dict(zip(module.state_dict(), values, strict=True)))
        return module

    for i, (given, parts, options) in enumerate(cases.kept):
        F_s, F_t = (given[f"{who}.feature.{options.get(who, 'stage3')}"] for who in ("student", "teacher"))
        rate = options.get("rate", 0.5)
        paraphraser = weighted(scope["Paraphraser"](F_t.shape, rate), parts["paraphraser"], parts["decoder"])
        if options.get("phase") == "paraphraser":
            cases.released(i, "paraphraser", nn.MSELoss()(paraphraser(F_t)[1], F_t))
        elif all(f.shape[2] == f.shape[3] for f in (F_s, F_t)):
            translator = weighted(scope["Translator"](F_s.shape, F_t.shape, rate), parts["translator"])
            loss = scope["FactorTransfer"](options.get("factorPower", 2), options.get("power", 1))
            cases.released(i, "ft", options.get("beta", 200) * loss(translator(F_s), paraphraser(F_t, is_factor=True)))

cases.write()
