"""barlow-twins: each entry of the cross-correlation, as the correlation of two columns.

By the formulas of the paper alone: no released code is run.
"""

import torch
from cases import Cases
from torch import nn

cases = Cases("barlow-twins")


def projector(width, dimension):
    def norm():
        return [nn.BatchNorm1d(dimension), nn.ReLU()]

    return nn.Sequential(
        nn.Linear(width, dimension, bias=False),
        *norm(),
        nn.Linear(dimension, dimension, bias=False),
        *norm(),
        nn.Linear(dimension, dimension, bias=False),
    )


def standard(column):
    deviation = column - column.mean()
    return deviation / torch.sqrt((deviation**2).mean() + 1e-5)


def terms(given, parts, dimension, lamda=0.0051, beta=1):
    f = given["student.feature.penultimate"]
    f = f.mean((2, 3)) if f.dim() == 4 else f
    first, second = (parts["projector"](half) for half in f.chunk(2))
    columns = [[standard(z[:, i]) for i in range(dimension)] for z in (first, second)]
    c = [[(a * b).mean() for b in columns[1]] for a in columns[0]]
    return {
        "invariance": beta * sum((1 - c[i][i]) ** 2 for i in range(dimension)),
        "redundancy": beta * lamda * sum(c[i][j] ** 2 for i in range(dimension) for j in range(dimension) if i != j),
    }


for batch, own, options in [
    (6, (5,), {"dimension": 7}),
    (4, (3, 2, 2), {"dimension": 4, "lambda": 0.1}),
    (9, (8,), {"dimension": 3, "beta": 0.25}),
    (3, (2,), {"dimension": 6, "lambda": 1}),
    (12, (4,), {"dimension": 2, "beta": 2, "lambda": 0.005}),
]:
    given = {"student.logits": torch.randn(batch, 4, dtype=torch.double).requires_grad_()}
    given["student.feature.penultimate"] = torch.randn(2 * batch, *own, dtype=torch.double).requires_grad_()
    parts = nn.ModuleDict({"projector": projector(own[0], options["dimension"])}).double()
    named = {("lamda" if key == "lambda" else key): value for key, value in options.items()}
    cases.add(given, lambda given, parts: terms(given, parts, **named), options, parts)

cases.write()
