// Functions that the engine calls with a gradient on its way, or after a leaf has taken its own.
#include <torch/csrc/autograd/variable.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "callbacks.h"
#include "environment.h"

namespace retort {
namespace {

// The hooks of one kind on one tensor. libtorch holds the list rather than the hooks, so that those removed leave nothing behind.
class HookList {
 public:
  void add(std::shared_ptr<Callback> hook) {
    std::lock_guard<std::mutex> lock(mutex_);
    std::erase_if(hooks_, [](const auto& known) { return known->removed(); });
    hooks_.push_back(std::move(hook));
  }
  // A copy, since a hook may add others.
  std::vector<std::shared_ptr<Callback>> hooks() const {
    std::lock_guard<std::mutex> lock(mutex_);
    return hooks_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<Callback>> hooks_;
};

struct GradientHooks {
  std::shared_ptr<HookList> list = std::make_shared<HookList>();

  // The gradient that goes on; none is the one that came.
  at::TensorBase operator()(const at::TensorBase& given) const {
    if (!given.defined()) return {};
    at::Tensor gradient(given);
    for (const auto& hook : list->hooks()) {
      const auto results = hook->call({gradient});
      if (results.empty() || !results[0].defined()) continue;
      torch::autograd::check_variable_result(gradient, results[0], "of registerHook()");
      gradient = results[0];
    }
    return gradient;
  }
};

struct PostAccumulateHooks final : torch::autograd::PostAccumulateGradHook {
  explicit PostAccumulateHooks(std::shared_ptr<Callbacks> callbacks) : callbacks(std::move(callbacks)) {}
  HookList list;
  std::shared_ptr<Callbacks> callbacks;

  void operator()(const at::Tensor& tensor) override {
    const Counted running(callbacks->accumulating);
    for (const auto& hook : list.hooks()) hook->call({tensor});
  }
};

HookList& gradient_hooks(const at::Tensor& tensor) {
  if (const auto& known = torch::autograd::impl::get_autograd_meta(tensor)->cpp_hooks_list_) {
    for (const auto& hook : *known) {
      if (const auto* ours = hook.target<GradientHooks>()) return *ours->list;
    }
  }
  const GradientHooks hooks;
  static_cast<const at::TensorBase&>(tensor).register_hook(hooks);
  return *hooks.list;
}

HookList& post_accumulate_hooks(const at::Tensor& tensor, const std::shared_ptr<Callbacks>& callbacks) {
  TORCH_CHECK(tensor.is_leaf(), "post accumulate grad hooks cannot be registered on non-leaf tensors");
  auto* hooks = dynamic_cast<PostAccumulateHooks*>(torch::autograd::impl::post_acc_grad_hooks(tensor).get());
  if (!hooks) {
    auto fresh = std::make_unique<PostAccumulateHooks>(callbacks);
    hooks = fresh.get();
    torch::autograd::impl::set_post_acc_grad_hooks(tensor, std::move(fresh));
  }
  return hooks->list;
}

// addHook(tensor, after its gradient was accumulated?, function): the number by which removeHook() knows it
Napi::Value add_hook(const Napi::CallbackInfo& info) {
  auto& env = environment(info.Env());
  const at::Tensor tensor = env.handles.tensor(info[0].As<Napi::Number>().DoubleValue());
  TORCH_CHECK(tensor.requires_grad(), "cannot register a hook on a tensor that doesn't require gradient");
  HookList& list = info[1].As<Napi::Boolean>().Value() ? post_accumulate_hooks(tensor, env.callbacks) : gradient_hooks(tensor);
  const auto hook = std::make_shared<Callback>(env.callbacks, info[2]);
  list.add(hook);
  return Napi::Number::New(info.Env(), static_cast<double>(hook->id()));
}

Napi::Value remove_hook(const Napi::CallbackInfo& info) {
  environment(info.Env()).callbacks->remove(static_cast<uint64_t>(info[0].As<Napi::Number>().Int64Value()));
  return info.Env().Undefined();
}

// same(handle, handle): whether both are of the same tensor, not freed
Napi::Value same(const Napi::CallbackInfo& info) {
  const auto& handles = environment(info.Env()).handles;
  const double one = info[0].As<Napi::Number>().DoubleValue(), other = info[1].As<Napi::Number>().DoubleValue();
  return Napi::Boolean::New(info.Env(), handles.has(one) && handles.has(other) && handles.tensor(one).is_same(handles.tensor(other)));
}

// callbacks(): how many functions the graph holds
Napi::Value callbacks(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(environment(info.Env()).callbacks->size()));
}

}  // namespace

void define_hooks(Napi::Env, Napi::Object exports) {
  define<add_hook>(exports, "addHook");
  define<remove_hook>(exports, "removeHook");
  define<same>(exports, "same");
  define<callbacks>(exports, "callbacks");
}

}  // namespace retort
