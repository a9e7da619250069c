"""Writes the numbers that packages/torch's layers, losses and initial values are tested against, computed by PyTorch from Python.

    python packages/torch/reference/nn.py      (torch 2.15.0, safetensors)

The tests beside the sources (nn/*.test.ts, functional/*.test.ts) build the same layers and call the same functions by the same names.
"""

import torch
from torch import nn
import torch.nn.functional as F

from follow import channels_last, fn, init, layer, metadata, narrowed, permuted, save

# Layers.
layer("linear", lambda d: nn.Linear(5, 3, dtype=d), (2, 4, 5))
layer("linear.empty", lambda d: nn.Linear(5, 3, dtype=d), (0, 5))
layer("linear.no_bias", lambda d: nn.Linear(5, 3, bias=False, dtype=d), (5, 4), permuted)
layer("linear.vector", lambda d: nn.Linear(5, 1, dtype=d), (5,))

layer("conv1d", lambda d: nn.Conv1d(4, 6, 3, stride=2, padding=2, dilation=2, groups=2, dtype=d), (2, 4, 9))
layer("conv1d.same", lambda d: nn.Conv1d(2, 3, 4, padding="same", bias=False, dtype=d), (1, 2, 7))
layer("conv1d.unbatched", lambda d: nn.Conv1d(2, 3, 3, dtype=d), (2, 7))
for mode in ("reflect", "replicate", "circular"):
    layer(f"conv1d.{mode}", lambda d: nn.Conv1d(2, 3, 3, padding=2, padding_mode=mode, dtype=d), (2, 2, 6))
    layer(f"conv2d.{mode}", lambda d: nn.Conv2d(2, 3, (3, 2), padding=(2, 1), padding_mode=mode, dtype=d), (2, 2, 5, 4))
    layer(f"conv2d.{mode}.same", lambda d: nn.Conv2d(2, 2, (4, 3), padding="same", dilation=(1, 2), padding_mode=mode, dtype=d), (1, 2, 6, 7))
layer("conv2d", lambda d: nn.Conv2d(4, 6, (3, 2), stride=(2, 1), padding=(1, 0), groups=2, dtype=d), (3, 4, 5, 6))
layer("conv2d.dilated", lambda d: nn.Conv2d(3, 2, 3, padding=2, dilation=2, dtype=d), (2, 3, 6, 5), channels_last)
layer("conv2d.depthwise", lambda d: nn.Conv2d(4, 4, 3, padding=1, groups=4, bias=False, dtype=d), (2, 4, 5, 5), channels_last)
layer("conv2d.same", lambda d: nn.Conv2d(2, 2, (4, 3), padding="same", dtype=d), (1, 2, 5, 5))
layer("conv2d.valid", lambda d: nn.Conv2d(2, 2, 3, padding="valid", dtype=d), (1, 2, 3, 3))
layer("conv2d.pointwise", lambda d: nn.Conv2d(3, 2, 1, stride=2, dtype=d), (2, 3, 1, 1))
layer("conv2d.empty", lambda d: nn.Conv2d(3, 2, 3, dtype=d), (0, 3, 5, 5))
layer("conv2d.unbatched", lambda d: nn.Conv2d(3, 2, 3, dtype=d), (3, 5, 4))
layer("conv_transpose2d", lambda d: nn.ConvTranspose2d(4, 6, (3, 2), stride=(2, 3), padding=(1, 0), output_padding=(1, 2), groups=2, dtype=d), (2, 4, 3, 4))
layer("conv_transpose2d.dilated", lambda d: nn.ConvTranspose2d(3, 2, 3, dilation=2, bias=False, dtype=d), (1, 3, 4, 1), channels_last)

