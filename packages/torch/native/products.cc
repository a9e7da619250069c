// Products of two matrices by the kernel that is fastest here: what linear layers and both of their gradients are made of. It is put below
// autograd, so that gradients of any order, autocast, hooks and recording are as they were.
#include <ATen/AccumulateType.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/core/LegacyTypeDispatch.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/ops/abs.h>
#include <ATen/ops/addmm_cpu_dispatch.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/convolution_backward_compositeexplicitautograd_dispatch.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/mkldnn_convolution.h>
#include <ATen/ops/mm_cpu_dispatch.h>
#include <torch/library.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <system_error>

#include "environment.h"
#include "kernels.h"

namespace retort {
namespace {

// Below this many multiplications a product takes no longer than finding out which kernel to take.
constexpr int64_t kWorthChoosing = int64_t{1} << 22;
// So many a measurement is cut to.
constexpr int64_t kMeasured = int64_t{1} << 26;
constexpr int64_t kSmallest = 16;
constexpr size_t kFewestRounds = 5, kMostRounds = 45;
// A round is disturbed when threads of ours waited for a core for this share of it.
constexpr double kDisturbed = 0.02;

using OptionalTensor = std::optional<at::Tensor>;

bool is_dense(const at::Tensor& matrix, bool transposed) {
  return matrix.stride(transposed ? 0 : 1) == 1 && matrix.stride(transposed ? 1 : 0) == matrix.size(transposed ? 0 : 1);
}

std::optional<Product> product_of(const at::Tensor& a, const at::Tensor& b) {
  if (a.dim() != 2 || b.dim() != 2 || a.scalar_type() != at::kFloat || b.scalar_type() != at::kFloat) return std::nullopt;
  const int64_t rows = a.size(0), inner = a.size(1), columns = b.size(1);
  if (b.size(0) != inner || std::min({rows, inner, columns}) < kSmallest || rows * inner * columns < kWorthChoosing) return std::nullopt;
  const auto as = [&](Form form) { return std::optional(Product{form, rows, inner, columns}); };
  if (is_dense(a, false)) {
    if (is_dense(b, true)) return as(Form::linear);
    if (is_dense(b, false)) return as(Form::plain);
  } else if (is_dense(a, true) && is_dense(b, false)) {
    return as(Form::weights);
  }
  return std::nullopt;
}

// torch.ops.mkldnn._linear_pointwise(input, weight [out, in], bias, 'none', [], ''); absent where libtorch is built without oneDNN.
using Pointwise = at::Tensor(const at::Tensor&, const at::Tensor&, const OptionalTensor&, std::string_view,
                             c10::List<std::optional<at::Scalar>>, std::optional<std::string_view>);

const std::optional<c10::TypedOperatorHandle<Pointwise>>& pointwise() {
  static const auto handle = []() -> std::optional<c10::TypedOperatorHandle<Pointwise>> {
    const auto schema = c10::Dispatcher::singleton().findSchema({"mkldnn::_linear_pointwise", ""});
    if (!schema) return std::nullopt;
    return schema->typed<Pointwise>();
  }();
  return handle;
}

// The rows of a matrix as the pixels of an image, its columns as channels: [1, columns, rows, 1], channels last.
at::Tensor image(const at::Tensor& matrix) {
  return matrix.view({1, matrix.size(0), 1, matrix.size(1)}).permute({0, 3, 1, 2});
}

at::Tensor gradient_by_convolution(const at::Tensor& gradient, const at::Tensor& input, const at::Tensor& weight, bool of_input) {
  static const std::vector<int64_t> ones{1, 1}, none{0, 0};
  const auto gradients = at::compositeexplicitautograd::convolution_backward(gradient, input, weight, std::nullopt, ones, none, ones, false,
                                                                             none, 1, {of_input, !of_input, false});
  return of_input ? std::get<0>(gradients) : std::get<1>(gradients);
}

at::Tensor by_convolution(const Product& product, const at::Tensor& a, const at::Tensor& b, const OptionalTensor& bias) {
  static const std::vector<int64_t> ones{1, 1}, none{0, 0};
  const auto& [form, rows, inner, columns] = product;
  if (form == Form::linear) {
    const auto weight = b.t().view({columns, inner, 1, 1});
    return at::mkldnn_convolution(image(a), weight, bias, none, ones, ones, 1).permute({0, 2, 3, 1}).reshape({rows, columns});
  }
  if (form == Form::plain) {
    // a is the gradient of what b, a weight [inner, columns], made of an input [rows, columns].
    const auto input = at::empty({1, columns, rows, 1}, a.options(), at::MemoryFormat::ChannelsLast);
    return gradient_by_convolution(image(a), input, b.view({inner, columns, 1, 1}), true).permute({0, 2, 3, 1}).reshape({rows, columns});
  }
  // a is the gradient, transposed, of what a weight [rows, columns] made of the input b.
  const auto weight = at::empty({rows, columns, 1, 1}, a.options());
  return gradient_by_convolution(image(a.t()), image(b), weight, false).reshape({rows, columns});
}

at::Tensor by(Kernel kernel, const Product& product, const at::Tensor& a, const at::Tensor& b, const OptionalTensor& bias) {
  const at::AutoDispatchBelowADInplaceOrView below;
  switch (kernel) {
    case Kernel::linear: return pointwise()->call(a, b.t(), bias, "none", c10::List<std::optional<at::Scalar>>(), "");
    case Kernel::convolution: {
      auto made = by_convolution(product, a, b, std::nullopt);
      return bias ? made.add_(*bias) : made;
    }
    default: return bias ? at::cpu::addmm(*bias, a, b) : at::cpu::mm(a, b);
  }
}

// Numbers between -0.5 and 0.5 that take nothing from any generator.
at::Tensor numbers(int64_t rows, int64_t columns, bool transposed) {
  auto made = at::arange(rows * columns, at::kFloat).remainder_(251).div_(251).sub_(0.5);
  return transposed ? made.view({columns, rows}).t() : made.view({rows, columns});
}

// How long threads of this process were ready to run while others had the cores, as Linux counts it; 0 where it is not told.
double milliseconds_waited() {
  double nanoseconds = 0;
  std::error_code none;
  for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task", none)) {
    std::ifstream file(thread.path() / "schedstat");
    if (double ran = 0, waited = 0; file >> ran >> waited) nanoseconds += waited;
  }
  return nanoseconds / 1e6;
}

double milliseconds(const std::function<void()>& body) {
  const auto start = std::chrono::steady_clock::now();
  body();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
}

// Of each kernel, by rounds in which they take turns. Rounds in which other programs took the cores say nothing and are not counted; none are
// given where too few are left. A kernel that fails, or whose result is another, has none.
Times measure(const Product& whole) {
  Product cut = whole;
  int64_t& batch = cut.form == Form::weights ? cut.inner : cut.rows;
  const int64_t others = cut.rows * cut.inner * cut.columns / batch;
  batch = std::min(batch, std::max<int64_t>(kMeasured / others, 256));
  const double scale = static_cast<double>(whole.form == Form::weights ? whole.inner : whole.rows) / static_cast<double>(batch);

  const auto a = numbers(cut.rows, cut.inner, cut.form == Form::weights), b = numbers(cut.inner, cut.columns, cut.form == Form::linear);
  const auto expected = by(Kernel::standard, cut, a, b, std::nullopt);
  std::vector<Kernel> kernels{Kernel::standard};
  for (const auto kernel : {Kernel::linear, Kernel::convolution}) {
    if (kernel == Kernel::linear && !pointwise()) continue;
    try {
      const auto made = by(kernel, cut, a, b, std::nullopt);
      const auto error = (made - expected).abs().max().item<double>();
      if (error <= 1e-4 * expected.abs().max().item<double>()) kernels.push_back(kernel);
    } catch (const c10::Error&) {
    }
  }
  Times times(3);
  for (size_t rounds = 0; rounds < kMostRounds && times[0].size() < kFewestRounds; ++rounds) {
    std::array<double, 3> took{};
    double all = 0;
    const double waited = milliseconds_waited();
    for (const auto kernel : kernels) all += took[static_cast<int>(kernel)] = milliseconds([&] { by(kernel, cut, a, b, std::nullopt); });
    if (milliseconds_waited() - waited > kDisturbed * all) continue;
    for (const auto kernel : kernels) times[static_cast<int>(kernel)].push_back(scale * took[static_cast<int>(kernel)]);
  }
  return times[0].size() < kFewestRounds ? Times{} : times;
}

OptionalTensor chosen(const at::Tensor& a, const at::Tensor& b, const OptionalTensor& bias) {
  const auto product = product_of(a, b);
  static thread_local bool measuring = false;
  // Within another operator's threads there is but one for it.
  if (!product || measuring || at::in_parallel_region() || !at::globalContext().userEnabledMkldnn()) return std::nullopt;
  const Kernel kernel = kernel_for(*product, [](const Product& product) {
    measuring = true;
    const auto done = std::shared_ptr<void>(nullptr, [](void*) { measuring = false; });
    return measure(product);
  });
  if (kernel == Kernel::standard || (kernel == Kernel::linear && !pointwise())) return std::nullopt;
  return by(kernel, *product, a, b, bias);
}

at::Tensor mm(const at::Tensor& a, const at::Tensor& b) {
  if (auto made = chosen(a, b, std::nullopt)) return *std::move(made);
  return at::cpu::mm(a, b);
}

at::Tensor addmm(const at::Tensor& bias, const at::Tensor& a, const at::Tensor& b, const at::Scalar& beta, const at::Scalar& alpha) {
  const bool is_layer = bias.dim() == 1 && bias.scalar_type() == at::kFloat && bias.is_contiguous() && b.dim() == 2 &&
                        bias.size(0) == b.size(1) && beta.equal(1) && alpha.equal(1);
  if (is_layer)
    if (auto made = chosen(a, b, bias)) return *std::move(made);
  return at::cpu::addmm(bias, a, b, beta, alpha);
}

// keepKernels(file): products are computed by the fastest kernel, and choices kept in the file, from now on.
Napi::Value keep_kernels_in(const Napi::CallbackInfo& info) {
  static std::once_flag once;
  // libtorch warns of kernels that are replaced, which is what is meant.
  class Silent final : public c10::WarningHandler {
    void process(const c10::Warning&) override {}
  };
  std::call_once(once, [] {
    Silent silent;
    const c10::WarningUtils::WarningHandlerGuard guard(&silent);
    // Never taken back: threads may compute while the process ends.
    static auto* library = new torch::Library(torch::Library::IMPL, "aten", c10::DispatchKey::CPU, __FILE__, __LINE__);
    library->impl("mm", TORCH_FN(mm));
    library->impl("addmm", TORCH_FN(addmm));
  });
  keep_kernels(info[0].As<Napi::String>());
  return info.Env().Undefined();
}

// kernelsInUse(): a line for each class of products that was met.
Napi::Value kernels_met(const Napi::CallbackInfo& info) {
  const auto lines = kernels_in_use();
  auto result = Napi::Array::New(info.Env(), lines.size());
  for (size_t i = 0; i < lines.size(); ++i) result.Set(i, lines[i]);
  return result;
}

// useKernel(line): whether it was a line of `kernelsInUse()`.
Napi::Value use_kernel_of(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), use_kernel(info[0].As<Napi::String>().Utf8Value()));
}

}  // namespace

void define_products(Napi::Env, Napi::Object exports) {
  define<keep_kernels_in>(exports, "keepKernels");
  define<kernels_met>(exports, "kernelsInUse");
  define<use_kernel_of>(exports, "useKernel");
}

}  // namespace retort
