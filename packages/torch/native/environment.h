// What one JavaScript environment (the main thread or a worker) owns: its handles, its operator plans and the exchange buffer.
#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>
#include <ATen/core/ivalue.h>
#include <napi.h>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace retort {

class Callbacks;
struct Operator;

// A handle is a number that JavaScript can hold: from the low end 24 bits of slot, 8 of environment and 21 of generation, so that a
// freed slot does not answer to it, nor does another environment (but for one in 256, whose own tensor it then is).
class Handles {
 public:
  explicit Handles(uint8_t environment) : environment_(environment) {}
  // JavaScript holds tensors with memory only, so that whoever takes a handle may read its pointer.
  double add(c10::IValue value);
  bool has(double handle) const { return find(handle); }
  // Throws when the handle was freed, belongs to another environment or never existed.
  const c10::IValue& get(double handle) const;
  const at::Tensor& tensor(double handle) const;
  // Freeing twice is harmless: a finalizer may come after a scope.
  void free(double handle);
  size_t live() const { return live_; }

 private:
  static constexpr uint64_t kSlotBits = 24;
  static constexpr uint32_t kGeneration = 1u << 8;  // one generation, in a key
  static constexpr uint32_t kKeys = 1u << 29;
  static constexpr uint32_t kNone = 0xffffffff;
  struct Slot {
    c10::IValue value;
    uint32_t key;  // generation and environment
    uint32_t next = kNone;
    bool used = false;
  };
  const Slot* find(double handle) const;
  [[noreturn]] void refuse(double handle) const;
  uint8_t environment_;
  std::vector<Slot> slots_;
  uint32_t free_ = kNone;
  size_t live_ = 0;
};

struct Environment {
  explicit Environment(Napi::Env env);
  ~Environment();

  const uint8_t tag;  // tells environments apart, in handles and in the count of bytes
  Handles handles;
  std::shared_ptr<Callbacks> callbacks;
  std::vector<std::unique_ptr<Operator>> operators;

  // The exchange buffer: operator arguments and results pass through it as plain numbers (exchange.h).
  double* exchange = nullptr;
  size_t capacity = 0;
  Napi::Reference<Napi::ArrayBuffer> buffer;
  // Makes room for `slots` numbers, keeping the first `keep`; true if the buffer moved.
  bool reserve(Napi::Env env, size_t slots, size_t keep);

  // Arguments and results of the operator at work, kept between calls for its memory; none while one is at work.
  std::vector<c10::IValue> stack;
  bool stack_is_used = false;

  Napi::FunctionReference on_warning;

  int determinism_claims = 0;  // of work that this thread is in

  int64_t reported_bytes = 0;  // what V8 has been told about memory outside of it
};

Environment& environment(Napi::Env env);

std::string message_of(std::exception_ptr error);

// What Node-API calls: whatever C++ throws becomes a JavaScript exception, and nothing gets past, even where JavaScript takes no exception
// any more because its stack is full or its environment is being ended.
template <typename Body>
napi_value guarded(napi_env env, const Body& body) noexcept {
  try {
    try {
      return body();
    } catch (const Napi::Error& error) {
      error.ThrowAsJavaScriptException();
    } catch (...) {
      napi_throw_error(env, nullptr, message_of(std::current_exception()).c_str());
    }
  } catch (...) {
  }
  return nullptr;
}

template <Napi::Value (*function)(const Napi::CallbackInfo&)>
napi_value called(napi_env env, napi_callback_info raw) noexcept {
  return guarded(env, [&] { return function(Napi::CallbackInfo(env, raw)); });
}

template <Napi::Value (*function)(const Napi::CallbackInfo&)>
void define(Napi::Object exports, const char* name) {
  napi_value result;
  const napi_status status = napi_create_function(exports.Env(), name, NAPI_AUTO_LENGTH, called<function>, nullptr, &result);
  if (status != napi_ok) throw std::runtime_error(std::string("the addon could not define ") + name);
  exports.Set(name, Napi::Value(exports.Env(), result));
}

// Each part of the addon adds its functions.
void define_operators(Napi::Env env, Napi::Object exports);
void define_tensors(Napi::Env env, Napi::Object exports);
void define_autograd(Napi::Env env, Napi::Object exports);
void define_modes(Napi::Env env, Napi::Object exports);
void define_hooks(Napi::Env env, Napi::Object exports);
void define_custom_functions(Napi::Env env, Napi::Object exports);
void define_memory(Napi::Env env, Napi::Object exports);
void define_context(Napi::Env env, Napi::Object exports);
void define_files(Napi::Env env, Napi::Object exports);
void define_warnings(Napi::Env env, Napi::Object exports);
void define_products(Napi::Env env, Napi::Object exports);
void define_profile(Napi::Env env, Napi::Object exports);
void define_distributed(Napi::Env env, Napi::Object exports);
void define_reducers(Napi::Env env, Napi::Object exports);

at::ScalarType scalar_type(const std::string& name);
std::string scalar_type_name(at::ScalarType type);

}  // namespace retort
