"""Writes autograd.safetensors: gradients of gradients, for the tests of packages/torch/src/autograd.

    python packages/torch/reference/autograd.py      (torch 2.15.0, safetensors)
"""

import os

import torch
import torch.nn.functional as F
from safetensors.torch import save_file

torch.manual_seed(11)
here = os.path.dirname(os.path.abspath(__file__))
named = {}


def leaves(prefix, dtype, **shapes):
    """Random leaves, stored under their names."""
    made = {name: torch.randn(shape, dtype=dtype).mul(0.5).requires_grad_() for name, shape in shapes.items()}
    named.update({f"{prefix}.{name}": tensor.detach().clone() for name, tensor in made.items()})
    return made


def store(prefix, **tensors):
    named.update({f"{prefix}.{name}": tensor.detach().clone() for name, tensor in tensors.items()})


# The gradient penalty of WGAN-GP (Gulrajani et al., 2017) through grouped and strided convolutions and batch norm.
for dtype in (torch.float32, torch.float64):
    key = f"penalty.{str(dtype).removeprefix('torch.')}"
    v = leaves(key, dtype, x=(3, 4, 7, 5), w1=(6, 2, 3, 3), b1=(6,), gamma=(6,), beta=(6,), w2=(2, 6, 2, 2), w3=(1, 2))
    h = F.conv2d(v["x"], v["w1"], v["b1"], stride=(2, 1), padding=1, groups=2)
    h = F.batch_norm(h, None, None, v["gamma"], v["beta"], training=True, eps=1e-5)
    h = F.conv2d(F.silu(h), v["w2"], dilation=2)
    score = torch.sigmoid(h).mean((2, 3)).matmul(v["w3"].t())
    (dx,) = torch.autograd.grad(score.sum(), v["x"], create_graph=True)
    norm = dx.pow(2).sum((1, 2, 3)).sqrt()
    penalty = (norm - 1).pow(2).mean()
    store(key, score=score, dx=dx, penalty=penalty)
    parameters = ["w1", "b1", "gamma", "beta", "w2", "w3"]
    gradients = torch.autograd.grad(penalty + score.mean(), [v[name] for name in parameters])
    store(key, **{f"d{name}": gradient for name, gradient in zip(parameters, gradients)})

# Hessian-vector products of a small network's cross entropy, by two backward passes.
v = leaves("hvp", torch.float64, x=(5, 4), w1=(4, 6), w2=(6, 3), v1=(4, 6), v2=(6, 3))
target = torch.tensor([0, 2, 1, 1, 0])
loss = F.cross_entropy(torch.tanh(v["x"] @ v["w1"]) @ v["w2"], target)
g1, g2 = torch.autograd.grad(loss, [v["w1"], v["w2"]], create_graph=True)
product = (g1 * v["v1"].detach()).sum() + (g2 * v["v2"].detach()).sum()
h1, h2 = torch.autograd.grad(product, [v["w1"], v["w2"]])
store("hvp", loss=loss, g1=g1, g2=g2, h1=h1, h2=h2)

# Four orders of one function of a 0-d tensor.
x = torch.tensor(0.7, dtype=torch.float64, requires_grad=True)
y = torch.sin(x * x) * torch.exp(x)
orders = [y]
for _ in range(4):
    orders.append(torch.autograd.grad(orders[-1], x, create_graph=True)[0])
store("orders", x=x, orders=torch.stack(orders))


# A function with a backward of its own that can be differentiated.
class Softplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, beta):
        ctx.save_for_backward(x, beta)
        return torch.log(torch.exp(x * beta) + 1) / beta

    @staticmethod
    def backward(ctx, gradient):
        x, beta = ctx.saved_tensors
        z = x * beta
        gate = torch.sigmoid(z)
        of_beta = gate * x / beta - torch.log(torch.exp(z) + 1) / (beta * beta)
        return gradient * gate, (gradient * of_beta).sum()


v = leaves("custom", torch.float64, x=(4, 3))
beta = torch.tensor(1.3, dtype=torch.float64, requires_grad=True)
y = Softplus.apply(v["x"], beta)
dx, dbeta = torch.autograd.grad((y * y).sum(), [v["x"], beta], create_graph=True)
dxx, dxbeta = torch.autograd.grad((dx * dx).sum() + dbeta * dbeta, [v["x"], beta])
store("custom", beta=beta, y=y, dx=dx, dbeta=dbeta, dxx=dxx, dxbeta=dxbeta)

# Hooks that replace gradients, on a leaf and inside.
v = leaves("hooks", torch.float64, x=(3, 4))
y = v["x"].sin()
v["x"].register_hook(lambda gradient: gradient.clamp(-0.2, 0.2))
y.register_hook(lambda gradient: gradient * gradient)
(y * v["x"].detach()).sum().backward()
store("hooks", dx=v["x"].grad)

save_file({key: value.contiguous() for key, value in named.items()}, os.path.join(here, "autograd.safetensors"))
