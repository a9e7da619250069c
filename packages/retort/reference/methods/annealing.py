"""annealing: one line, and how its factor grows.

Released: TrainManager of huawei-noah/Efficient-NLP@bb44348 (Annealing_KD/computer_vision_tasks/annealing_kd_train.py), which trains on one batch
a network that says the same whatever it learns; kept is what it gets from mse_loss in the epoch. It cannot train for fewer epochs than τ_max,
and lets the factor exceed 1 where τ_max is no divisor of their number; there nothing is kept.
"""

import contextlib
import io
from types import SimpleNamespace

import torch
import torch.nn.functional as F
from cases import Cases
from torch import nn, optim

cases = Cases("annealing")


def terms(given, epoch, epochs, tauMax=10, gamma=0):
    s, t = given["student.logits"], given["teacher.logits"]
    falls = (epoch - 1) // (epochs // tauMax) if epochs >= tauMax else -(-epoch * tauMax // epochs) - 1
    T = max(tauMax - falls, 1)
    phi = 1 - (T - 1) / tauMax
    computed = {"annealing": ((s - phi * t) ** 2).sum() / s.numel()}
    if gamma > 0:
        computed["ce"] = gamma * F.cross_entropy(s, given["labels"])
    return computed


for (batch, classes), (epoch, epochs), options in [
    ((1, 2), (1, 100), {}),
    ((2, 5), (10, 100), {}),
    ((7, 3), (11, 100), {}),
    ((16, 10), (100, 100), {}),
    ((5, 100), (15, 15), {}),
    ((3, 8), (8, 15), {}),
    ((4, 6), (2, 4), {}),
    ((3, 4), (9, 14), {"tauMax": 7, "gamma": 0.5}),
]:
    progress = {"epoch": epoch, "epochs": epochs}
    compute = lambda given, _: terms(given, **progress, **options)
    cases.add(cases.logits(batch, classes), compute, options, setting={"progress": progress})


class Says(nn.Module):
    def __init__(self, logits):
        super().__init__()
        self.logits, self.unused = logits, nn.Parameter(torch.zeros(()))

    def forward(self, _):
        return self.logits + 0 * self.unused


if cases.folder:
    losses = []

    def mse_loss(*given):
        losses.append(F.mse_loss(*given))
        return losses[-1]

    path = "huawei-noah+Efficient-NLP/Annealing_KD/computer_vision_tasks/annealing_kd_train.py"
    scope = {"torch": torch, "optim": optim, "F": SimpleNamespace(mse_loss=mse_loss)}
    TrainManager = cases.pieces(path, {"TrainManager"}, scope)["TrainManager"]
    # No test set, and so no best weights.
    TrainManager.validate = lambda *_, **__: 0
    for i, (given, _, options) in enumerate(cases.kept):
        epoch, epochs = cases.described[i]["setting"]["progress"].values()
        tau = options.get("tauMax", 10)
        if epoch > epochs // tau * tau:
            continue
        settings = {"device": "cpu", "name": "", "is_plane": False, "lambda_student": 0.5, "epochs_p1": epochs}
        settings |= {"learning_rate": 0.1, "momentum": 0.9, "weight_decay": 1e-4}
        networks = [Says(given[f"{who}.logits"].detach()) for who in ("student", "teacher")]
        losses.clear()
        with contextlib.redirect_stdout(io.StringIO()):
            TrainManager(tau, 1, *networks, [(torch.zeros(1), given["labels"])], None, settings).train()
        cases.released(i, "annealing", losses[epoch - 1])

cases.write()
