// Operator arguments from the exchange buffer.
#pragma once

#include <ATen/core/List.h>
#include <c10/core/Device.h>
#include <c10/core/Layout.h>
#include <c10/core/MemoryFormat.h>
#include <c10/core/QScheme.h>

#include <cmath>
#include <cstring>

#include "environment.h"
#include "exchange.h"
#include "operators.h"

namespace retort {

[[noreturn]] inline void refuse(const ArgumentPlan& plan, const std::string& got) {
  throw std::invalid_argument("argument '" + plan.name + "' must be " + plan.type + ", got " + got);
}

// What JavaScript's -0 is as a Scalar. Python tells -0, an integer, from -0.0; JavaScript has one, which becomes an integer only where
// its sign could not be kept.
enum class NegativeZero { Float, Integer };

// Reads tagged values from the exchange buffer, strictly as a plan says.
class Reader {
 public:
  Reader(const Environment& environment, NegativeZero negative_zero)
      : environment_(environment), at_(environment.exchange + kFirstSlot), negative_zero_(negative_zero) {
    end_ = environment.exchange + environment.capacity;
  }

  bool met_negative_zero() const { return met_negative_zero_; }

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
      case Tag::Unsigned: return "a bigint of 2^63 or more";
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
    if (tag == Tag::Unsigned) return static_cast<double>(static_cast<uint64_t>(take_bigint()));
    refuse(plan, name_of(tag));
  }

  // A JavaScript number that is whole is an integer to libtorch, as a Python programmer would write it, if 64 bits hold it; all others
  // are doubles.
  c10::Scalar scalar(double value) {
    if (value == 0 && std::signbit(value)) {
      met_negative_zero_ = true;
      if (negative_zero_ == NegativeZero::Float) return value;
    }
    const bool whole = std::trunc(value) == value && value >= -9223372036854775808.0 && value < 9223372036854775808.0;
    return whole ? c10::Scalar(static_cast<int64_t>(value)) : c10::Scalar(value);
  }

  c10::Scalar scalar(const ArgumentPlan& plan, Tag tag) {
    switch (tag) {
      case Tag::Number: return scalar(take());
      case Tag::BigInt: return take_bigint();
      case Tag::Unsigned: return static_cast<uint64_t>(take_bigint());
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
  NegativeZero negative_zero_;
  bool met_negative_zero_ = false;
};

}  // namespace retort