layer("batch_norm1d", lambda d: nn.BatchNorm1d(4, dtype=d), (5, 4))
layer("batch_norm1d.sequence", lambda d: nn.BatchNorm1d(4, momentum=0.3, dtype=d), (1, 4, 3))
layer("batch_norm2d", lambda d: nn.BatchNorm2d(4, momentum=0.3, eps=1e-3, dtype=d), (3, 4, 1, 5))
layer("batch_norm2d.cumulative", lambda d: nn.BatchNorm2d(3, momentum=None, dtype=d), (2, 3, 2, 4), channels_last)
layer("batch_norm2d.no_affine", lambda d: nn.BatchNorm2d(3, affine=False, dtype=d), (2, 3, 2, 4))
layer("batch_norm2d.untracked", lambda d: nn.BatchNorm2d(3, track_running_stats=False, dtype=d), (2, 3, 2, 4))
layer("batch_norm2d.bare", lambda d: nn.BatchNorm2d(3, affine=False, track_running_stats=False, dtype=d), (4, 3, 2, 4), narrowed)
layer("layer_norm", lambda d: nn.LayerNorm(6, dtype=d), (2, 3, 6))
layer("layer_norm.two", lambda d: nn.LayerNorm((3, 4), eps=1e-3, dtype=d), (4, 3, 2), permuted)
# One row: the gradients of two would cancel each other, and rounding be all that is left.
layer("layer_norm.one", lambda d: nn.LayerNorm(1, eps=0.5, dtype=d), (1, 1))
layer("layer_norm.empty", lambda d: nn.LayerNorm(4, dtype=d), (0, 4))
layer("layer_norm.no_affine", lambda d: nn.LayerNorm(4, elementwise_affine=False, dtype=d), (3, 4))
layer("layer_norm.no_bias", lambda d: nn.LayerNorm(4, bias=False, dtype=d), (3, 4))
layer("group_norm", lambda d: nn.GroupNorm(2, 4, dtype=d), (2, 4, 3, 2), channels_last)
layer("group_norm.no_affine", lambda d: nn.GroupNorm(4, 4, eps=1e-3, affine=False, dtype=d), (2, 4, 3))

indices = torch.tensor([[1, 0, 6], [6, 5, 1]])
layer("embedding", lambda d: nn.Embedding(7, 4, dtype=d), None, x=indices)
layer("embedding.padding", lambda d: nn.Embedding(7, 4, padding_idx=-1, dtype=d), None, x=indices.int())
layer("embedding.empty", lambda d: nn.Embedding(7, 4, padding_idx=0, dtype=d), None, x=indices[:0])

layer("dropout", lambda d: nn.Dropout(0.3), (4, 5))
layer("dropout.permuted", lambda d: nn.Dropout(), (4, 5), permuted)
layer("dropout.all", lambda d: nn.Dropout(1.0), (4, 5))
layer("dropout.empty", lambda d: nn.Dropout(0.3), (0, 5))
for name, make in {
    "relu": nn.ReLU, "relu6": nn.ReLU6, "silu": nn.SiLU, "hardswish": nn.Hardswish, "hardsigmoid": nn.Hardsigmoid, "sigmoid": nn.Sigmoid,
    "tanh": nn.Tanh, "gelu": nn.GELU, "identity": nn.Identity,
}.items():
    layer(name, lambda d: nn.Sequential(nn.Linear(3, 6, dtype=d), make()), (2, 3))
    layer(f"{name}.scalar", lambda d: make(), ())
layer("gelu.tanh", lambda d: nn.GELU(approximate="tanh"), (2, 5), permuted)
layer("leaky_relu", lambda d: nn.LeakyReLU(0.2), (2, 5))
layer("softmax", lambda d: nn.Softmax(1), (2, 5, 1))
layer("flatten", lambda d: nn.Flatten(), (2, 3, 1, 4), channels_last)
layer("flatten.some", lambda d: nn.Flatten(0, 1), (2, 3, 4))
layer("unflatten", lambda d: nn.Unflatten(1, (2, -1)), (2, 6, 3))

