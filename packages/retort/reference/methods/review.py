"""review: stages fused from the last to the first, and compared at each resolution.

Released: ABF, put together as ReviewKD puts it, with our weights, and hcl_loss, of megvii-research/mdistiller@a08d46f
(mdistiller/distillers/ReviewKD.py). It takes maps for squares, so that it is not asked of those that are none. Of levels ReviewKD and hcl of its
detection/model/reviewkd.py, as they are.
"""

import torch
import torch.nn.functional as F
from cases import Cases
from torch import nn

cases = Cases("review")


def convolution(before, after, size):
    return nn.Sequential(nn.Conv2d(before, after, size, padding=size // 2, bias=False), nn.BatchNorm2d(after))


def fusion(before, after, width, fuses):
    parts = {"conv1": convolution(before, width, 1), "conv2": convolution(width, after, 3)}
    if fuses:
        parts["gates"] = nn.Sequential(nn.Conv2d(2 * width, 2, 1), nn.Sigmoid())
    return nn.ModuleDict(parts)


def nearest(image, size):
    """[B, C, H, W] to another size, place by place."""
    height, width = image.shape[2:]
    rows = [
        torch.stack([image[:, :, h * height // size[0], w * width // size[1]] for w in range(size[1])], 2)
        for h in range(size[0])
    ]
    return torch.stack(rows, 2)


def hcl(own, theirs, least=None):
    def error(a, b):
        return ((a - b) ** 2).sum() / a.numel()

    total, weight, weights = error(own, theirs), 1, 1
    for size in (4, 2, 1):
        if size < (least or min(own.shape[2:])):
            weight = weight / 2
            total = total + weight * error(F.adaptive_avg_pool2d(own, size), F.adaptive_avg_pool2d(theirs, size))
            weights += weight
    return total / weights


def levels(given):
    """The maps of both networks, from the first to the last."""
    count = len([key for key in given if key.startswith("student.feature.stage")])
    maps = [(given[f"student.feature.stage{k}"], given[f"teacher.feature.pre{k}"]) for k in range(1, count + 1)]
    ends = [given[f"{who}.feature.penultimate"][:, :, None, None] for who in ("student", "teacher")]
    return [*maps, tuple(ends)]


def terms(given, parts, epoch, warmUpEpochs=20, beta=5, gamma=1, **_):
    later, total = None, 0
    for part, (own, theirs) in reversed(list(zip(parts, levels(given)))):
        x = part["conv1"](own)
        if later is not None:
            y = nearest(later, x.shape[2:])
            gates = part["gates"](torch.cat([x, y], 1))
            x = x * gates[:, :1] + y * gates[:, 1:]
        later = nearest(x, theirs.shape[2:])
        total = total + hcl(part["conv2"](later), theirs)
    computed = {"review": beta * min(epoch / warmUpEpochs, 1) * total}
    if gamma > 0:
        computed["ce"] = gamma * F.cross_entropy(given["student.logits"], given["labels"])
    return computed


epochs = []
for batch, stages, (d_s, d_t), epoch, options in [
    (3, [((2, 8, 8), (3, 8, 8)), ((3, 4, 4), (4, 4, 4)), ((5, 2, 2), (6, 2, 2))], (5, 6), 1, {}),
    (2, [((3, 4, 4), (2, 8, 8)), ((4, 2, 2), (3, 4, 4))], (4, 3), 7, {"beta": 1}),
    (4, [((2, 6, 6), (3, 3, 3)), ((1, 3, 3), (2, 5, 5))], (3, 7), 30, {"gamma": 0, "channels": 2}),
    (2, [((2, 5, 4), (2, 3, 7)), ((3, 3, 2), (4, 2, 2))], (4, 2), 3, {"warmUpEpochs": 4}),
    (3, [((4, 3, 3), (1, 3, 3))], (2, 2), 2, {"warmUpEpochs": 1, "gamma": 0.5}),
    (2, [((1, 9, 9), (2, 9, 9)), ((2, 5, 5), (2, 5, 5)), ((3, 3, 3), (1, 3, 3)), ((2, 1, 1), (3, 2, 2))], (6, 4), 20, {}),
]:
    given = cases.logits(batch, 5)
    for k, (own, theirs) in enumerate(stages, 1):
        given[f"student.feature.stage{k}"] = cases.student(batch, *own)
        given[f"teacher.feature.pre{k}"] = cases.teacher(batch, *theirs)
    given["student.feature.penultimate"] = cases.student(batch, d_s)
    given["teacher.feature.penultimate"] = cases.teacher(batch, d_t)
    width = min(options.get("channels", 512), d_s)
    parts = [fusion(own[0], theirs[0], width, True) for own, theirs in stages] + [fusion(d_s, d_t, width, False)]
    setting = {"progress": {"epoch": epoch, "epochs": 240}}
    cases.add(given, lambda given, parts: terms(given, parts, epoch, **options), options, nn.ModuleList(parts), setting)
    epochs.append(epoch)



def level_terms(given, parts, beta=1, epoch=1, warmUpEpochs=1, **_):
    later, total = None, 0
    for k in range(len(parts), 0, -1):
        part, own, theirs = parts[k - 1], given[f"student.feature.stage{k}"], given[f"teacher.feature.stage{k}"]
        x = part["conv1"](own)
        if later is not None:
            y = nearest(later, x.shape[2:])
            gates = part["gates"](torch.cat([x, y], 1))
            x = x * gates[:, :1] + y * gates[:, 1:]
        later = x
        total = total + hcl(part["conv2"](x), theirs, own.shape[2])
    return {"review": beta * min(epoch / warmUpEpochs, 1) * total}


for batch, (own, theirs), sizes, options in [
    (2, (2, 3), [(13, 11), (7, 6), (4, 3), (2, 2), (1, 1)], {"beta": 1.2, "channels": 4}),
    (2, (2, 3), [(9, 4), (5, 2), (3, 1), (2, 1), (1, 1)], {"beta": 2, "channels": 2}),
    (3, (4, 2), [(5, 10), (3, 5)], {"channels": 3}),
    (2, (3, 3), [(4, 6)], {"channels": 7, "warmUpEpochs": 4}),
    # As mdistiller has it.
    (1, (1, 1), [(3, 4)], {}),
]:
    given, options = cases.levels(batch, sizes, own, theirs), {"levels": True, "gamma": 0, **options}
    width = options.get("channels", 256)
    parts = nn.ModuleList(fusion(own, theirs, width, k < len(sizes) - 1) for k in range(len(sizes))).double()
    cases.add(given, lambda given, parts: level_terms(given, parts, **options), options, parts)

if cases.folder:
    scope = {"torch": torch, "nn": nn, "F": F}
    cases.pieces("megvii-research+mdistiller/mdistiller/distillers/ReviewKD.py", {"ABF", "hcl_loss"}, scope)
    detection = cases.pieces("megvii-research+mdistiller/detection/model/reviewkd.py", {"ABF", "ReviewKD", "hcl"}, {**scope})
    for i, (given, parts, options) in enumerate(cases.kept):
        if options.get("levels"):
            own, theirs = ([given[f"{who}.feature.stage{k + 1}"] for k in range(len(parts))] for who in ("student", "teacher"))
            channels = [[level.shape[1] for level in levels] for levels in (own, theirs)]
            made = detection["ReviewKD"](*channels, options.get("channels", 256)).double()
            for abf, part in zip(made.abfs[::-1], parts, strict=True):
                abf.load_state_dict(dict(zip(abf.state_dict(), part.state_dict().values(), strict=True)))
            share = min(1 / options.get("warmUpEpochs", 1), 1)
            cases.released(i, "review", options.get("beta", 1) * share * detection["hcl"](made(own), theirs))
            continue
        if any(f.shape[2] != f.shape[3] for pair in levels(given) for f in pair):
            continue
        results, residual = [], None
        for part, (own, theirs) in reversed(list(zip(parts, levels(given)))):
            width = part["conv1"][0].out_channels
            abf = scope["ABF"](own.shape[1], width, theirs.shape[1], "gates" in part)
            abf.load_state_dict(dict(zip(abf.state_dict(), part.state_dict().values(), strict=True)))
            out, residual = abf(own, residual, own.shape[2], theirs.shape[2])
            results.insert(0, out)
        share = min(epochs[i] / options.get("warmUpEpochs", 20), 1.0)
        loss = scope["hcl_loss"](results, [theirs for _, theirs in levels(given)])
        cases.released(i, "review", options.get("beta", 5) * share * loss)

cases.write()
