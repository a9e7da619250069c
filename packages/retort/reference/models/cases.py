"""What the scripts of this folder share: a model run with weights and images that both sides can draw.

A case has, in its description, the name of our model, the size of an image, the number of classes, and of the original the number of parameters, and
the SHA-256 of the keys with their shapes, a line each. Its tensors: `initial` is the sum of each tensor of the state dict as it is made after
manual_seed(1), or `moments` [keys, 3] its mean, mean magnitude and deviation, where the original draws in another order than ours. Then the state dict is filled from manual_seed(2) (see `fill`), and two images and a direction are drawn. In evaluation, there
are `logits`, and the channels' means of `stem`, `stageN`, `preN` (the same before their last ReLU), maps [N, C, H, W] or tokens [N, L, C], and `penultimate`. In training, `trained` are the
logits, and `gradient` is that of their product with the direction by the images, averaged over columns: in float64, as in float32 a batch
norm of few values and the ReLU after it can turn rounding into a hundredth of a gradient. `weights`, where it is asked for, are the lengths of
the same product's gradients by the parameters.
"""

import contextlib
import hashlib
import math

import torch


def fill(state, spread=0.1):
    """
    Values that both sides can draw: in the order of the keys, of a scale that a deep network keeps. `spread` is the deviation of biases and running
    means: at 1 many values reach the 6 of a ReLU6, where larger weights would make of every rounding another answer.
    """
    for key, tensor in state.items():
        if not tensor.is_floating_point():
            continue
        drawn = torch.randn(tensor.shape)
        if key.endswith("running_var"):
            drawn = drawn.square() * 0.5 + 0.5
        elif key.endswith(("running_mean", "bias")):
            drawn = drawn * spread
        elif tensor.dim() == 1:
            # Below 1, as every residual block adds to its input.
            drawn = drawn * 0.1 + 0.7
        else:
            drawn = drawn * math.sqrt(2 * tensor.shape[0] / tensor.numel())
        tensor.copy_(drawn)


def hooked(model, x, features, before, classifier):
    """
    Logits, the vector that `classifier` is called with, what modules give and what other modules are called with last, of a model that does
    not say; copies, as ReLUs are in place.
    """
    seen = {}
    for module in features:
        module.register_forward_hook(lambda module, _, output: seen.__setitem__(module, output.clone()))
    for module in [*before, classifier]:
        module.register_forward_pre_hook(lambda module, inputs: seen.__setitem__((module, "input"), inputs[0].clone()))
    logits = model(x)
    inputs = [seen[module, "input"] for module in before]
    return logits, seen[classifier, "input"], [seen[module] for module in features], inputs


def keys_of(state):
    lines = "\n".join(f"{key} {'x'.join(map(str, value.shape))}" for key, value in state.items())
    return hashlib.sha256(lines.encode()).hexdigest()


def parameters_of(model):
    return sum(parameter.numel() for parameter in model.parameters())


def moments_of(state):
    doubles = [value.double() for value in state.values()]
    return torch.stack([torch.stack([x.mean(), x.abs().mean(), x.std(correction=0)]) for x in doubles])


def typical(make):
    """Of one number in 2^24, the lower bound of uniform_, timm's truncated normal makes -2, a hundred deviations: drawn again where there is one."""
    model = make()
    return typical(make) if any((parameter == -2).any() for parameter in model.parameters()) else model


def eps_of(model):
    """Of its layer norms."""
    return sorted({module.eps for module in model.modules() if isinstance(module, torch.nn.LayerNorm)})


def run_case(name, make, features, classes, size, spread=0.1, weights=False, moments=False):
    """
    The description of a case and its tensors. `features(model, x)` gives the logits, the vector before the classifier, the features of the stem
    and the stages, and those before their last ReLU.
    """
    torch.manual_seed(1)
    with contextlib.redirect_stdout(None):
        model = make()
    state = model.state_dict()
    kept = {"moments": moments_of(state)} if moments else {"initial": torch.stack([value.double().sum() for value in state.values()])}
    torch.manual_seed(2)
    fill(state, spread)
    x, direction = torch.randn(2, 3, size, size), torch.randn(2, classes)
    with torch.no_grad():
        kept["logits"], penultimate, maps, before = features(model.eval(), x)
    kept["penultimate"] = penultimate.mean(0)
    names = ["stem", *(f"stage{i}" for i in range(1, len(maps))), *(f"pre{i + 1}" for i in range(len(before)))]
    kept |= {name: value.mean((0, 2, 3) if value.dim() == 4 else (0, 1)) for name, value in zip(names, [*maps, *before], strict=True)}
    x, direction = x.double().requires_grad_(), direction.double()
    rounded = (model.double()(x) - kept["logits"]).abs().max() / kept["logits"].abs().max()
    assert rounded < 2e-5, f"{name}: rounding makes {rounded:.1g} of the logits"
    kept["trained"] = model.train()(x)
    by = [x, *(model.parameters() if weights else ())]
    by_images, *by_weights = torch.autograd.grad((kept["trained"] * direction).sum(), by)
    kept["gradient"] = by_images.mean(3)
    if weights:
        kept["weights"] = torch.stack([gradient.norm() for gradient in by_weights])
    described = {
        "model": name,
        "size": size,
        "classes": classes,
        "parameters": parameters_of(model),
        "keys": keys_of(state),
    }
    return described, {key: value.detach().contiguous() for key, value in kept.items()}
