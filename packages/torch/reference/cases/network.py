"""The operators of layers: convolutions, norms, pools, attention, recurrences; images made larger; losses."""

import torch

from case import T, case, positive


def indices(*values):
    return T(value=torch.tensor(values))


# Convolutions.
case("conv1d", T(2, 4, 9, permute=[0, 1, 2]), T(6, 2, 3), T(6), [2], [1], [2], 2)
case("conv1d", T(3, 5), T(2, 3, 5), None)
case("conv1d.padding", T(1, 2, 5), T(2, 2, 3), T(2), [1], "same", [2])
case("conv2d", T(2, 3, 5, 4), T(4, 3, 3, 3), None, [1, 1], [1, 1])
case("conv2d", T(2, 4, 6, 5, channels_last=True), T(6, 2, 3, 2), T(6), [2, 1], [1, 0], [1, 2], 2)
case("conv2d", T(6, 3, 5, 1, permute=[3, 2, 0, 1]), T(5, 1, 3, 3), T(5), [1, 1], [1, 1], [1, 1], 5)
case("conv2d", T(1, 3, 5, 5), T(2, 3, 1, 1), T(2), [2, 2])
case("conv2d", T(0, 3, 5, 5), T(2, 3, 3, 3), T(2))
case("conv2d.padding", T(1, 2, 5, 5), T(2, 2, 3, 3), None, [1, 1], "same")
case("conv2d", T(1, 6, 3, 4, channels_last=True), T(3, 2, 1, 3), T(3), [1, 1], [0, 1], [1, 1], 3)
case("conv3d", T(1, 2, 4, 5, 3), T(4, 1, 2, 3, 2), T(4), [1, 2, 1], [0, 1, 0], [1, 1, 1], 2)
case("conv_transpose1d", T(2, 4, 5), T(4, 3, 3), T(6), [2], [1], [1], 2, [2])
case("conv_transpose2d.input", T(1, 4, 4, 3, channels_last=True), T(4, 2, 3, 2), T(4), [2, 1], [1, 0], [1, 0], 2)
case("conv_transpose2d.input", T(1, 2, 1, 1), T(2, 3, 4, 4), None)
case("conv_transpose3d.input", T(1, 2, 2, 3, 2), T(2, 1, 2, 2, 2), T(2), [2, 2, 2], [0, 0, 0], [0, 0, 0], 2)
case("convolution", T(1, 4, 5, 5), T(2, 2, 3, 3), T(2), [1, 1], [1, 1], [1, 1], False, [0, 0], 2)

# Norms, embeddings, attention.
running = [T(3, grad=False), T(3, grad=False, make=positive)]
case("batch_norm", T(4, 3, 1, 5), T(3), T(3), *running, True, 0.1, 1e-5, False)
case("batch_norm", T(2, 3, 4, 2, channels_last=True), T(3), T(3), *running, False, 0.1, 1e-3, False)
case("batch_norm", T(4, 3), None, None, None, None, True, 0.1, 1e-5, False)
case("batch_norm", T(1, 3, 2, 2, channels_last=True), T(3), T(3), *running, True, 0.25, 1e-5, False)
case("native_batch_norm", T(4, 3, 2), T(3), T(3), *running, True, 0.1, 1e-5)
case("instance_norm", T(2, 3, 4, 5), T(3), T(3), None, None, True, 0.1, 1e-5, False)
case("layer_norm", T(4, 5, 3, permute=[2, 0, 1]), [5], T(5), T(5))
case("layer_norm", T(2, 3, 4), [3, 4])
case("layer_norm", T(0, 4), [4], T(4), T(4))
case("group_norm", T(2, 6, 3), 3, T(6), T(6))
case("group_norm", T(1, 4, 2, 3, channels_last=True), 2, T(4), T(4))
case("native_group_norm", T(2, 4, 3), T(4), T(4), 2, 4, 3, 4, 1e-5)
case("rms_norm", T(2, 3, 4), [4], T(4), 1e-6)
case("rms_norm", T(4, 1, 3, permute=[1, 2, 0]), [4])
case("embedding", T(5, 3), indices([1, 4, 1], [0, 2, 1]), 2)
case("embedding", T(5, 3), T(0, dtype=torch.int64))
case("embedding", T(5, 3), indices(1, 1, 0), -1, True)
for mode in (0, 1, 2):
    case("embedding_bag", T(5, 3), indices(1, 4, 1, 0, 2), indices(0, 2, 2), False, mode)
