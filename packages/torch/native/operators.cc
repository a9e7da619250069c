#include "operators.h"

#include <ATen/core/List.h>
#include <c10/core/Device.h>
#include <c10/core/Layout.h>
#include <c10/core/MemoryFormat.h>
#include <c10/core/QScheme.h>

#include <cmath>
#include <cstring>
#include <limits>

#include "environment.h"
#include "exchange.h"
#include "memory.h"

namespace retort {
namespace {

Kind kind_of(const c10::Type& type) {
  switch (type.kind()) {
    case c10::TypeKind::TensorType: return Kind::Tensor;
    case c10::TypeKind::IntType:
    case c10::TypeKind::SymIntType: return Kind::Int;
    case c10::TypeKind::FloatType:
    case c10::TypeKind::SymFloatType: return Kind::Float;
    case c10::TypeKind::BoolType:
    case c10::TypeKind::SymBoolType: return Kind::Bool;
    case c10::TypeKind::NumberType: return Kind::Scalar;
    case c10::TypeKind::ComplexType: return Kind::Complex;
    case c10::TypeKind::StringType: return Kind::String;
    case c10::TypeKind::DeviceObjType: return Kind::Device;
    case c10::TypeKind::ScalarTypeType: return Kind::ScalarType;
    case c10::TypeKind::LayoutType: return Kind::Layout;
    case c10::TypeKind::MemoryFormatType: return Kind::MemoryFormat;
    case c10::TypeKind::QSchemeType: return Kind::QScheme;
    case c10::TypeKind::GeneratorType: return Kind::Generator;
    default: return Kind::Unsupported;
  }
}

ArgumentPlan plan_argument(const c10::Argument& argument) {
  ArgumentPlan plan;
  plan.name = argument.name();
  plan.type = argument.real_type()->annotation_str();
  c10::TypePtr type = argument.real_type();
  if (auto optional = type->cast<c10::OptionalType>()) {
    plan.optional = true;
    type = optional->getElementType();
  }
  if (auto list = type->cast<c10::ListType>()) {
    plan.list = true;
    type = list->getElementType();
    if (auto optional = type->cast<c10::OptionalType>()) {
      plan.element_optional = true;
      type = optional->getElementType();
    }
  }
  plan.kind = kind_of(*type);
  plan.broadcast = argument.N().value_or(0);
  if (argument.default_value()) {
    plan.has_default = true;
    plan.default_value = *argument.default_value();
  }
  return plan;
}

ReturnPlan plan_return(const c10::FunctionSchema& schema, const c10::Argument& result) {
  ReturnPlan plan;
  plan.scalar_type = result.real_type()->kind() == c10::TypeKind::ScalarTypeType;
  const c10::AliasInfo* alias = result.alias_info();
  if (alias && alias->isWrite() && result.real_type()->kind() == c10::TypeKind::TensorType) {
    for (size_t i = 0; i < schema.arguments().size(); ++i) {
      const c10::AliasInfo* other = schema.arguments()[i].alias_info();
      if (other && other->isWrite() && other->beforeSets() == alias->beforeSets()) plan.argument = static_cast<int>(i);
    }
  }
  return plan;
}

[[noreturn]] void refuse(const ArgumentPlan& plan, const std::string& got) {
  throw std::invalid_argument("argument '" + plan.name + "' must be " + plan.type + ", got " + got);
}

// Reads tagged values from the exchange buffer, strictly as a plan says.
class Reader {
 public:
  Reader(const Environment& environment) : environment_(environment), at_(environment.exchange + kFirstSlot) {
    end_ = environment.exchange + environment.capacity;
  }

  c10::IValue read(const ArgumentPlan& plan) {
    const Tag tag = next_tag();
    if (tag == Tag::Missing) {
      if (plan.has_default) return plan.default_value;
      if (plan.optional) return {};
      throw std::invalid_argument("argument '" + plan.name + "' (" + plan.type + ") is missing");
    }
    if (tag == Tag::None) {
      if (!plan.optional) refuse(plan, "null");
      return {};
    }
    return plan.list ? list(plan, tag) : single(plan, tag);
  }