layer("max_pool1d", lambda d: nn.MaxPool1d(3, stride=2, padding=1), (2, 3, 8))
layer("max_pool2d", lambda d: nn.MaxPool2d((3, 2)), (2, 3, 7, 6), channels_last)
layer("max_pool2d.all", lambda d: nn.MaxPool2d(2, stride=(2, 3), padding=1, dilation=2, ceil_mode=True), (1, 2, 7, 6))
layer("avg_pool1d", lambda d: nn.AvgPool1d(3, padding=1, count_include_pad=False), (2, 3, 8))
layer("avg_pool2d", lambda d: nn.AvgPool2d(2), (2, 3, 7, 6), channels_last)
layer("avg_pool2d.all", lambda d: nn.AvgPool2d((3, 2), stride=2, padding=1, ceil_mode=True, count_include_pad=False), (1, 2, 6, 5))
layer("adaptive_avg_pool1d", lambda d: nn.AdaptiveAvgPool1d(3), (2, 3, 7))
layer("adaptive_avg_pool2d", lambda d: nn.AdaptiveAvgPool2d(1), (2, 3, 7, 5), channels_last)
layer("adaptive_avg_pool2d.keep", lambda d: nn.AdaptiveAvgPool2d((None, 2)), (2, 3, 4, 5))
layer("adaptive_max_pool2d", lambda d: nn.AdaptiveMaxPool2d((2, 3)), (2, 3, 7, 5))


class DropPath(nn.Module):
    """timm's formula (timm/layers/drop.py)."""

    def __init__(self, p, scale_by_keep=True):
        super().__init__()
        self.p, self.scale_by_keep = p, scale_by_keep

    def forward(self, x):
        if self.p == 0.0 or not self.training:
            return x
        keep = 1 - self.p
        mask = x.new_empty((x.shape[0],) + (1,) * (x.ndim - 1)).bernoulli_(keep)
        return x * (mask.div_(keep) if keep > 0.0 and self.scale_by_keep else mask)


layer("drop_path", lambda d: DropPath(0.4), (7, 2, 3))
layer("drop_path.unscaled", lambda d: DropPath(0.4, False), (7, 2), permuted)
layer("drop_path.all", lambda d: DropPath(1.0), (3, 2))


class Attention(nn.Module):
    """Queries are x, keys and values made from it; the output, and the weights where there are any, in one tensor."""

    def __init__(self, d, keys=None, options=None, **call):
        super().__init__()
        self.attention = nn.MultiheadAttention(6, 2, dtype=d, **(options or {}))
        self.keys, self.call = keys or (lambda x: (x, x)), call

    def forward(self, x):
        key, value = self.keys(x)
        call = {"need_weights": False, **self.call}
        call = {k: v.to(x.dtype) if torch.is_tensor(v) and v.is_floating_point() else v for k, v in call.items()}
        y, weights = self.attention(x, key, value, **call)
        return y if weights is None else torch.cat([y.flatten(), weights.flatten()])


padding = torch.tensor([[False, False, True, False], [False, True, True, False], [False, False, False, False]])
looking = torch.tensor([[False, True, False, False], [False, False, True, True], [True, False, False, False], [False] * 4])
added = torch.linspace(-2, 1.75, 16).reshape(4, 4)
causal = nn.Transformer.generate_square_subsequent_mask(4)
layer("attention", Attention, (4, 3, 6))
layer("attention.batch_first", lambda d: Attention(d, options={"batch_first": True}), (3, 4, 6))
layer("attention.unbatched", Attention, (4, 6))
layer("attention.weights", lambda d: Attention(d, options={"bias": False}, need_weights=True), (4, 3, 6))
layer("attention.weights_of_heads", lambda d: Attention(d, need_weights=True, average_attn_weights=False, attn_mask=added), (4, 3, 6))
layer("attention.padding", lambda d: Attention(d, key_padding_mask=padding), (4, 3, 6))
layer("attention.masks", lambda d: Attention(d, options={"batch_first": True}, key_padding_mask=padding, attn_mask=looking), (3, 4, 6))
layer("attention.mask_of_heads", lambda d: Attention(d, attn_mask=added.expand(6, 4, 4) * 0.5), (4, 3, 6))
layer("attention.causal", lambda d: Attention(d, attn_mask=causal, is_causal=True), (4, 3, 6))
layer("attention.causal_padding", lambda d: Attention(d, attn_mask=causal, is_causal=True, key_padding_mask=padding.roll(1, 0)), (4, 3, 6))
layer("attention.cross", lambda d: Attention(d, lambda x: (x[:3] * 2, x[:3] + 1)), (4, 3, 6))
layer("attention.sizes", lambda d: Attention(d, lambda x: (x[:2, :, :5], x[:2, :, :3]), {"kdim": 5, "vdim": 3}), (4, 3, 6))
layer("attention.dropout", lambda d: Attention(d, options={"dropout": 0.4}, attn_mask=added), (4, 3, 6))
layer("attention.dropout_weights", lambda d: Attention(d, options={"dropout": 0.4}, need_weights=True), (4, 3, 6))

