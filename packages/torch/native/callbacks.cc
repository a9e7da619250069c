#include "callbacks.h"

#include <stdexcept>
#include <string>

#include "environment.h"
#include "memory.h"

namespace retort {
namespace {

void expect(napi_status status, const char* what) {
  if (status != napi_ok) throw std::runtime_error(std::string("a callback could not ") + what);
}

// The exception that JavaScript left, as text: only what the wrapper in src/callbacks.ts could not catch comes here (a stack that is
// full, a worker that is being ended). Reading it may leave another.
std::string pending_exception(napi_env env) {
  napi_value exception, text;
  bool pending = false;
  std::string message = "it was ended";
  if (napi_is_exception_pending(env, &pending) != napi_ok || !pending) return message;
  if (napi_get_and_clear_last_exception(env, &exception) != napi_ok) return message;
  size_t length = 0;
  if (napi_get_named_property(env, exception, "message", &text) == napi_ok &&
      napi_get_value_string_utf8(env, text, nullptr, 0, &length) == napi_ok) {
    message.resize(length);
    napi_get_value_string_utf8(env, text, message.data(), length + 1, &length);
  }
  napi_get_and_clear_last_exception(env, &exception);
  return message;
}

}  // namespace

Callbacks::Callbacks(napi_env env, Environment& environment)
    : env_(env), environment_(environment), crossing_(std::make_shared<Crossing>([tag = environment.tag] { charge_thread(tag); })) {}

uint64_t Callbacks::add(napi_value function) {
  remove_dropped();
  napi_ref reference;
  expect(napi_create_reference(env_, function, 1, &reference), "be kept");
  functions_.emplace(next_, reference);
  return next_++;
}

void Callbacks::remove(uint64_t id) {
  const auto found = functions_.find(id);
  if (found == functions_.end()) return;
  napi_delete_reference(env_, found->second);
  functions_.erase(found);
}

size_t Callbacks::size() {
  remove_dropped();
  return functions_.size();
}

void Callbacks::close() {
  for (const auto& [id, reference] : functions_) napi_delete_reference(env_, reference);
  functions_.clear();
}

void Callbacks::drop(uint64_t id) {
  if (crossing_->at_home()) return remove(id);
  std::lock_guard<std::mutex> lock(mutex_);
  dropped_.push_back(id);
}

void Callbacks::remove_dropped() {
  std::vector<uint64_t> dropped;
  {
    std::lock_guard<std::mutex> lock(mutex_);
    dropped.swap(dropped_);
  }
  for (const uint64_t id : dropped) remove(id);
}

std::vector<at::Tensor> Callbacks::call(uint64_t id, const std::vector<at::Tensor>& tensors, const std::vector<bool>& flags) {
  const auto found = functions_.find(id);
  if (found == functions_.end()) return {};
  const Napi::HandleScope scope(env_);
  napi_value function, receiver, arguments[2], result;
  expect(napi_get_reference_value(env_, found->second, &function), "be found");
  expect(napi_get_undefined(env_, &receiver), "be called");
  expect(napi_create_array_with_length(env_, tensors.size(), &arguments[0]), "be called");
  expect(napi_create_array_with_length(env_, flags.size(), &arguments[1]), "be called");

  auto& handles = environment_.handles;
  std::vector<double> given;
  for (const at::Tensor& tensor : tensors) {
    napi_value number;
    if (tensor.defined()) given.push_back(handles.add(tensor));
    if (tensor.defined()) napi_create_double(env_, given.back(), &number);
    else napi_get_null(env_, &number);
    napi_set_element(env_, arguments[0], static_cast<uint32_t>(&tensor - tensors.data()), number);
  }
  for (uint32_t i = 0; i < flags.size(); ++i) {
    napi_value flag;
    napi_get_boolean(env_, flags[i], &flag);
    napi_set_element(env_, arguments[1], i, flag);
  }
  if (napi_call_function(env_, receiver, function, 2, arguments, &result) != napi_ok) {
    for (const double handle : given) handles.free(handle);
    throw std::runtime_error("a callback failed: " + pending_exception(env_));
  }

  // An array of handles, which are ours, or null; anything else says that it has thrown.
  bool list = false;
  uint32_t length = 0;
  napi_is_array(env_, result, &list);
  if (!list || napi_get_array_length(env_, result, &length) != napi_ok) throw std::runtime_error("a callback has thrown");
  std::vector<at::Tensor> results(length);
  for (uint32_t i = 0; i < length; ++i) {
    napi_value element;
    double handle;
    expect(napi_get_element(env_, result, i, &element), "answer");
    if (napi_get_value_double(env_, element, &handle) != napi_ok) continue;
    results[i] = handles.tensor(handle);
    handles.free(handle);
  }
  return results;
}

std::vector<at::Tensor> Callback::call(const std::vector<at::Tensor>& tensors, const std::vector<bool>& flags) const {
  std::vector<at::Tensor> results;
  owner_->crossing().home([&] { results = owner_->call(id_, tensors, flags); });
  return results;
}

}  // namespace retort