 private:
  double take() {
    if (at_ >= end_) throw std::logic_error("the exchange buffer ended early");
    return *at_++;
  }
  Tag next_tag() { return static_cast<Tag>(static_cast<int>(take())); }
  size_t take_length() {
    const double length = take();
    if (!(length >= 0 && length <= static_cast<double>(end_ - at_))) throw std::logic_error("a length in the exchange buffer is wrong");
    return static_cast<size_t>(length);
  }

  std::string name_of(Tag tag) const {
    switch (tag) {
      case Tag::None: return "null";
      case Tag::Bool: return "a boolean";
      case Tag::Number: return "a number";
      case Tag::BigInt: return "a bigint";
      case Tag::Handle: return "a tensor or generator";
      case Tag::String: return "a string";
      case Tag::List: return "an array";
      case Tag::Numbers: return "an array of numbers";
      case Tag::Complex: return "a complex number";
      default: return "nothing";
    }
  }

  int64_t take_bigint() {
    const double slot = take();
    int64_t bits;
    std::memcpy(&bits, &slot, sizeof bits);
    return bits;
  }

  std::string take_string() {
    const size_t length = take_length();
    std::string text(length, '\0');
    for (size_t i = 0; i < length; ++i) text[i] = static_cast<char>(static_cast<uint8_t>(*at_++));
    return text;
  }

  static bool integral(double value) { return std::trunc(value) == value && std::abs(value) <= 9007199254740992.0; }

  int64_t integer(const ArgumentPlan& plan, double value) {
    if (!integral(value)) refuse(plan, "the number " + std::to_string(value));
    return static_cast<int64_t>(value);
  }

  int64_t integer(const ArgumentPlan& plan, Tag tag) {
    if (tag == Tag::Number) return integer(plan, take());
    if (tag == Tag::BigInt) return take_bigint();
    refuse(plan, name_of(tag));
  }

  double real(const ArgumentPlan& plan, Tag tag) {
    if (tag == Tag::Number) return take();
    if (tag == Tag::BigInt) return static_cast<double>(take_bigint());
    refuse(plan, name_of(tag));
  }

  // A JavaScript number that is whole is an integer to libtorch, as a Python programmer would write it; all others are doubles.
  static c10::Scalar scalar(double value) {
    const bool whole = integral(value) && !(value == 0 && std::signbit(value)) && std::abs(value) < 9007199254740992.0;
    return whole ? c10::Scalar(static_cast<int64_t>(value)) : c10::Scalar(value);
  }

  c10::Scalar scalar(const ArgumentPlan& plan, Tag tag) {
    switch (tag) {
      case Tag::Number: return scalar(take());
      case Tag::BigInt: return take_bigint();
      case Tag::Bool: return take() != 0;
      case Tag::Complex: {
        const double re = take();
        return c10::complex<double>(re, take());
      }
      default: refuse(plan, name_of(tag));
    }
  }

  template <typename Value>
  Value named(const ArgumentPlan& plan, const std::string& text, std::initializer_list<std::pair<const char*, Value>> names) {
    std::string known;
    for (const auto& [name, value] : names) {
      if (text == name) return value;
      known += (known.empty() ? "'" : ", '") + std::string(name) + "'";
    }
    refuse(plan, "'" + text + "' (known: " + known + ")");
  }