layer("sequential", lambda d: nn.Sequential(nn.Conv2d(2, 3, 3, bias=False, dtype=d), nn.BatchNorm2d(3, dtype=d), nn.ReLU(inplace=True),
                                            nn.Sequential(nn.Flatten(), nn.Dropout(0.2), nn.Linear(12, 2, dtype=d))), (3, 2, 4, 4))

# Losses and other functions.
labels, label_map = torch.tensor([1, 0, 4, 2, 2]), torch.tensor([[[1, 0], [2, -100]], [[0, 0], [2, 1]]])
soft = torch.softmax(torch.linspace(-2, 3, 30).reshape(5, 6).sin(), 1)
classes = torch.linspace(0.5, 2, 6)
binary = (torch.arange(30).reshape(5, 6) % 3 == 0).float()
signs = torch.tensor([1.0, -1.0, 1.0, -1.0, 1.0])
for reduction in ("none", "mean", "sum"):
    fn(f"cross_entropy.{reduction}", lambda z, y, w: F.cross_entropy(z, y, w, ignore_index=2, label_smoothing=0.2, reduction=reduction), (5, 6), labels, classes)
    fn(f"cross_entropy.soft.{reduction}", lambda z, y, w: F.cross_entropy(z, y, w, label_smoothing=0.1, reduction=reduction), (5, 6), soft, classes)
    fn(f"nll_loss.{reduction}", lambda z, y, w: F.nll_loss(F.log_softmax(z, 1), y, w, reduction=reduction), (5, 6), labels, classes)
    fn(f"mse_loss.{reduction}", lambda a, b: F.mse_loss(a, b.t(), reduction=reduction), (5, 6), (6, 5))
    fn(f"l1_loss.{reduction}", lambda a, b: F.l1_loss(a, b, reduction=reduction), (5, 6), (5, 6))
    fn(f"smooth_l1_loss.{reduction}", lambda a, b: F.smooth_l1_loss(a, b, reduction=reduction, beta=0.5), (5, 6), (5, 6))
    fn(f"huber_loss.{reduction}", lambda a, b: F.huber_loss(a, b, reduction=reduction, delta=0.5), (5, 6), (5, 6))
    fn(f"kl_div.{reduction}", lambda z, y: F.kl_div(F.log_softmax(z, 1), y, reduction=reduction), (5, 6), soft)
    fn(f"binary_cross_entropy.{reduction}", lambda z, y, w: F.binary_cross_entropy(z.sigmoid(), y, w, reduction=reduction), (5, 6), binary, classes)
    fn(f"binary_cross_entropy_with_logits.{reduction}",
       lambda z, y, w: F.binary_cross_entropy_with_logits(z, y, w, pos_weight=w * 2, reduction=reduction), (5, 6), binary, classes)
    fn(f"cosine_embedding_loss.{reduction}", lambda a, b, y: F.cosine_embedding_loss(a, b, y, margin=0.1, reduction=reduction), (5, 6), (5, 6), signs)
fn("cross_entropy.vector", lambda z: F.cross_entropy(z, torch.tensor(2)), (4,))
fn("cross_entropy.map", lambda z, y: F.cross_entropy(z, y), (2, 3, 2, 2), label_map)
fn("cross_entropy.plain", lambda z, y: F.cross_entropy(z, y), (5, 6), labels)
fn("cross_entropy.empty", lambda z, y: F.cross_entropy(z, y, reduction="sum"), (0, 6), labels[:0])
fn("nll_loss.map", lambda z, y: F.nll_loss(F.log_softmax(z, 1), y), (2, 3, 2, 2), label_map)
fn("kl_div", lambda z, y: F.kl_div(F.log_softmax(z, 1), y, reduction="batchmean"), (5, 6), soft)
fn("kl_div.log", lambda z, y: F.kl_div(F.log_softmax(z, 1), F.log_softmax(y, 1), reduction="batchmean", log_target=True), (5, 6), (5, 6))
for name in ("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss", "binary_cross_entropy_with_logits"):
    fn(f"{name}.scalar", lambda a, b: getattr(F, name)(a, b), (), torch.tensor(0.25))
    fn(f"{name}.empty", lambda a, b: getattr(F, name)(a, b, reduction="sum"), (0, 3), torch.empty(0, 3))
