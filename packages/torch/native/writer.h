// Operator results into the exchange buffer.
#pragma once

#include <c10/util/SmallVector.h>

#include <cmath>
#include <cstring>

#include "environment.h"
#include "exchange.h"

namespace retort {

// Writes results as tagged values.
class Writer {
 public:
  Writer(Napi::Env env, Environment& environment) : env_(env), environment_(environment) {}
  bool moved() const { return moved_; }
  // Frees what was handed out: JavaScript never learns of results that could not all be written.
  void undo() {
    for (const double handle : handles_) environment_.handles.free(handle);
  }

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
      return handle(value);
    }
    if (value.isNone()) return put(Tag::None);
    if (value.isBool()) return put(Tag::Bool), put(value.toBool());
    if (value.isDouble()) return put(Tag::Number), put(value.toDouble());
    if (value.isInt()) return integer(value.toInt());
    if (value.isUnsigned()) return put(Tag::Unsigned), bits(static_cast<int64_t>(value.toUInt()));
    if (value.isSymInt()) return integer(value.toSymInt().guard_int(__FILE__, __LINE__));
    if (value.isComplexDouble()) {
      const auto number = value.toComplexDouble();
      return put(Tag::Complex), put(number.real()), put(number.imag());
    }
    if (value.isString()) return text(value.toStringRef());
    if (value.isDevice()) return text(value.toDevice().str());
    if (value.isGenerator()) return handle(value);
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
  void handle(const c10::IValue& value) {
    handles_.push_back(environment_.handles.add(value));
    put(Tag::Handle), put(handles_.back());
  }
  void integer(int64_t number) {
    if (std::abs(static_cast<double>(number)) < 9007199254740992.0) return put(Tag::Number), put(static_cast<double>(number));
    put(Tag::BigInt), bits(number);
  }
  void bits(int64_t number) {
    double slot;
    std::memcpy(&slot, &number, sizeof slot);
    put(slot);
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
  c10::SmallVector<double, 8> handles_;
};

}  // namespace retort