  c10::IValue single(const ArgumentPlan& plan, Tag tag) {
    switch (plan.kind) {
      case Kind::Tensor: {
        if (tag != Tag::Handle) refuse(plan, name_of(tag));
        const c10::IValue& value = environment_.handles.get(take());
        if (!value.isTensor()) refuse(plan, "a " + value.tagKind());
        return value;
      }
      case Kind::Generator: {
        if (tag != Tag::Handle) refuse(plan, name_of(tag));
        const c10::IValue& value = environment_.handles.get(take());
        if (!value.isGenerator()) refuse(plan, "a " + value.tagKind());
        return value;
      }
      case Kind::Int: return integer(plan, tag);
      case Kind::Float: return real(plan, tag);
      case Kind::Bool:
        if (tag != Tag::Bool) refuse(plan, name_of(tag));
        return take() != 0;
      case Kind::Scalar: return scalar(plan, tag);
      case Kind::Complex: {
        if (tag == Tag::Number) return c10::complex<double>(take(), 0);
        if (tag != Tag::Complex) refuse(plan, name_of(tag));
        const double re = take();
        return c10::complex<double>(re, take());
      }
      case Kind::Unsupported:
        throw std::invalid_argument("argument '" + plan.name + "' is of the type " + plan.type + ", which has no JavaScript form");
      default: break;
    }
    if (tag != Tag::String) refuse(plan, name_of(tag));
    const std::string text = take_string();
    switch (plan.kind) {
      case Kind::String: return text;
      case Kind::Device: return c10::Device(text);
      case Kind::ScalarType: return static_cast<int64_t>(scalar_type(text));
      case Kind::Layout:
        return static_cast<int64_t>(named<c10::Layout>(
            plan, text,
            {{"strided", c10::kStrided}, {"sparse_coo", c10::kSparse}, {"sparse_csr", c10::kSparseCsr}, {"sparse_csc", c10::kSparseCsc},
             {"sparse_bsr", c10::kSparseBsr}, {"sparse_bsc", c10::kSparseBsc}, {"jagged", c10::kJagged}, {"_mkldnn", c10::kMkldnn}}));
      case Kind::MemoryFormat:
        return static_cast<int64_t>(named<c10::MemoryFormat>(
            plan, text,
            {{"contiguous_format", c10::MemoryFormat::Contiguous}, {"preserve_format", c10::MemoryFormat::Preserve},
             {"channels_last", c10::MemoryFormat::ChannelsLast}, {"channels_last_3d", c10::MemoryFormat::ChannelsLast3d}}));
      case Kind::QScheme:
        return static_cast<int64_t>(named<c10::QScheme>(
            plan, text,
            {{"per_tensor_affine", c10::QScheme::PER_TENSOR_AFFINE}, {"per_channel_affine", c10::QScheme::PER_CHANNEL_AFFINE},
             {"per_tensor_symmetric", c10::QScheme::PER_TENSOR_SYMMETRIC}, {"per_channel_symmetric", c10::QScheme::PER_CHANNEL_SYMMETRIC}}));
      default: throw std::logic_error("a kind of argument is not handled");
    }
  }

  // One element of a list: either a bare number (Numbers) or a tagged value (List).
  template <typename Element, typename Convert>
  c10::List<Element> elements(const ArgumentPlan& plan, Tag tag, Convert convert) {
    c10::List<Element> values;
    if (tag == Tag::List) {
      const size_t length = take_length();
      values.reserve(length);
      for (size_t i = 0; i < length; ++i) values.push_back(convert(next_tag()));
    } else if (tag == Tag::Numbers) {
      const size_t length = take_length();
      values.reserve(length);
      for (size_t i = 0; i < length; ++i) values.push_back(convert(Tag::Number));
    } else if (plan.broadcast > 0) {
      Element value = convert(tag);
      for (int64_t i = 0; i < plan.broadcast; ++i) values.push_back(value);
    } else {
      refuse(plan, name_of(tag));
    }
    return values;
  }

  c10::IValue list(const ArgumentPlan& plan, Tag tag) {
    switch (plan.kind) {
      case Kind::Tensor:
        if (plan.element_optional) {
          return elements<std::optional<at::Tensor>>(plan, tag, [&](Tag element) -> std::optional<at::Tensor> {
            if (element == Tag::None || element == Tag::Missing) return std::nullopt;
            return single(plan, element).toTensor();
          });
        }
        return elements<at::Tensor>(plan, tag, [&](Tag element) { return single(plan, element).toTensor(); });
      case Kind::Int: return elements<int64_t>(plan, tag, [&](Tag element) { return integer(plan, element); });
      case Kind::Float: return elements<double>(plan, tag, [&](Tag element) { return real(plan, element); });
      case Kind::Bool: return elements<bool>(plan, tag, [&](Tag element) { return single(plan, element).toBool(); });
      case Kind::String: return elements<std::string>(plan, tag, [&](Tag element) { return single(plan, element).toStringRef(); });
      case Kind::Scalar: {
        // Lists of Scalar are generic lists of numbers to the dispatcher.
        c10::impl::GenericList values(c10::NumberType::get());
        if (tag != Tag::List && tag != Tag::Numbers) refuse(plan, name_of(tag));
        const size_t length = take_length();
        for (size_t i = 0; i < length; ++i) values.push_back(c10::IValue(scalar(plan, tag == Tag::List ? next_tag() : Tag::Number)));
        return values;
      }
      default:
        throw std::invalid_argument("argument '" + plan.name + "' is of the type " + plan.type + ", which has no JavaScript form");
    }
  }

