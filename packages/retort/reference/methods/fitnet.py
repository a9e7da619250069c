"""fitnet: the squared difference of projected feature maps, for every form of the projector's convolution, and of the levels of two pyramids.

Released: ConvReg (models/util.py) with our weights, and HintLoss (distiller_zoo/FitNet.py), of HobbitLong/RepDistiller@b84f547. It halves by the
height alone, so that a map halved in height only (case 5) does not fit it.
"""

import torch.nn.functional as F
from cases import Cases
from torch import nn

cases = Cases("fitnet")
halving = {"kernel_size": 3, "stride": 2, "padding": 1}
doubling = {"kernel_size": 4, "stride": 2, "padding": 1}


def terms(given, projector, student="stage2", teacher="stage2", beta=100, gamma=1):
    difference = projector(given[f"student.feature.{student}"]) - given[f"teacher.feature.{teacher}"]
    computed = {"hint": beta * (difference**2).sum() / difference.numel()}
    if gamma > 0:
        computed["ce"] = gamma * F.cross_entropy(given["student.logits"], given["labels"])
    return computed


for batch, own, theirs, convolution, options in [
    (4, (3, 8, 8), (5, 4, 4), nn.Conv2d(3, 5, **halving), {}),
    (2, (4, 3, 5), (2, 6, 10), nn.ConvTranspose2d(4, 2, **doubling), {}),
    (3, (6, 7, 5), (3, 5, 4), nn.Conv2d(6, 3, (3, 2)), {}),
    (5, (2, 4, 4), (7, 4, 4), nn.Conv2d(2, 7, 1), {}),
    (6, (1, 2, 2), (1, 1, 1), nn.Conv2d(1, 1, **halving), {}),
    (2, (2, 8, 5), (3, 4, 4), nn.Conv2d(2, 3, (5, 2)), {"beta": 0.3, "gamma": 0}),
    (1, (3, 3, 3), (4, 2, 3), nn.Conv2d(3, 4, (2, 1)), {"student": "stem", "teacher": "stage3", "gamma": 0.5}),
]:
    given = cases.logits(batch, 6)
    given[f"student.feature.{options.get('student', 'stage2')}"] = cases.student(batch, *own)
    given[f"teacher.feature.{options.get('teacher', 'stage2')}"] = cases.teacher(batch, *theirs)
    projector = nn.Sequential(convolution, nn.BatchNorm2d(theirs[0]), nn.ReLU())
    cases.add(given, lambda given, projector: terms(given, projector, **options), options, projector)



def level_terms(given, projectors, beta=1, **_):
    hints = [
        ((projector(given[f"student.feature.stage{k}"]) - given[f"teacher.feature.stage{k}"]) ** 2).mean()
        for k, projector in enumerate(projectors, 1)
    ]
    return {"hint": beta * sum(hints) / len(hints)}


for batch, (own, theirs), sizes, options in [
    (2, (3, 4), [(9, 13), (5, 7), (3, 4), (2, 2), (1, 1)], {}),
    (1, (2, 2), [(3, 5), (2, 3)], {"beta": 0.7}),
    (3, (1, 5), [(4, 1)], {}),
]:
    given, options = cases.levels(batch, sizes, own, theirs), {"levels": True, "gamma": 0, **options}
    projectors = nn.ModuleList(nn.Conv2d(own, theirs, 1) for _ in sizes).double()
    cases.add(given, lambda given, projectors: level_terms(given, projectors, **options), options, projectors)

if cases.folder:
    scope = {"nn": nn}
    cases.pieces("HobbitLong+RepDistiller/models/util.py", {"ConvReg"}, scope)
    cases.pieces("HobbitLong+RepDistiller/distiller_zoo/FitNet.py", {"HintLoss"}, scope)
    for i, (given, projector, options) in enumerate(cases.kept):
        if options.get("levels"):
            continue
        own = given[f"student.feature.{options.get('student', 'stage2')}"]
        theirs = given[f"teacher.feature.{options.get('teacher', 'stage2')}"]
        if own.shape[2] == 2 * theirs.shape[2] and own.shape[3] != 2 * theirs.shape[3]:
            continue
        regressor = scope["ConvReg"](own.shape, theirs.shape)
        regressor.load_state_dict(dict(zip(regressor.state_dict(), projector.state_dict().values(), strict=True)))
        cases.released(i, "hint", options.get("beta", 100) * scope["HintLoss"]()(regressor(own), theirs))

cases.write()
