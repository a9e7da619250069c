"""tinybert: embeddings, layers, attention and predictions, each text cut to its own tokens: padding is not there at all.

Released: the lines of huawei-noah/Pretrained-Language-Model@0598f02 (TinyBERT/task_distill.py) that add up the losses of layers and attention of a
step, and its soft_cross_entropy, whose mean is over classes too: kept times their number. It averages over padding, so kept is what it gives for
texts of one length.
"""

import ast
import math
import os

import torch
import torch.nn.functional as F
from cases import Cases
from torch import nn

torch.set_default_dtype(torch.float64)
cases = Cases("tinybert")


def scores(Q, K, heads):
    size = Q.shape[1] // heads
    parts = [(Q[:, a * size : (a + 1) * size] @ K[:, a * size : (a + 1) * size].T) / math.sqrt(size) for a in range(heads)]
    return torch.stack(parts)


def terms(given, parts, sizes, heads, embedding=1, hidden=1, attention=1, prediction=1, layers=None, temperature=1, gamma=0):
    M, N = sizes
    g = layers or [m * N // M for m in range(1, M + 1)]
    batch = given["student.logits"].shape[0]
    lengths = given["mask"].sum(1).tolist() if "mask" in given else [None] * batch

    def mean(distance):
        return sum(distance(b, length) for b, length in enumerate(lengths)) / batch

    def tokens(own, theirs):
        def distance(b, length):
            mapped = parts["map"](given[f"student.feature.{own}"][b, :length])
            return ((mapped - given[f"teacher.feature.{theirs}"][b, :length]) ** 2).mean()

        return mean(distance)

    def heads_of(m, n):
        def distance(b, length):
            own, theirs = (
                scores(*(given[f"{who}.feature.{role}{layer}"][b, :length] for role in ("queries", "keys")), heads)
                for who, layer in (("student", m), ("teacher", n))
            )
            return ((own - theirs) ** 2).mean()

        return mean(distance)

    computed, s, t = {}, given["student.logits"], given["teacher.logits"]
    if embedding > 0:
        computed["embedding"] = embedding * tokens("stem", "stem")
    if hidden > 0:
        computed["hidden"] = hidden * sum(tokens(f"stage{m}", f"stage{n}") for m, n in enumerate(g, 1))
    if attention > 0:
        computed["attention"] = attention * sum(heads_of(m, n) for m, n in enumerate(g, 1))
    if prediction > 0 and s.shape[1] == 1:
        computed["prediction"] = prediction * ((s - t) ** 2).mean()
    elif prediction > 0:
        p, q = (t / temperature).softmax(1), (s / temperature).softmax(1)
        computed["prediction"] = -prediction * (p * q.log()).sum(1).mean()
    if gamma > 0:
        computed["ce"] = gamma * F.cross_entropy(s, given["labels"])
    return computed


for batch, length, widths, sizes, heads, classes, isRagged, options in [
    (4, 6, (4, 6), (2, 4), 2, 3, True, {}),
    (3, 5, (4, 4), (3, 3), 1, 2, False, {}),
    (2, 4, (6, 12), (2, 6), 3, 4, False, {"temperature": 2, "prediction": 0.7}),
    (5, 7, (3, 6), (2, 3), 3, 3, True, {"layers": [1, 3], "embedding": 0.5, "hidden": 2, "attention": 0.1, "gamma": 0.4}),
    (1, 3, (4, 8), (1, 2), 2, 2, True, {"prediction": 0}),
    (3, 4, (4, 8), (2, 2), 2, 1, True, {"embedding": 0, "hidden": 0, "attention": 0}),
    (2, 5, (4, 8), (2, 2), 2, 2, True, {"hidden": 0, "attention": 0}),
]:
    given = cases.logits(batch, classes)
    for who, make, width, depth in zip(("student", "teacher"), (cases.student, cases.teacher), widths, sizes):
        given[f"{who}.feature.stem"] = make(batch, length, width)
        for layer in range(1, depth + 1):
            for path in ("stage", "queries", "keys"):
                given[f"{who}.feature.{path}{layer}"] = make(batch, length, width)
    if isRagged:
        given["mask"] = cases.mask(batch, length)
    needsMap = options.get("embedding", 1) > 0 or options.get("hidden", 1) > 0
    parts = nn.ModuleDict({"map": nn.Linear(*widths)}) if needsMap else None
    compute = lambda given, parts, sizes=sizes, heads=heads, options=options: terms(given, parts, sizes, heads, **options)
    cases.add(given, compute, options, parts, {"heads": heads})
    cases.kept[-1] += ((sizes, heads),)

if cases.folder:
    path = os.path.join(cases.folder, "huawei-noah+Pretrained-Language-Model/TinyBERT/task_distill.py")
    with open(path) as file:
        tree = ast.parse(file.read())
    soft = [node for node in ast.walk(tree) if getattr(node, "name", None) == "soft_cross_entropy"]
    # What a step does where it does not distil predictions.
    wanted = [node for node in ast.walk(tree) if isinstance(node, ast.If) and "pred_distill" in ast.unparse(node.test)]
    [step] = [node.body for node in wanted if "teacher_layer_num" in ast.unparse(node)]
    kept = [node for node in step if "tr_" not in ast.unparse(node)]
    for i, (given, parts, options, (sizes, heads)) in enumerate(cases.kept):
        if "mask" in given:
            continue
        scope = {"torch": torch, "device": "cpu", "loss_mse": nn.MSELoss(), "att_loss": 0, "rep_loss": 0}
        exec(compile(ast.Module(soft, []), path, "exec"), scope)
        for who, depth in zip(("student", "teacher"), sizes):
            feature = lambda path: given[f"{who}.feature.{path}"]
            layers = range(1, depth + 1)
            scope[f"{who}_atts"] = [
                torch.stack([scores(Q, K, heads) for Q, K in zip(feature(f"queries{n}"), feature(f"keys{n}"))]) for n in layers
            ]
            reps = [feature("stem"), *(feature(f"stage{n}") for n in layers)]
            scope[f"{who}_reps"] = [parts["map"](rep) for rep in reps] if who == "student" else reps
        exec(compile(ast.Module(kept, []), path, "exec"), scope)
        cases.released(i, "attention", scope["att_loss"])
        first = F.mse_loss(scope["student_reps"][0], scope["teacher_reps"][0])
        cases.released(i, "embedding", first)
        cases.released(i, "hidden", scope["rep_loss"] - first)
        T, weight = options.get("temperature", 1), options.get("prediction", 1)
        s, t = given["student.logits"], given["teacher.logits"]
        cases.released(i, "prediction", weight * s.shape[1] * scope["soft_cross_entropy"](s / T, t / T))

cases.write()