  const Environment& environment_;
  const double* at_;
  const double* end_;
};

// Writes results as tagged values.
class Writer {
 public:
  Writer(Napi::Env env, Environment& environment) : env_(env), environment_(environment) {}
  bool moved() const { return moved_; }

  void begin(size_t count) {
    room(1);
    environment_.exchange[kCountSlot] = static_cast<double>(count);
  }

  void argument(int index) { put(Tag::Argument), put(index); }

  void text(const std::string& text) {
    put(Tag::String), put(static_cast<double>(text.size()));
    for (const char byte : text) put(static_cast<uint8_t>(byte));
  }

  void value(const c10::IValue& value) {
    if (value.isTensor()) {
      if (!value.toTensor().defined()) return put(Tag::None);
      return put(Tag::Handle), put(environment_.handles.add(value));
    }
    if (value.isNone()) return put(Tag::None);
    if (value.isBool()) return put(Tag::Bool), put(value.toBool());
    if (value.isDouble()) return put(Tag::Number), put(value.toDouble());
    if (value.isInt()) return integer(value.toInt());
    if (value.isSymInt()) return integer(value.toSymInt().guard_int(__FILE__, __LINE__));
    if (value.isComplexDouble()) {
      const auto number = value.toComplexDouble();
      return put(Tag::Complex), put(number.real()), put(number.imag());
    }
    if (value.isString()) return text(value.toStringRef());
    if (value.isDevice()) return text(value.toDevice().str());
    if (value.isGenerator()) return put(Tag::Handle), put(environment_.handles.add(value));
    if (value.isList()) {
      const auto list = value.toList();
      put(Tag::List), put(static_cast<double>(list.size()));
      for (size_t i = 0; i < list.size(); ++i) this->value(list.get(i));
      return;
    }
    if (value.isTuple()) {
      const auto& elements = value.toTupleRef().elements();
      put(Tag::List), put(static_cast<double>(elements.size()));
      for (const auto& element : elements) this->value(element);
      return;
    }
    throw std::runtime_error("the result is a " + value.tagKind() + ", which has no JavaScript form");
  }

 private:
  void integer(int64_t number) {
    if (std::abs(static_cast<double>(number)) < 9007199254740992.0) return put(Tag::Number), put(static_cast<double>(number));
    double bits;
    std::memcpy(&bits, &number, sizeof bits);
    put(Tag::BigInt), put(bits);
  }
  void put(Tag tag) { put(static_cast<double>(static_cast<int>(tag))); }
  void put(double number) {
    room(1);
    environment_.exchange[at_++] = number;
  }
  void room(size_t slots) {
    if (at_ + slots > environment_.capacity) moved_ = environment_.reserve(env_, at_ + slots, at_) || moved_;
  }

  Napi::Env env_;
  Environment& environment_;
  size_t at_ = kFirstSlot;
  bool moved_ = false;
};

// resolve(name, overload): the number by which call() knows the operator.
Napi::Value resolve(const Napi::CallbackInfo& info) {
  const std::string name = info[0].As<Napi::String>();
  const std::string overload = info[1].As<Napi::String>();
  auto found = c10::Dispatcher::singleton().findSchema({name, overload});
  if (!found) {
    throw std::invalid_argument("libtorch has no operator " + name + (overload.empty() ? "" : "." + overload));
  }
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

void run(Napi::Env env, Environment& environment, const Operator& op, bool& moved) {
  const auto given = static_cast<size_t>(environment.exchange[kCountSlot]);
  if (given > op.arguments.size()) {
    throw std::invalid_argument("takes " + std::to_string(op.arguments.size()) + " arguments, got " + std::to_string(given));
  }
  torch::jit::Stack stack;
  stack.reserve(std::max(op.arguments.size(), op.returns.size()));
  Reader reader(environment);
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
  op.handle.callBoxed(stack);
  if (stack.size() != op.returns.size()) throw std::logic_error("the operator left a wrong number of results");

  Writer writer(env, environment);
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

Operator::Operator(c10::OperatorHandle operator_handle) : handle(std::move(operator_handle)) {
  const auto& schema = handle.schema();
  for (const auto& argument : schema.arguments()) arguments.push_back(plan_argument(argument));
  for (const auto& result : schema.returns()) returns.push_back(plan_return(schema, result));
}

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