fn("smooth_l1_loss.zero", lambda a, b: F.smooth_l1_loss(a, b, beta=0.0), (5,), (5,))
fn("cosine_embedding_loss.vector", lambda a, b: F.cosine_embedding_loss(a, b, torch.tensor(-1.0)), (6,), (6,))
fn("cosine_similarity", lambda a, b: F.cosine_similarity(a, b), (3, 4, 2), (1, 4, 2))
fn("cosine_similarity.last", lambda a, b: F.cosine_similarity(a, b.t(), dim=-1, eps=1e-3), (5, 3), (3, 5))
fn("normalize", lambda x: F.normalize(x), (3, 4, 2))
fn("normalize.one", lambda x: F.normalize(x.t(), p=1.0, dim=0), (3, 4))
fn("normalize.large_eps", lambda x: F.normalize(x, dim=-1, eps=2.0), (3, 4))
fn("softmax", lambda x: F.softmax(x, -1), (2, 3))
fn("log_softmax", lambda x: F.log_softmax(x.t(), 0), (2, 3))
fn("leaky_relu", lambda x: F.leaky_relu(x), (2, 3))
fn("one_hot", lambda y: F.one_hot(y), labels)
fn("embedding", lambda i, w: F.embedding(i, w.t(), padding_idx=-2), indices, (3, 7))
fn("layer_norm", lambda x, w: F.layer_norm(x, (4,), w, eps=0.1), (3, 4), (4,))
fn("group_norm", lambda x, b: F.group_norm(x, 2, bias=b), (2, 4, 1), (4,))
fn("batch_norm", lambda x, m: F.batch_norm(x, m, m + 2), (3, 2), torch.tensor([0.5, -1.0]))
fn("conv1d", lambda x, w: F.conv1d(x, w, stride=2, padding=1), (2, 3, 6), (4, 3, 2))
fn("conv2d", lambda x, w, b: F.conv2d(x, w, b, padding="same", dilation=2), (1, 2, 5, 5), (2, 2, 3, 3), (2,))
fn("conv_transpose2d", lambda x, w: F.conv_transpose2d(x, w, stride=2, output_padding=1, padding=1), (2, 3, 3, 2), (3, 2, 3, 3))
for mode in ("reflect", "replicate", "circular"):
    fn(f"pad.{mode}", lambda x: F.pad(x, (2, 1, 0, 3), mode), (2, 1, 4, 5))
fn("pad", lambda x: F.pad(x, (2, -1, 0, 3), value=0.5), (4, 5))
for mode in ("nearest", "nearest-exact", "linear", "area"):
    fn(f"interpolate.{mode}.1d", lambda x: F.interpolate(x, size=5, mode=mode), (2, 1, 7))
for mode in ("nearest", "nearest-exact", "bilinear", "bicubic", "area"):
    fn(f"interpolate.{mode}.size", lambda x: F.interpolate(x, size=(3, 8), mode=mode), (1, 2, 5, 4))
    fn(f"interpolate.{mode}.factor", lambda x: F.interpolate(channels_last(x), scale_factor=(1.7, 0.6), mode=mode), (1, 2, 5, 4))
for mode in ("bilinear", "bicubic"):
    fn(f"interpolate.{mode}.corners", lambda x: F.interpolate(x, size=7, mode=mode, align_corners=True), (1, 2, 5, 4))
    fn(f"interpolate.{mode}.antialias", lambda x: F.interpolate(x, size=(3, 2), mode=mode, antialias=True), (1, 2, 8, 7))