case("scaled_dot_product_attention", T(2, 2, 5, 4), T(2, 2, 3, 4), T(2, 2, 3, 4))
case("scaled_dot_product_attention", T(5, 2, 2, 4, permute=[1, 2, 0, 3]), T(2, 2, 5, 4), T(2, 2, 5, 4), None, 0, True)
case("scaled_dot_product_attention", T(1, 2, 5, 4), T(1, 2, 3, 4), T(1, 2, 3, 4), T(5, 3), 0, False, scale=0.25)
case("scaled_dot_product_attention", T(1, 1, 1, 4), T(1, 1, 3, 4), T(1, 1, 3, 2), T(value=torch.tensor([[True, False, True]])))
case("scaled_dot_product_attention", T(1, 4, 3, 2), T(1, 2, 3, 2), T(1, 2, 3, 2), enable_gqa=True)
case("dropout", T(2, 3), 0.5, False)
case("feature_dropout", T(2, 3, 1), 0.5, False)
case("_weight_norm", T(4, 3, 2), T(4, 1, 1))

# Recurrences, over [time, batch, features].
def recurrent(gates):
    return [T(gates * 4, 3), T(gates * 4, 4), T(gates * 4), T(gates * 4)]


case("lstm.input", T(3, 2, 3), [T(1, 2, 4), T(1, 2, 4)], recurrent(4), True, 1, 0, True, False, False)
case("gru.input", T(2, 3, 3, permute=[1, 0, 2]), T(2, 2, 4), [*recurrent(3), *recurrent(3)], True, 1, 0, True, True, False)
case("rnn_tanh.input", T(1, 3, 3), T(1, 1, 4), recurrent(1), True, 1, 0, True, False, True)
case("lstm_cell", T(2, 3), [T(2, 4), T(2, 4)], *recurrent(4))
case("gru_cell", T(1, 3), T(1, 4), *recurrent(3))
case("rnn_relu_cell", T(2, 3), T(2, 4), *recurrent(1))
case("rnn_tanh_cell", T(2, 3), T(2, 4), *recurrent(1))
case("_pack_padded_sequence", T(4, 2, 3), indices(4, 2), False)

# Pools.
case("max_pool1d", T(2, 3, 7), 3, 2, 1)
case("max_pool2d", T(2, 3, 7, 6), [3, 3], [2, 2], [1, 1])
case("max_pool2d", T(1, 3, 6, 5, channels_last=True), 2, 2, 0, 1, True)
case("max_pool2d", T(2, 2, 5, 4, channels_last=True), [3, 2], [1, 2], [1, 0])
case("max_pool2d_with_indices", T(6, 5, 2, permute=[2, 0, 1]), [2, 3], [1, 2], 0, [2, 1])
case("max_pool3d", T(1, 2, 4, 5, 3), 2, [2, 1, 1])
case("max_unpool2d", T(1, 1, 2, 2), indices([[[0, 3], [9, 14]]]), [4, 4])
case("avg_pool1d", T(2, 1, 7), [3], [2], [1], True, False)
case("avg_pool2d", T(2, 3, 7, 6), [2, 2], [2, 2], [1, 1])
case("avg_pool2d", T(1, 2, 5, 6, channels_last=True), 3, 2, 1, True, False, 5)
case("avg_pool3d", T(1, 2, 4, 3, 3), 2, 1)
case("adaptive_avg_pool1d", T(2, 3, 7), 3)
case("adaptive_avg_pool2d", T(2, 3, 7, 5), [1, 1])
case("adaptive_avg_pool2d", T(2, 3, 7, 5, channels_last=True), [2, 3])
case("adaptive_avg_pool2d", T(0, 3, 4, 4), [2, 2])
case("adaptive_avg_pool3d", T(1, 2, 3, 4, 5), [2, 1, 3])
case("adaptive_max_pool1d", T(1, 2, 7), 3)
case("adaptive_max_pool2d", T(2, 7, 5, permute=[0, 2, 1]), [2, 3])
case("adaptive_max_pool3d", T(1, 2, 3, 4, 5), [2, 1, 3])
case("fractional_max_pool2d", T(1, 2, 6, 7), 2, [3, 4], T(1, 2, 2, between=(0.1, 0.9), grad=False))

# Larger and smaller images, sampled images.
case("upsample_nearest1d", T(1, 2, 3), [5])
case("upsample_nearest2d", T(1, 2, 3, 4), [5, 3])
case("upsample_nearest2d.vec", T(2, 1, 3, 2, channels_last=True), None, [2, 1.5])
case("upsample_nearest3d", T(1, 1, 2, 3, 2), [3, 3, 4])
case("_upsample_nearest_exact2d", T(1, 2, 3, 4), [5, 3])
case("upsample_linear1d", T(2, 1, 4), [7], False)
case("upsample_bilinear2d", T(1, 2, 3, 4, permute=[0, 1, 3, 2]), [5, 7], False)
case("upsample_bilinear2d", T(1, 4, 3, 4, channels_last=True), [5, 7], True)
case("upsample_bilinear2d.vec", T(1, 1, 5, 4), None, False, [0.5, 0.75])
case("_upsample_bilinear2d_aa", T(1, 2, 6, 5), [3, 4], False)
case("upsample_trilinear3d", T(1, 1, 2, 3, 2), [3, 4, 3], True)
case("upsample_bicubic2d", T(1, 2, 4, 3), [5, 6], False)
case("_upsample_bicubic2d_aa", T(1, 2, 6, 5), [3, 4], False)
for interpolation, padding, corners in ((0, 0, False), (1, 1, True), (2, 2, False)):
    case("grid_sampler", T(1, 2, 4, 5), T(1, 3, 2, 2, between=(-1.2, 1.2)), interpolation, padding, corners)
