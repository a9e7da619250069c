"""ab: activation boundaries, neuron by neuron, with a connector where shapes differ.

Released: ABLoss (distiller_zoo/AB.py) of what Connector (models/util.py), with our weights, makes of the student's maps, of
HobbitLong/RepDistiller@b84f547. It halves by the height alone and takes maps of other widths for equal, so that it is not asked of maps that
are no squares.
"""

import torch
import torch.nn.functional as F
from cases import Cases
from torch import nn

cases = Cases("ab")
halving = {"kernel_size": 3, "stride": 2, "padding": 1}
doubling = {"kernel_size": 4, "stride": 2, "padding": 1}


def stages(given, options):
    """The maps of both networks, one to one."""

    def maps(who):
        prefix = f"{who}.feature."
        named = [prefix + path for path in options.get(who, [])]
        return [given[name] for name in named or sorted(key for key in given if key.startswith(prefix))]

    return list(zip(maps("student"), maps("teacher")))


def boundary(s, t, margin):
    if t <= 0:
        return (s + margin) ** 2 if s > -margin else 0 * s
    return (s - margin) ** 2 if s <= margin else 0 * s


def terms(given, connectors, options):
    total, pairs = 0, stages(given, options)
    for k, (connector, (own, theirs)) in enumerate(zip(connectors, pairs), 1):
        neurons = zip(connector(own).reshape(-1), theirs.reshape(-1))
        loss = sum(boundary(s, t, options.get("margin", 1)) for s, t in neurons)
        total = total + 2 ** (k - len(pairs)) * loss / len(own)
    computed = {"ab": options.get("beta", 0.003) * total}
    if options.get("gamma", 0) > 0:
        computed["ce"] = options["gamma"] * F.cross_entropy(given["student.logits"], given["labels"])
    return computed


for batch, shapes, options in [
    (3, [((2, 4, 4), (2, 4, 4), None), ((3, 2, 2), (5, 2, 2), nn.Conv2d(3, 5, 1)), ((4, 1, 1), (4, 1, 1), None)], {}),
    (
        2,
        [((3, 4, 4), (2, 2, 2), nn.Conv2d(3, 2, **halving)), ((2, 2, 2), (3, 4, 4), nn.ConvTranspose2d(2, 3, **doubling))],
        {"margin": 0.3},
    ),
    (5, [((2, 5, 4), (3, 3, 4), nn.Conv2d(2, 3, (3, 1)))], {"gamma": 0.5, "beta": 2}),
    (2, [((3, 4, 5), (3, 4, 5), None), ((2, 3, 3), (2, 2, 2), nn.Conv2d(2, 2, 2))], {"margin": 2}),
    (
        4,
        [((1, 3, 3), (4, 3, 3), nn.Conv2d(1, 4, 1)), ((6, 1, 2), (6, 1, 2), None), ((2, 4, 4), (1, 4, 2), nn.Conv2d(2, 1, (1, 3)))],
        {},
    ),
    (3, [((2, 3, 3), (2, 3, 3), None)], {"student": ["stem"], "teacher": ["stage2"]}),
]:
    given = cases.logits(batch, 4)
    for k, (own, theirs, _) in enumerate(shapes):
        for who, shape, make in (("student", own, cases.student), ("teacher", theirs, cases.teacher)):
            given[f"{who}.feature.{options[who][k] if who in options else f'pre{k + 1}'}"] = make(batch, *shape)
    connectors = nn.ModuleList(
        nn.Sequential(conv, nn.BatchNorm2d(theirs[0])) if conv else nn.Identity() for _, theirs, conv in shapes
    )
    cases.add(given, lambda given, connectors: terms(given, connectors, options), options, connectors)

if cases.folder:
    scope = {"nn": nn, "torch": torch}
    cases.pieces("HobbitLong+RepDistiller/models/util.py", {"Connector", "ConvReg"}, scope)
    cases.pieces("HobbitLong+RepDistiller/distiller_zoo/AB.py", {"ABLoss"}, scope)
    for i, (given, connectors, options) in enumerate(cases.kept):
        own, theirs = zip(*stages(given, options))
        if any(f.shape[2] != f.shape[3] for f in own + theirs):
            continue
        connector = scope["Connector"]([f.shape for f in own], [f.shape for f in theirs])
        connector.load_state_dict(dict(zip(connector.state_dict(), connectors.state_dict().values(), strict=True)))
        loss = scope["ABLoss"](len(own), options.get("margin", 1))
        # Theirs are 3 / 1000 of ours.
        cases.released(i, "ab", options.get("beta", 0.003) / 0.003 * sum(loss(connector(own), theirs)))

cases.write()