fn("pixel_shuffle", lambda x: F.pixel_shuffle(x, 2), (1, 8, 2, 3))
fn("pixel_unshuffle", lambda x: F.pixel_unshuffle(x, 2), (1, 2, 4, 6))
fn("unfold", lambda x: F.unfold(x, (2, 3), dilation=(2, 1), padding=1, stride=2), (2, 2, 5, 6))
fn("fold", lambda x: F.fold(x, (4, 5), 2, stride=(2, 1)), (1, 12, 8))

visible = torch.tensor([[True, False, True], [True, True, False], [False, False, False], [True, True, True]])
fn("attention", lambda q, k, v: F.scaled_dot_product_attention(q, k, v), (2, 2, 4, 3), (2, 2, 3, 3), (2, 2, 3, 5))
fn("attention.masked", lambda q, k, v: F.scaled_dot_product_attention(q, k, v, visible, scale=0.7), (2, 4, 3), (2, 3, 3), (2, 3, 2))
fn("attention.added", lambda q, k, v, m: F.scaled_dot_product_attention(q, k, v, m), (2, 2, 4, 3), (2, 2, 3, 3), (2, 2, 3, 3), (2, 1, 4, 3))
fn("attention.causal", lambda q, k, v: F.scaled_dot_product_attention(q, k, v, is_causal=True), (1, 2, 4, 3), (1, 2, 4, 3), (1, 2, 4, 3))
fn("attention.grouped", lambda q, k, v: F.scaled_dot_product_attention(q, k, v, enable_gqa=True), (2, 4, 3, 3), (2, 2, 5, 3), (2, 2, 5, 3))
fn("attention.dropout", lambda q, k, v: F.scaled_dot_product_attention(q, k, v, dropout_p=0.3), (2, 2, 4, 3), (2, 2, 3, 3), (2, 2, 3, 5))
fn("attention.dropout.masked", lambda q, k, v: F.scaled_dot_product_attention(q, k, v, visible, 0.3), (2, 4, 3), (2, 3, 3), (2, 3, 2))
fn("attention.dropout.causal", lambda q, k, v: F.scaled_dot_product_attention(q, k, v, None, 0.3, True, scale=0.2), (2, 4, 3), (2, 5, 3), (2, 5, 2))
fn("attention.dropout.grouped", lambda q, k, v: F.scaled_dot_product_attention(q, k, v, dropout_p=0.3, enable_gqa=True), (2, 4, 3, 3), (2, 2, 5, 3), (2, 2, 5, 3))

# Initial values.
init("uniform", lambda w: nn.init.uniform_(w, -0.5, 2.0), (3, 4))
init("normal", lambda w: nn.init.normal_(w, 1.0, 0.02), (5, 4))
init("constant", lambda w: nn.init.constant_(w, 0.3), (2,))
init("eye", nn.init.eye_, (3, 4))
init("trunc_normal", lambda w: nn.init.trunc_normal_(w, std=0.02), (40,))
init("trunc_normal.near", lambda w: nn.init.trunc_normal_(w, 0.1, 1.0, -0.6, 0.5), (9, 5))
init("trunc_normal.far", lambda w: nn.init.trunc_normal_(w, 0.0, 1.0, 1.0, 1.5), (9, 5))
init("trunc_normal.one_side", lambda w: nn.init.trunc_normal_(w, 3.0, 1.0, -1.0, 2.0), (9, 5))
init("xavier_uniform", nn.init.xavier_uniform_, (4, 3, 2))
init("xavier_normal", lambda w: nn.init.xavier_normal_(w, nn.init.calculate_gain("tanh")), (4, 3))
init("kaiming_uniform", lambda w: nn.init.kaiming_uniform_(w, nonlinearity="relu"), (4, 3))
init("kaiming_normal", lambda w: nn.init.kaiming_normal_(w, 0.3, "fan_out", "leaky_relu"), (4, 3, 2, 2))
init("orthogonal.tall", lambda w: nn.init.orthogonal_(w, 2.0), (5, 3))
init("orthogonal.wide", nn.init.orthogonal_, (3, 2, 4))
metadata["gains"] = ",".join(repr(float(nn.init.calculate_gain(n))) for n in ("linear", "sigmoid", "tanh", "relu", "leaky_relu", "selu"))

save("nn.safetensors")