case("grid_sampler_2d", T(1, 4, 3, 2, permute=[0, 1, 3, 2]), T(1, 1, 3, 2, between=(-0.9, 0.9)), 0, 0, True)
case("grid_sampler_3d", T(1, 1, 3, 2, 4), T(1, 1, 2, 2, 3, between=(-0.9, 0.9)), 0, 1, False)
case("affine_grid_generator", T(2, 2, 3), [2, 1, 3, 4], False)

# Losses. Reductions: 0 none, 1 mean, 2 sum.
labels = indices(1, 0, 4, 2, 2)
weight = T(6, grad=False, make=positive)
case("cross_entropy_loss", T(5, 6), labels)
case("cross_entropy_loss", T(6, 5, permute=[1, 0]), labels, None, 2, -100, 0.1)
case("cross_entropy_loss", T(5, 6), labels, weight, 1, 4)
case("cross_entropy_loss", T(2, 6, 1, 3), T(2, 1, 3, dtype=torch.int64, between=(0, 5)), None, 0)
case("cross_entropy_loss", T(4, 3), T(4, 3, make=lambda x: x.softmax(1)))
case("nll_loss_nd", T(5, 6), labels, weight)
case("nll_loss", T(6), T(value=torch.tensor(3)), None, 0)
case("nll_loss", T(0, 6), T(0, dtype=torch.int64), None, 2)
case("nll_loss2d", T(1, 3, 2, 2), indices([[0, 2], [1, 1]]), None, 2, 1)
case("kl_div", T(4, 3), T(4, 3, make=positive), 2, log_target=False)
case("kl_div", T(4, 1, 3), T(1, 5, 1), 1, log_target=True)
case("kl_div", T(2, 3), T(value=[[0, 0.5, 0.5], [1, 0, 0]], grad=False), 0)
probability = {"between": (0.05, 0.95)}
case("binary_cross_entropy", T(3, 4, **probability), T(3, 4, **probability), T(4, grad=False, make=positive))
case("binary_cross_entropy", T(4, 3, permute=[1, 0], **probability), T(3, 4, grad=False, **probability), None, 0)
case("binary_cross_entropy_with_logits", T(3, 4), T(3, 4, **probability), T(4, make=positive, grad=False), T(4, make=positive, grad=False), 2)
case("binary_cross_entropy_with_logits", T(), T(value=1), None, None, 1)
for name in "mse_loss l1_loss smooth_l1_loss huber_loss".split():
    case(name, T(4, 1, 3), T(8, 1, 3, step=[0, 2]), 1)
    case(name, T(3, 4, permute=[1, 0]), T(4, 3), 0)
    case(name, T(), T(), 2)
case("l1_loss", T(4, 1, 3), T(2, 1), 1)
case("smooth_l1_loss", T(4, 3), T(4, 3), 1, 0.5)
case("huber_loss", T(4, 3), T(4, 3), 2, 0.25)
signs = T(value=[1, -1, 1, -1], grad=False)
case("cosine_embedding_loss", T(4, 3), T(4, 3), signs, 0.25)
case("hinge_embedding_loss", T(4), signs, 0.5, 2)
case("margin_ranking_loss", T(4), T(1), signs, 0.25)
case("triplet_margin_loss", T(4, 3), T(4, 3), T(1, 3), 1.5, 2, 1e-6, True)
case("soft_margin_loss", T(4), signs)
case("multi_margin_loss", T(5, 6), labels, 1, 0.75, weight)
case("multilabel_margin_loss", T(2, 4), indices([3, 0, -1, 1], [2, -1, 0, 0]))
case("poisson_nll_loss", T(4, 3), T(4, 3, make=positive), True, True, 1e-8, 1)
log_probabilities = T(7, 2, 4, make=lambda x: x.log_softmax(2))
case("ctc_loss.IntList", log_probabilities, indices([1, 2, 2], [3, 1, 0]), [7, 5], [3, 2])
case("ctc_loss.Tensor", log_probabilities, indices(1, 2, 2, 3), indices(7, 6), indices(3, 1), 0, 2, True)
