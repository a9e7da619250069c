// Functions with a backward of their own: JavaScript computes the outputs, this ties them into the graph.
#include <torch/csrc/autograd/saved_variable.h>

#include <algorithm>
#include <unordered_set>

#include "callbacks.h"
#include "environment.h"
#include "node.h"

namespace retort {
namespace {

using torch::autograd::variable_list;

// Not torch::autograd::Function, which holds a lock while backward runs: one that runs backward itself would wait for ever.
class CustomNode final : public torch::autograd::Node {
 public:
  CustomNode(std::string name, bool materialize, std::unique_ptr<Callback> backward)
      : name_(std::move(name)), materialize_(materialize), backward_(std::move(backward)) {}

  std::string name() const override { return name_ + "Backward"; }

  // An output that is saved must not hold its own history, which is this; where a view was changed in place, another node around it.
  void remember(const std::vector<std::optional<at::Tensor>>& outputs, const variable_list& saved) {
    for (const auto& output : outputs) outputs_.emplace_back(*output);
    for (const auto& tensor : saved) {
      const bool is_output = tensor.defined() && tensor.grad_fn() && std::any_of(outputs.begin(), outputs.end(), [&](const auto& output) {
        return output->is_same(tensor);
      });
      if (tensor.defined()) saved_.emplace_back(tensor, is_output, is_output && tensor.grad_fn().get() != this);
      else saved_.emplace_back();
    }
  }

  void release_variables() override {
    released_ = released_ || !saved_.empty();
    saved_.clear();
  }

#if RETORT_INTRUSIVE_NODES
  void release_resources() override {
    Node::release_resources();
    saved_.clear();
    backward_.reset();
  }
#endif

 protected:
  // Calls JavaScript with the gradients of the outputs, then what was saved; the flags say which inputs need a gradient.
  variable_list apply(variable_list&& gradients) override {
    TORCH_CHECK(!released_, torch::autograd::ERR_BACKWARD_TWICE);
    variable_list tensors = std::move(gradients);
    tensors.resize(outputs_.size());
    at::OptionalDeviceGuard guard;
    for (size_t i = 0; i < tensors.size(); ++i) {
      if (!tensors[i].defined() && materialize_) tensors[i] = outputs_[i].zeros(guard);
    }
    for (const auto& saved : saved_) tensors.push_back(saved.unpack(getptr()));
    std::vector<bool> needed(num_outputs());
    for (size_t i = 0; i < needed.size(); ++i) needed[i] = task_should_compute_output(i);
    auto results = backward_->call(tensors, needed);
    TORCH_CHECK(results.size() == needed.size(), name(), " did not run: its thread has ended");
    return results;
  }

 private:
  std::string name_;
  bool materialize_;
  std::unique_ptr<Callback> backward_;
  std::vector<torch::autograd::VariableInfo> outputs_;
  std::vector<torch::autograd::SavedVariable> saved_;
  bool released_ = false;
};

variable_list list(const Napi::CallbackInfo& info, size_t index) {
  const auto array = info[index].As<Napi::Array>();
  variable_list tensors(array.Length());
  for (uint32_t i = 0; i < tensors.size(); ++i) {
    const Napi::Value element = array.Get(i);
    if (!element.IsNull()) tensors[i] = environment(info.Env()).handles.tensor(element.As<Napi::Number>().DoubleValue());
  }
  return tensors;
}

TensorSet set_of(const variable_list& tensors) {
  TensorSet set;
  for (const auto& tensor : tensors) set.insert(tensor.unsafeGetTensorImpl());
  return set;
}

// attach(name, inputs, outputs, saved, dirty, non-differentiable, materialize gradients?, backward): for each output a handle, or null
// where it is the tensor that was given
Napi::Value attach(const Napi::CallbackInfo& info) {
  auto& env = environment(info.Env());
  const std::string name = info[0].As<Napi::String>();
  const variable_list inputs = list(info, 1), saved = list(info, 3), dirty = list(info, 4);
  const variable_list given = list(info, 2);
  const auto inputs_set = set_of(inputs);
  auto non_differentiable = set_of(list(info, 5));
  for (const auto& tensor : dirty) {
    TORCH_CHECK(inputs_set.contains(tensor.unsafeGetTensorImpl()), "markDirty() takes tensors that are arguments of ", name);
  }
  std::vector<std::optional<at::Tensor>> outputs(given.begin(), given.end());
  for (auto& output : outputs) {
    at::TensorImpl* const tensor = output->unsafeGetTensorImpl();
    if (!output->requires_grad() || inputs_set.contains(tensor)) continue;
    // What came from elsewhere keeps its own history, and the output has none but this function.
    output = output->detach();
    if (non_differentiable.contains(tensor)) non_differentiable.insert(output->unsafeGetTensorImpl());
  }

  NodePointer<CustomNode> node;
  if (c10::GradMode::is_enabled() && torch::autograd::any_variable_requires_grad(inputs)) {
    node = make_node<CustomNode>(name, info[6].As<Napi::Boolean>().Value(), std::make_unique<Callback>(env.callbacks, info[7]));
    node->set_next_edges(torch::autograd::collect_next_edges(inputs));
  }
  // After the edges were collected, which brings the history of a changed view up to date: this change is to follow it.
  for (const auto& tensor : dirty) torch::autograd::impl::bump_version(tensor);
  const auto wrapped = wrap_outputs(inputs, non_differentiable, set_of(dirty), outputs, node);
  if (node) node->remember(wrapped, saved);

  auto result = Napi::Array::New(info.Env(), wrapped.size());
  for (uint32_t i = 0; i < wrapped.size(); ++i) {
    if (wrapped[i]->is_same(given[i])) result.Set(i, info.Env().Null());
    else result.Set(i, env.handles.add(*wrapped[i]));
  }
  return result;
}

}  // namespace

void define_custom_functions(Napi::Env, Napi::Object exports) { define<attach>(exports, "attach"); }

}  // namespace retort
