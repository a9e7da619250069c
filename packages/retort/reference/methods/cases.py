"""What the scripts beside this file have in common: cases of a method, written out in PyTorch, and what released code says of them.

Each script is one method: `python packages/retort/reference/methods/NAME.py [--released DIR]` (torch 2.15.0, safetensors) writes
NAME.safetensors beside it. Names are CASE.TENSOR: `student.logits` [B, C], `teacher.logits` [B, C], `labels` [B], `ids` [B],
`student.feature.PATH`, `teacher.feature.PATH` and `parts.KEY` (a state dict) are given, of mixed images `softLabels` [B, C]; `terms.NAME` are the weighted terms of the loss and
`grad.TENSOR` the gradients of their sum; of detectors `student.classLogits` [B, P, K + 1], `student.proposalClasses` [B, P], `teacher.classLogits` and
`student.truth` [B, M, 4] take the place of logits. The metadata holds a JSON list: of each case the options of the method, and the setting in which it is
computed (`progress`, `prefixTokens`), as `retort loss` takes them.

PATH is `stem`, `stage1` … `stageN`, `pre1` … `preN` (before the last ReLU of a stage) or `penultimate`: where a method looks without being told.

With --released DIR, a folder that holds repositories as OWNER+NAME, the same tensors are given to published code, on a CPU; its numbers are
kept as `CASE.released.NAME`. Without it they stay as they were.
"""

import argparse
import ast
import json
import os

import torch
from safetensors.torch import load_file, save_file
from torch import nn

here = os.path.dirname(os.path.abspath(__file__))


class Cases:
    def __init__(self, method, seed=0):
        torch.manual_seed(seed)
        self.method = method
        self.tensors, self.described, self.kept = {}, [], []
        parser = argparse.ArgumentParser()
        parser.add_argument("--released", help="a folder of repositories, as OWNER+NAME")
        self.folder = parser.parse_args().released
        if self.folder:
            torch.Tensor.cuda = lambda tensor, *_, **__: tensor
            nn.Module.cuda = lambda module, *_, **__: module

    def logits(self, batch, classes, scale=3.0):
        """Random logits of both networks, and labels."""
        student = (scale * torch.randn(batch, classes)).requires_grad_()
        return {
            "student.logits": student,
            "teacher.logits": student.detach() + scale * torch.randn(batch, classes),
            "labels": torch.randint(0, classes, (batch,)),
        }

    def heads(self, given):
        """The same of a student of two heads that learn apart, whose logits are their mean."""
        both = given.pop("student.logits").detach()
        difference = torch.randn(both.shape)
        heads = {"student.feature.head": both + difference, "student.feature.head_dist": both - difference}
        return {"student.logits": both, **{key: head.requires_grad_() for key, head in heads.items()}, **given}

    def proposals(self, batch, count, classes, scale=3.0):
        """What two detectors say of as many proposals of each image, in float64, of which some are none."""
        student = (scale * torch.randn(batch, count, classes + 1)).double().requires_grad_()
        shown = torch.randint(0, classes + 1, (batch, count))
        shown[0, :2] = torch.tensor([classes, 0])
        shown[-1, count // 2 + 1 :] = -1
        return {
            "student.classLogits": student,
            "student.proposalClasses": shown,
            "teacher.classLogits": student.detach() + scale * torch.randn(batch, count, classes + 1).double(),
        }

    def levels(self, batch, sizes, own, theirs):
        """Levels of two feature pyramids, in float64: channels of both, and (height, width) of each."""
        given = {}
        for k, size in enumerate(sizes, 1):
            given[f"student.feature.stage{k}"] = torch.randn(batch, own, *size).double().requires_grad_()
            given[f"teacher.feature.stage{k}"] = torch.randn(batch, theirs, *size).double() * k + 0.5
        return given

    def student(self, *shape):
        """A feature that has a gradient."""
        return torch.randn(*shape).requires_grad_()

    def teacher(self, *shape):
        return torch.randn(*shape)

    def mask(self, batch, length):
        """Which tokens are no padding: the first text is as long as the batch, the others are shorter."""
        lengths = torch.cat([torch.tensor([length]), torch.randint(1, length + 1, (batch - 1,))])
        return torch.arange(length)[None] < lengths[:, None]

    def add(self, given, terms, options=None, parts=None, setting=None):
        """Keeps what was given, the terms that `terms(given, parts)` computes, and the gradients of their sum."""
        i = len(self.described)
        self.described.append({"options": options or {}, "setting": setting or {}})
        for key, value in (parts.state_dict() if parts else {}).items():
            self.tensors[f"{i}.parts.{key}"] = value.detach().clone()
        computed = terms(given, parts)
        leaves = {key: value for key, value in given.items() if key.startswith("student.") and value.requires_grad}
        leaves |= {f"parts.{key}": value for key, value in (parts.named_parameters() if parts else [])}
        grads = torch.autograd.grad(sum(computed.values()), list(leaves.values()), allow_unused=True)
        for key, value in given.items():
            self.tensors[f"{i}.{key}"] = value.detach().clone()
        for key, value in computed.items():
            self.tensors[f"{i}.terms.{key}"] = value.detach().clone()
        for key, value in zip(leaves, grads):
            if value is not None:
                self.tensors[f"{i}.grad.{key}"] = value.clone()
        self.kept.append((given, parts, options or {}))

    def pieces(self, path, names, scope):
        """Only these functions and classes of a published file, OWNER+NAME/…: the modules around them import what is not there."""
        with open(os.path.join(self.folder, path)) as file:
            tree = ast.parse(file.read())
        tree.body = [node for node in tree.body if getattr(node, "name", None) in names]
        for node in tree.body:
            node.decorator_list = []
        exec(compile(tree, path, "exec"), scope)
        return scope

    def released(self, i, term, value):
        """Keeps what published code gives for a term, and says where that is not the formula's value."""
        self.tensors[f"{i}.released.{term}"] = value.detach().reshape(()).clone()
        ours = self.tensors[f"{i}.terms.{term}"]
        if abs(value - ours) > 1e-5 * abs(ours).clamp(min=1e-6):
            print(f"case {i}, {term}: {value.item():.7g}, by the formula {ours.item():.7g}")

    def write(self):
        file = os.path.join(here, f"{self.method}.safetensors")
        if not self.folder and os.path.exists(file):
            self.tensors |= {name: value for name, value in load_file(file).items() if ".released." in name}
        contiguous = {name: value.detach().contiguous() for name, value in self.tensors.items()}
        save_file(contiguous, file, {"cases": json.dumps(self.described)})
        released = len([name for name in self.tensors if ".released." in name])
        print(f"{self.method}: {len(self.described)} cases, {released} numbers of released code, {os.path.getsize(file)} bytes")
