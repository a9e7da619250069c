#include "environment.h"

#include <ATen/autocast_mode.h>
#include <c10/core/ScalarType.h>
#include <c10/util/Exception.h>

#include <atomic>
#include <cmath>
#include <cstring>
#include <unordered_map>

#include "callbacks.h"
#include "determinism.h"
#include "exchange.h"
#include "memory.h"
#include "operators.h"

namespace retort {

double Handles::add(c10::IValue value) {
  // Zeros that autograd knows without having made them (a ZeroTensor) have no memory, and nobody may write into them.
  if (value.isTensor() && value.toTensor().defined() && value.toTensor()._is_zerotensor()) value = value.toTensor().clone();
  uint32_t index = free_;
  if (index == kNone) {
    index = static_cast<uint32_t>(slots_.size());
    if (index >> kSlotBits) throw std::runtime_error("more than 16 million tensors are alive: free them with scope()");
    slots_.emplace_back();
    slots_.back().key = kGeneration | environment_;
  } else {
    free_ = slots_[index].next;
  }
  Slot& slot = slots_[index];
  slot.value = std::move(value);
  slot.used = true;
  ++live_;
  return static_cast<double>((static_cast<uint64_t>(slot.key) << kSlotBits) | index);
}

const Handles::Slot* Handles::find(double handle) const {
  if (!(handle >= 0 && handle < 9007199254740992.0)) return nullptr;
  const auto bits = static_cast<uint64_t>(handle);
  const uint64_t index = bits & ((1u << kSlotBits) - 1);
  if (index >= slots_.size() || static_cast<double>(bits) != handle) return nullptr;
  const Slot& slot = slots_[index];
  return slot.used && slot.key == (bits >> kSlotBits) ? &slot : nullptr;
}

void Handles::refuse(double handle) const {
  const bool whole = handle >= 0 && handle < 9007199254740992.0 && std::trunc(handle) == handle;
  const uint64_t key = whole ? static_cast<uint64_t>(handle) >> kSlotBits : 0;
  if (key < kGeneration) throw std::invalid_argument("this is no tensor: its handle was not given by libtorch");
  if (key % kGeneration != environment_) {
    throw std::invalid_argument("the tensor belongs to another thread: send its values there (toTypedArray()), not the tensor");
  }
  throw std::invalid_argument(
      "the tensor has been freed: its scope has ended or it was disposed; return it from the scope, or keep() it, to use it later");
}

const c10::IValue& Handles::get(double handle) const {
  const Slot* slot = find(handle);
  if (!slot) refuse(handle);
  return slot->value;
}

const at::Tensor& Handles::tensor(double handle) const {
  const c10::IValue& value = get(handle);
  if (!value.isTensor()) throw std::invalid_argument("expected a tensor, got a " + value.tagKind());
  return value.toTensor();
}

void Handles::free(double handle) {
  const Slot* found = find(handle);
  if (!found) return;
  const auto index = static_cast<uint32_t>(found - slots_.data());
  Slot& slot = slots_[index];
  // The value may run other code as it dies, so the slot is put in order first.
  c10::IValue dying = std::move(slot.value);
  slot.value = c10::IValue();
  slot.used = false;
  --live_;
  // A slot that has used its generations up is retired.
  slot.key += kGeneration;
  if (slot.key < kKeys) {
    slot.next = free_;
    free_ = index;
  }
}

namespace {
uint8_t next_tag() {
  static std::atomic<uint8_t> next{0};
  return next++;
}
}  // namespace

Environment::Environment(Napi::Env env) : tag(next_tag()), handles(tag), callbacks(std::make_shared<Callbacks>(env, *this)) {
  charge_thread(tag);
  reported_bytes = bytes_of(tag);
  reserve(env, 1024, 0);
}

Environment::~Environment() {
  callbacks->close();
  // A worker may have been ended inside of autocast, which then keeps copies of its weights.
  at::autocast::clear_cache();
  // Likewise within a step of training.
  claim_determinism(-determinism_claims);
}

bool Environment::reserve(Napi::Env env, size_t slots, size_t keep) {
  if (slots <= capacity) return false;
  size_t larger = std::max<size_t>(slots, capacity * 2);
  Napi::ArrayBuffer fresh = Napi::ArrayBuffer::New(env, larger * sizeof(double));
  auto* data = static_cast<double*>(fresh.Data());
  if (keep) std::memcpy(data, exchange, keep * sizeof(double));
  buffer = Napi::Reference<Napi::ArrayBuffer>::New(fresh, 1);
  exchange = data;
  capacity = larger;
  return true;
}

Environment& environment(Napi::Env env) { return *env.GetInstanceData<Environment>(); }

std::string message_of(std::exception_ptr error) {
  try {
    std::rethrow_exception(error);
  } catch (const c10::Error& e) {
    return e.what_without_backtrace();
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return "an error of an unknown kind";
  }
}

namespace {
const std::unordered_map<std::string, at::ScalarType>& scalar_types() {
  static const auto* types = [] {
    auto* map = new std::unordered_map<std::string, at::ScalarType>();
    for (int code = 0; code < static_cast<int>(at::ScalarType::NumOptions); ++code) {
      const auto type = static_cast<at::ScalarType>(code);
      if (type == at::ScalarType::Undefined) continue;
      (*map)[scalar_type_name(type)] = type;
    }
    return map;
  }();
  return *types;
}
}  // namespace

std::string scalar_type_name(at::ScalarType type) {
  if (type == at::ScalarType::Undefined) return "undefined";
  return std::string(c10::getDtypeNames(type).first);
}

at::ScalarType scalar_type(const std::string& name) {
  const auto& types = scalar_types();
  const auto found = types.find(name);
  if (found == types.end()) throw std::invalid_argument("there is no dtype '" + name + "'");
  return found->second;
}

}  // namespace retort
