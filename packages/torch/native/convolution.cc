// Gradients of convolutions' weights that oneDNN, as libtorch 2.15 has it, computes wrongly, by another way (packages/torch/fuzz/convolutions
// found them). All others are libtorch's own, to the bit.
#include <ATen/ops/constant_pad_nd.h>
#include <ATen/ops/convolution_backward_compositeexplicitautograd_dispatch.h>
#include <torch/library.h>

#include <algorithm>
#include <array>
#include <tuple>
#include <vector>

namespace retort {
namespace {

struct Geometry {
  at::IntArrayRef stride, padding, dilation;
  int64_t groups;
};

// One number may stand for all dimensions.
int64_t at_dim(at::IntArrayRef sizes, int64_t dim) { return sizes.size() == 1 ? sizes[0] : sizes[dim]; }

bool all_are(at::IntArrayRef sizes, int64_t value) {
  return std::all_of(sizes.begin(), sizes.end(), [value](int64_t size) { return size == value; });
}

bool complete(const at::Tensor& wide, const at::Tensor& narrow, const at::Tensor& weight, const Geometry& of) {
  const auto spatial = static_cast<size_t>(std::max<int64_t>(weight.dim() - 2, 0));
  const auto fits = [spatial](at::IntArrayRef sizes) { return sizes.size() == spatial || sizes.size() == 1; };
  return spatial > 0 && wide.dim() == weight.dim() && narrow.dim() == weight.dim() && narrow.numel() > 0 && wide.numel() > 0 &&
         fits(of.stride) && fits(of.padding) && fits(of.dilation);
}

// `wide` is what the kernel strides over: the input, or the gradient of a transposed convolution.
bool unsafe(const at::Tensor& wide, const at::Tensor& narrow, const at::Tensor& weight, const Geometry& of) {
  const auto type = wide.scalar_type();
  if ((type != at::kFloat && type != at::kBFloat16) || !complete(wide, narrow, weight, of)) return false;
  // With AVX-512, of an image that is less deep than its kernel, planes of a buffer are read that were never written.
  const auto kernel_depth = at_dim(of.dilation, 0) * (weight.size(2) - 1) + 1;
  if (type == at::kBFloat16 && weight.dim() == 5 && wide.size(2) < kernel_depth) return true;
  if (all_are(of.stride, 1)) return false;
  // A strided 1x1 kernel gathers its pixels as whole vectors, of 8 channels with AVX2 and 16 with AVX-512, and writes beyond the end where
  // there are fewer: into others' memory, or a buffer beside, and the gradient is wrong.
  if (of.groups == 1 && wide.size(1) < 16 && all_are(weight.sizes().slice(2), 1) && all_are(of.padding, 0)) return true;
  if (type != at::kBFloat16) return false;
  // With AVX-512, what a row shorter than the stride leaves of a buffer is read as it was: the gradient is anything.
  for (int64_t dim = 0; dim < weight.dim() - 2; ++dim) {
    if (wide.size(dim + 2) < at_dim(of.stride, dim)) return true;
  }
  return false;
}

// The weight's gradient of the convolution from `wide` to `narrow`. Padding is made beforehand, and a stride taken out where it can be:
// by picking a 1x1 kernel's pixels, and where there is but one position.
at::Tensor weight_gradient(at::Tensor wide, const at::Tensor& narrow, const at::Tensor& weight, const Geometry& of) {
  const int64_t spatial = weight.dim() - 2;
  std::vector<int64_t> pads, stride, dilation;
  for (int64_t dim = spatial - 1; dim >= 0; --dim) pads.insert(pads.end(), 2, at_dim(of.padding, dim));
  if (!all_are(pads, 0)) wide = at::constant_pad_nd(wide, pads);
  for (int64_t dim = 0; dim < spatial; ++dim) {
    const int64_t step = at_dim(of.stride, dim), kernel = weight.size(dim + 2), count = narrow.size(dim + 2);
    dilation.push_back(at_dim(of.dilation, dim));
    wide = wide.narrow(dim + 2, 0, (count - 1) * step + (kernel - 1) * dilation.back() + 1);
    if (kernel == 1) wide = wide.slice(dim + 2, 0, std::nullopt, step);
    stride.push_back(kernel == 1 || count == 1 ? 1 : step);
  }
  const std::vector<int64_t> none(spatial, 0);
  return std::get<1>(at::compositeexplicitautograd::convolution_backward(
      narrow, wide.contiguous(wide.suggest_memory_format()), weight, std::nullopt, stride, none, dilation, false, none, of.groups,
      {false, true, false}));
}

std::tuple<at::Tensor, at::Tensor, at::Tensor> convolution_backward(
    const at::Tensor& gradient, const at::Tensor& input, const at::Tensor& weight, at::OptionalIntArrayRef bias_sizes, at::IntArrayRef stride,
    at::IntArrayRef padding, at::IntArrayRef dilation, bool transposed, at::IntArrayRef output_padding, int64_t groups,
    std::array<bool, 3> wanted) {
  const auto upstream = [&](std::array<bool, 3> wanted) {
    return at::compositeexplicitautograd::convolution_backward(
        gradient, input, weight, bias_sizes, stride, padding, dilation, transposed, output_padding, groups, wanted);
  };
  const Geometry geometry{stride, padding, dilation, groups};
  const auto& [wide, narrow] = transposed ? std::tie(gradient, input) : std::tie(input, gradient);
  if ((!wanted[1] && !wanted[2]) || !unsafe(wide, narrow, weight, geometry)) return upstream(wanted);

  auto results = upstream({wanted[0], false, false});
  if (wanted[1]) std::get<1>(results) = weight_gradient(wide, narrow, weight, geometry);
  // oneDNN makes the bias's gradient together with the weight's.
  if (wanted[2]) std::get<2>(results) = gradient.transpose(0, 1).flatten(1).sum(1);
  return results;
}

}  // namespace
}  // namespace retort

TORCH_LIBRARY_IMPL(aten, CPU, library) { library.impl("convolution_backward", TORCH_FN(retort::convolution_backward)); }
