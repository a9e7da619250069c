"""annealing: one line, and how its factor grows.

Released: TrainManager of huawei-noah/Efficient-NLP@bb44348 (Annealing_KD/computer_vision_tasks/annealing_kd_train.py), which trains on one batch
a network that says the same whatever it learns; kept is what it gets from mse_loss in the epoch. It cannot train for fewer epochs than τ_max,
and lets the factor exceed 1 where τ_max is no divisor of their number; there nothing is kept. Of the cases with GLUE's τ_max, 7, it is
train of Annealing_KD/NLP_glue_tasks/annealing_kd_glue.py in the same way, of which the last case is a regression as STS-B.
"""

import contextlib
import io
import json
import logging
import os
import random
from types import SimpleNamespace

import numpy as np
import torch
import torch.nn.functional as F
from cases import Cases
from torch import nn, optim
from torch.utils.data import DataLoader, RandomSampler, TensorDataset

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
    ((4, 2), (2, 14), {"tauMax": 7}),
    ((5, 3), (3, 14), {"tauMax": 7}),
    ((6, 1), (14, 14), {"tauMax": 7}),
]:
    progress = {"epoch": epoch, "epochs": epochs}
    compute = lambda given, _: terms(given, **progress, **options)
    cases.add(cases.logits(batch, classes), compute, options, setting={"progress": progress})


class Says(nn.Module):
    def __init__(self, logits):
        super().__init__()
        self.logits, self.unused = logits, nn.Parameter(torch.zeros(()))

    def forward(self, *_, **texts):
        said = self.logits + 0 * self.unused
        return (said,) if texts else said


if cases.folder:
    losses = []

    def mse_loss(*given):
        losses.append(F.mse_loss(*given))
        return losses[-1]

    path = "huawei-noah+Efficient-NLP/Annealing_KD/computer_vision_tasks/annealing_kd_train.py"
    scope = {"torch": torch, "optim": optim, "F": SimpleNamespace(mse_loss=mse_loss)}

    def glue(tau, networks, epochs):
        """Its loss of each epoch, of a batch an epoch."""
        settings = {"local_rank": -1, "n_gpu": 0, "max_steps": 0, "seed": 42, "fp16": False, "device": "cpu", "task_name": "rte"}
        settings |= {"model_type": "roberta", "student_model_name_or_path": "", "learning_rate": 2e-5, "adam_epsilon": 1e-8}
        settings |= {"weight_decay": 0.0, "max_grad_norm": 1.0, "warmup_steps": 0, "logging_steps": 0, "save_steps": 0}
        settings |= {"num_train_epochs_phase_1": epochs, "max_temperature": tau, "gradient_accumulation_steps": 1}
        args = SimpleNamespace(**settings, per_gpu_train_batch_size=len(networks[0].logits))
        scope = {"torch": torch, "os": os, "random": random, "np": np, "json": json, "logger": logging.getLogger()}
        scope |= {"F": SimpleNamespace(mse_loss=mse_loss), "RandomSampler": RandomSampler, "DataLoader": DataLoader}
        scope |= {"AdamW": optim.AdamW, "tqdm": lambda of, **_: of, "trange": lambda *of, **_: range(*of), "evaluate": lambda *_: None}
        scope["get_linear_schedule_with_warmup"] = lambda optimizer, **_: optim.lr_scheduler.ConstantLR(optimizer)
        scope["SummaryWriter"] = lambda: SimpleNamespace(close=lambda: None)
        path = "huawei-noah+Efficient-NLP/Annealing_KD/NLP_glue_tasks/annealing_kd_glue.py"
        rows = torch.zeros(len(networks[0].logits), 1)
        cases.pieces(path, {"train", "set_seed"}, scope)["train"](args, TensorDataset(*[rows] * 4), *networks, None, 1)

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
            if tau == 7:
                glue(tau, networks, epochs)
            else:
                TrainManager(tau, 1, *networks, [(torch.zeros(1), given["labels"])], None, settings).train()
        cases.released(i, "annealing", losses[epoch - 1])

cases.write()
