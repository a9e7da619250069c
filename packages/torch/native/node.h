// A node of libtorch's graph, made and tied to its outputs whichever way this release holds nodes: until 2.12 by std::shared_ptr, since by
// c10::intrusive_ptr.
#pragma once

#include <torch/csrc/autograd/custom_function.h>
#include <torch/version.h>

#include <memory>
#include <unordered_set>
#include <utility>
#include <vector>

#define RETORT_INTRUSIVE_NODES (TORCH_VERSION_MINOR >= 13)

namespace retort {

using TensorSet = std::unordered_set<at::TensorImpl*>;

// As libtorch makes its own, so that a long graph is freed without a full stack.
#if RETORT_INTRUSIVE_NODES
template <typename Made>
using NodePointer = c10::intrusive_ptr<Made>;

template <typename Made, typename... Arguments>
NodePointer<Made> make_node(Arguments&&... arguments) {
  return c10::make_intrusive<Made>(std::forward<Arguments>(arguments)...);
}
#else
template <typename Made>
using NodePointer = std::shared_ptr<Made>;

template <typename Made, typename... Arguments>
NodePointer<Made> make_node(Arguments&&... arguments) {
  return NodePointer<Made>(new Made(std::forward<Arguments>(arguments)...), torch::autograd::deleteNode);
}
#endif

// The outputs, with the node as their history; without one they have none.
inline std::vector<std::optional<at::Tensor>> wrap_outputs(
    const torch::autograd::variable_list& inputs, const TensorSet& non_differentiable, const TensorSet& dirty,
    const std::vector<std::optional<at::Tensor>>& outputs, const NodePointer<torch::autograd::Node>& node) {
  using torch::autograd::variable_list;
  const auto forward_mode = [](const variable_list&, const variable_list&) -> variable_list {
    TORCH_CHECK(false, "custom functions have no forward mode");
  };
  const auto view = [](const at::Tensor& tensor) { return tensor.view_as(tensor); };
#if TORCH_VERSION_MINOR >= 14
  NodePointer<torch::autograd::Node> attached;
  return torch::autograd::_wrap_outputs(inputs, non_differentiable, dirty, outputs, node, forward_mode, {}, view, false, attached);
#else
  return torch::autograd::_wrap_outputs(inputs, non_differentiable, dirty, outputs, node, forward_mode, {}, view, false);
#endif
}

}  // namespace retort
