// The modes of a thread: grad mode and autocast.
#include <ATen/autocast_mode.h>
#include <c10/core/GradMode.h>

#include "environment.h"

namespace retort {
namespace {

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

// clearAutocastCache(): weights are converted anew
Napi::Value clear_autocast_cache(const Napi::CallbackInfo& info) {
  at::autocast::clear_cache();
  return info.Env().Undefined();
}

}  // namespace

void define_modes(Napi::Env, Napi::Object exports) {
  define<set_grad_mode>(exports, "setGradMode");
  define<grad_mode>(exports, "gradMode");
  define<enter_autocast>(exports, "enterAutocast");
  define<exit_autocast>(exports, "exitAutocast");
  define<clear_autocast_cache>(exports, "clearAutocastCache");
}

}  // namespace retort
