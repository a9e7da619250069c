// Gradients, and the thread-local modes: grad mode and autocast.
#include <ATen/autocast_mode.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>

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

// backward(tensors, gradients, retainGraph?, createGraph, inputs)
Napi::Value backward(const Napi::CallbackInfo& info) {
  torch::autograd::backward(tensors(info, 0), tensors(info, 1), flag(info, 2), flag(info, 3).value_or(false), tensors(info, 4));
  return info.Env().Undefined();
}

// grad(outputs, inputs, gradients, retainGraph?, createGraph, allowUnused): handles, null where unused
Napi::Value grad(const Napi::CallbackInfo& info) {
  const auto gradients = torch::autograd::grad(
      tensors(info, 0), tensors(info, 1), tensors(info, 2), flag(info, 3), flag(info, 4).value_or(false), flag(info, 5).value_or(false));
  auto result = Napi::Array::New(info.Env(), gradients.size());
  for (uint32_t i = 0; i < gradients.size(); ++i) {
    if (gradients[i].defined()) result.Set(i, environment(info.Env()).handles.add(gradients[i]));
    else result.Set(i, info.Env().Null());
  }
  return result;
}

Napi::Value get_grad(const Napi::CallbackInfo& info) {
  const at::Tensor gradient = tensor_or_none(info.Env(), info[0]).grad();
  if (!gradient.defined()) return info.Env().Null();
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

// setGradMode(enabled): the mode before
Napi::Value set_grad_mode(const Napi::CallbackInfo& info) {
  const bool before = c10::GradMode::is_enabled();
  c10::GradMode::set_enabled(info[0].As<Napi::Boolean>().Value());
  return Napi::Boolean::New(info.Env(), before);
}

Napi::Value grad_mode(const Napi::CallbackInfo& info) { return Napi::Boolean::New(info.Env(), c10::GradMode::is_enabled()); }

// enterAutocast(deviceType, dtype or null to disable): what exitAutocast needs to put back
Napi::Value enter_autocast(const Napi::CallbackInfo& info) {
  const auto device = c10::Device(info[0].As<Napi::String>().Utf8Value()).type();
  auto before = Napi::Array::New(info.Env(), 3);
  before.Set(0u, info[0]);
  before.Set(1u, at::autocast::is_autocast_enabled(device));
  before.Set(2u, scalar_type_name(at::autocast::get_autocast_dtype(device)));
  if (info[1].IsString()) {
    const auto type = scalar_type(info[1].As<Napi::String>());
    TORCH_CHECK(type == at::kBFloat16 || type == at::kHalf, "autocast runs in bfloat16 or float16, not in ", type);
    at::autocast::set_autocast_dtype(device, type);
    at::autocast::set_autocast_enabled(device, true);
  } else {
    at::autocast::set_autocast_enabled(device, false);
  }
  at::autocast::increment_nesting();
  return before;
}

Napi::Value exit_autocast(const Napi::CallbackInfo& info) {
  auto before = info[0].As<Napi::Array>();
  const auto device = c10::Device(before.Get(0u).As<Napi::String>().Utf8Value()).type();
  at::autocast::set_autocast_enabled(device, before.Get(1u).As<Napi::Boolean>().Value());
  at::autocast::set_autocast_dtype(device, scalar_type(before.Get(2u).As<Napi::String>()));
  if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
  return info.Env().Undefined();
}

}  // namespace

void define_autograd(Napi::Env, Napi::Object exports) {
  define<backward>(exports, "backward");
  define<grad>(exports, "grad");
  define<get_grad>(exports, "getGrad");
  define<set_grad>(exports, "setGrad");
  define<set_requires_grad>(exports, "setRequiresGrad");
  define<set_grad_mode>(exports, "setGradMode");
  define<grad_mode>(exports, "gradMode");
  define<enter_autocast>(exports, "enterAutocast");
  define<exit_autocast>(exports, "exitAutocast");
}

}  // namespace retort
