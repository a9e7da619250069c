// Gradients.
#include <ATen/Context.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/functions/accumulate_grad.h>
#include <torch/csrc/autograd/variable.h>

#include <unordered_set>

#include "averaging.h"
#include "callbacks.h"
#include "environment.h"

namespace retort {
namespace {

at::Tensor tensor_or_none(const Napi::Env& env, const Napi::Value& value) {
  if (value.IsNull() || value.IsUndefined()) return {};
  return environment(env).handles.tensor(value.As<Napi::Number>().DoubleValue());
}

torch::autograd::variable_list tensors(const Napi::CallbackInfo& info, size_t index) {
  torch::autograd::variable_list result;
  if (!info[index].IsArray()) return result;
  auto array = info[index].As<Napi::Array>();
  for (uint32_t i = 0; i < array.Length(); ++i) result.push_back(tensor_or_none(info.Env(), array.Get(i)));
  return result;
}

std::optional<bool> flag(const Napi::CallbackInfo& info, size_t index) {
  if (!info[index].IsBoolean()) return std::nullopt;
  return info[index].As<Napi::Boolean>().Value();
}

// A backward in a backward in a backward... takes a thread of the engine's own beyond 60, as CUDA does, and much stack before.
constexpr int kDeepest = 20;

// Runs the engine where its hooks can come back to JavaScript from.
void run_engine(Callbacks& callbacks, const std::function<void()>& work) {
  const Counted running(callbacks.engines);
  if (callbacks.always_away || callbacks.engines > kDeepest || at::hasCUDA()) callbacks.crossing().away(work);
  else work();
}

// Gives memory to gradients that are a ZeroTensor (Handles::add), of all leaves of a graph: the engine adds to gradients in place, and
// PyTorch fails there.
void make_zero_gradients(const torch::autograd::variable_list& roots) {
  std::unordered_set<torch::autograd::Node*> seen;
  std::vector<torch::autograd::Node*> open;
  const auto visit = [&](torch::autograd::Node* node) {
    if (node && seen.insert(node).second) open.push_back(node);
  };
  for (const auto& root : roots) {
    if (root.defined() && root.requires_grad()) visit(torch::autograd::impl::gradient_edge(root).function.get());
  }
  while (!open.empty()) {
    torch::autograd::Node* node = open.back();
    open.pop_back();
    if (const auto* leaf = dynamic_cast<torch::autograd::AccumulateGrad*>(node)) {
      const at::Tensor& gradient = leaf->variable.grad();
      if (gradient.defined() && gradient._is_zerotensor()) leaf->variable.mutable_grad() = gradient.clone();
    }
    for (const auto& edge : node->next_edges()) visit(edge.function.get());
  }
}

// backward(tensors, gradients, retainGraph?, createGraph, inputs)
Napi::Value backward(const Napi::CallbackInfo& info) {
  auto& callbacks = *environment(info.Env()).callbacks;
  TORCH_CHECK(callbacks.accumulating == 0, "backward() in a hook on an accumulated gradient would wait for itself: use grad() there");
  const auto roots = tensors(info, 0), gradients = tensors(info, 1), inputs = tensors(info, 4);
  const auto retain = flag(info, 2);
  const bool create = flag(info, 3).value_or(false);
  make_zero_gradients(roots);
  std::exception_ptr thrown;
  try {
    run_engine(callbacks, [&] { torch::autograd::backward(roots, gradients, retain, create, inputs); });
  } catch (...) {
    thrown = std::current_exception();
  }
  if (callbacks.engines == 0) finish_averaging(thrown);
  else if (thrown) std::rethrow_exception(thrown);
  return info.Env().Undefined();
}

// grad(outputs, inputs, gradients, retainGraph?, createGraph, allowUnused): handles, null where unused
Napi::Value grad(const Napi::CallbackInfo& info) {
  const auto outputs = tensors(info, 0), inputs = tensors(info, 1), weights = tensors(info, 2);
  const auto retain = flag(info, 3);
  const bool create = flag(info, 4).value_or(false), allow_unused = flag(info, 5).value_or(false);
  torch::autograd::variable_list gradients;
  run_engine(*environment(info.Env()).callbacks, [&] {
    gradients = torch::autograd::grad(outputs, inputs, weights, retain, create, allow_unused);
  });
  auto result = Napi::Array::New(info.Env(), gradients.size());
  for (uint32_t i = 0; i < gradients.size(); ++i) {
    if (gradients[i].defined()) result.Set(i, environment(info.Env()).handles.add(gradients[i]));
    else result.Set(i, info.Env().Null());
  }
  return result;
}

// engineAway(on): always run the engine on a thread of its own, for tests
Napi::Value engine_away(const Napi::CallbackInfo& info) {
  environment(info.Env()).callbacks->always_away = info[0].As<Napi::Boolean>().Value();
  return info.Env().Undefined();
}

Napi::Value get_grad(const Napi::CallbackInfo& info) {
  const at::Tensor tensor = tensor_or_none(info.Env(), info[0]);
  at::Tensor gradient = tensor.grad();
  if (!gradient.defined()) return info.Env().Null();
  // The tensor keeps what is handed out: who clips or scales it in place means the gradient itself.
  if (gradient._is_zerotensor()) tensor.mutable_grad() = gradient = gradient.clone();
  return Napi::Number::New(info.Env(), environment(info.Env()).handles.add(gradient));
}

Napi::Value set_grad(const Napi::CallbackInfo& info) {
  at::Tensor tensor = tensor_or_none(info.Env(), info[0]);
  const at::Tensor gradient = tensor_or_none(info.Env(), info[1]);
  if (gradient.defined()) {
    TORCH_CHECK(gradient.sizes() == tensor.sizes(), "the gradient's shape ", gradient.sizes(), " is not the tensor's ", tensor.sizes());
    TORCH_CHECK(gradient.scalar_type() == tensor.scalar_type(), "the gradient is ", gradient.scalar_type(), ", the tensor ", tensor.scalar_type());
    TORCH_CHECK(gradient.device() == tensor.device(), "the gradient is on ", gradient.device(), ", the tensor on ", tensor.device());
  }
  tensor.mutable_grad() = gradient;
  return info.Env().Undefined();
}

Napi::Value set_requires_grad(const Napi::CallbackInfo& info) {
  at::Tensor tensor = tensor_or_none(info.Env(), info[0]);
  const bool requires_grad = info[1].As<Napi::Boolean>().Value();
  TORCH_CHECK(requires_grad || tensor.is_leaf(), "only a leaf can stop requiring gradients: use detach() on a computed tensor");
  tensor.set_requires_grad(requires_grad);
  return info.Env().Undefined();
}

}  // namespace

void define_autograd(Napi::Env, Napi::Object exports) {
  define<backward>(exports, "backward");
  define<grad>(exports, "grad");
  define<engine_away>(exports, "engineAway");
  define<get_grad>(exports, "getGrad");
  define<set_grad>(exports, "setGrad");
  define<set_requires_grad>(exports, "setRequiresGrad");
}

}  // namespace retort
