// Operators by name, and the boxed call.
#include "operators.h"

#include "environment.h"
#include "exchange.h"
#include "memory.h"
#include "reader.h"
#include "warnings.h"
#include "writer.h"

namespace retort {
namespace {

// resolve(name, overload): the number by which call() knows the operator, or null if libtorch has none of that name.
Napi::Value resolve(const Napi::CallbackInfo& info) {
  const std::string name = info[0].As<Napi::String>();
  const std::string overload = info[1].As<Napi::String>();
  auto found = c10::Dispatcher::singleton().findSchema({name, overload});
  if (!found) return info.Env().Null();
  auto& operators = environment(info.Env()).operators;
  operators.push_back(std::make_unique<Operator>(*found));
  return Napi::Number::New(info.Env(), static_cast<double>(operators.size() - 1));
}

// schema(id): the operator's schema, as libtorch prints it.
Napi::Value schema(const Napi::CallbackInfo& info) {
  const auto& operators = environment(info.Env()).operators;
  const auto& op = operators.at(info[0].As<Napi::Number>().Uint32Value());
  return Napi::String::New(info.Env(), c10::str(op->handle.schema()));
}

// operators(): [name, overload] of everything that the dispatcher has a schema for.
Napi::Value operator_names(const Napi::CallbackInfo& info) {
  const auto names = c10::Dispatcher::singleton().getAllOpNames();
  auto result = Napi::Array::New(info.Env());
  uint32_t count = 0;
  for (const auto& name : names) {
    if (!c10::Dispatcher::singleton().findSchema(name)) continue;
    auto pair = Napi::Array::New(info.Env(), 2);
    pair.Set(0u, name.name);
    pair.Set(1u, name.overload_name);
    result.Set(count++, pair);
  }
  return result;
}

void write(Writer& writer, const Operator& op, const torch::jit::Stack& stack) {
  writer.begin(stack.size());
  for (size_t i = 0; i < stack.size(); ++i) {
    const ReturnPlan& plan = op.returns[i];
    if (plan.argument >= 0) {
      writer.argument(plan.argument);
    } else if (plan.scalar_type && stack[i].isInt()) {
      writer.text(scalar_type_name(static_cast<at::ScalarType>(stack[i].toInt())));
    } else {
      writer.value(stack[i]);
    }
  }
}

// Fills the stack with the arguments; whether there was a -0 among the Scalars.
bool read(const Environment& environment, const Operator& op, NegativeZero negative_zero, torch::jit::Stack& stack) {
  const auto given = static_cast<size_t>(environment.exchange[kCountSlot]);
  if (given > op.arguments.size()) {
    throw std::invalid_argument("takes " + std::to_string(op.arguments.size()) + " arguments, got " + std::to_string(given));
  }
  stack.reserve(std::max(op.arguments.size(), op.returns.size()));
  Reader reader(environment, negative_zero);
  for (size_t i = 0; i < op.arguments.size(); ++i) {
    const ArgumentPlan& plan = op.arguments[i];
    if (i < given) {
      stack.push_back(reader.read(plan));
    } else if (plan.has_default) {
      stack.push_back(plan.default_value);
    } else if (plan.optional) {
      stack.emplace_back();
    } else {
      throw std::invalid_argument("argument '" + plan.name + "' (" + plan.type + ") is missing");
    }
  }
  return reader.met_negative_zero();
}

bool has_sign_of_zero(at::ScalarType type) { return at::isFloatingType(type) || at::isComplexType(type); }

// Whether a tensor or dtype among the arguments has a -0.
bool keeps_negative_zero(const Operator& op, const torch::jit::Stack& stack) {
  for (size_t i = 0; i < stack.size(); ++i) {
    const c10::IValue& value = stack[i];
    if (value.isTensor() && value.toTensor().defined() && has_sign_of_zero(value.toTensor().scalar_type())) return true;
    if (value.isTensorList()) {
      for (const at::Tensor& tensor : value.toTensorVector()) {
        if (tensor.defined() && has_sign_of_zero(tensor.scalar_type())) return true;
      }
    }
    if (op.arguments[i].kind == Kind::ScalarType && value.isInt() && has_sign_of_zero(static_cast<at::ScalarType>(value.toInt()))) return true;
  }
  return false;
}

// The environment's stack, or one of its own for an operator that is called within another, as by a hook.
class StackInUse {
 public:
  explicit StackInUse(Environment& environment) : environment_(environment), is_kept_(!environment.stack_is_used) {
    if (is_kept_) environment.stack_is_used = true;
  }
  ~StackInUse() {
    if (!is_kept_) return;
    environment_.stack.clear();
    environment_.stack_is_used = false;
  }
  torch::jit::Stack& get() { return is_kept_ ? environment_.stack : own_; }

 private:
  Environment& environment_;
  const bool is_kept_;
  torch::jit::Stack own_;
};

void run(Napi::Env env, Environment& environment, const Operator& op, bool& moved) {
  StackInUse in_use(environment);
  torch::jit::Stack& stack = in_use.get();
  if (read(environment, op, NegativeZero::Float, stack) && !keeps_negative_zero(op, stack)) {
    stack.clear();
    read(environment, op, NegativeZero::Integer, stack);
  }
  op.handle.callBoxed(stack);
  if (stack.size() != op.returns.size()) throw std::logic_error("the operator left a wrong number of results");

  Writer writer(env, environment);
  try {
    write(writer, op, stack);
  } catch (...) {
    writer.undo();
    throw;
  }
  moved = writer.moved();
}

// call(id): the operator on the arguments in the exchange buffer. Answers the new buffer if the results needed a larger one. Plain
// Node-API, because this is the one function whose own cost matters.
napi_value call(napi_env raw, napi_callback_info info) {
  size_t count = 1;
  napi_value argument;
  void* data;
  napi_get_cb_info(raw, info, &count, &argument, nullptr, &data);
  uint32_t id = 0;
  auto& environment = *static_cast<Environment*>(data);
  bool moved = false;
  std::string message;
  try {
    if (count != 1 || napi_get_value_uint32(raw, argument, &id) != napi_ok || id >= environment.operators.size()) {
      throw std::invalid_argument("no such operator");
    }
    run(Napi::Env(raw), environment, *environment.operators[id], moved);
  } catch (...) {
    message = message_of(std::current_exception());
    if (message.empty()) message = "an error without a message";
  }
  if (environment.exchange[kScopeSlot] == 0) report_pressure(raw, environment);
  try {
    deliver_warnings(raw, environment);
  } catch (...) {
    // JavaScript takes no call any more: its stack is full or it is being ended.
  }
  if (!message.empty()) {
    napi_throw_error(raw, nullptr, message.c_str());
    return nullptr;
  }
  return moved ? static_cast<napi_value>(environment.buffer.Value()) : nullptr;
}

// exchange(slots, keep): the exchange buffer, with room for that many numbers.
Napi::Value exchange(const Napi::CallbackInfo& info) {
  auto& env = environment(info.Env());
  env.reserve(info.Env(), static_cast<size_t>(info[0].As<Napi::Number>().Int64Value()), static_cast<size_t>(info[1].As<Napi::Number>().Int64Value()));
  return env.buffer.Value();
}

}  // namespace

void define_operators(Napi::Env env, Napi::Object exports) {
  define<resolve>(exports, "resolve");
  define<schema>(exports, "schema");
  define<operator_names>(exports, "operators");
  define<exchange>(exports, "exchange");
  napi_value function;
  napi_create_function(env, "call", NAPI_AUTO_LENGTH, call, &environment(env), &function);
  exports.Set("call", Napi::Value(env, function));
}

}  // namespace retort
