// Where time goes: of each operator and the shapes that it is given, how often it was called and how long it was at work itself.
#include <ATen/record_function.h>

#include <chrono>
#include <map>
#include <mutex>

#include "environment.h"

namespace retort {
namespace {

using Clock = std::chrono::steady_clock;

struct Spent {
  int64_t calls = 0;
  double milliseconds = 0;
  double bytes = 0;  // of the tensors that it reads and writes
};

struct Profile {
  std::mutex adding;
  std::map<std::pair<std::string, std::string>, Spent> spent;
  std::optional<at::CallbackHandle> callback;
};

Profile& profile() {
  // Never destroyed: threads may compute while the process ends.
  static auto* profile = new Profile;
  return *profile;
}

struct AtWork final : at::ObserverContext {
  std::string shapes;
  double bytes = 0;
  AtWork* caller = nullptr;
  Clock::duration within{};  // operators that it calls
  Clock::time_point start;
};

thread_local AtWork* at_work = nullptr;

template <typename Values>
std::string shapes_of(const Values& values) {
  std::string text;
  for (const auto& value : values) {
    if (!value.isTensor() || !value.toTensor().defined()) continue;
    if (!text.empty()) text += ' ';
    text += '[';
    for (const int64_t size : value.toTensor().sizes()) text += (text.back() == '[' ? "" : ",") + std::to_string(size);
    text += ']';
  }
  return text;
}

template <typename Values>
double bytes_of(const Values& values) {
  double bytes = 0;
  const auto add = [&bytes](const at::Tensor& tensor) {
    if (tensor.defined()) bytes += static_cast<double>(tensor.nbytes());
  };
  for (const auto& value : values) {
    if (value.isTensor()) add(value.toTensor());
    if (value.isTensorList())
      for (const at::Tensor& tensor : value.toTensorVector()) add(tensor);
  }
  return bytes;
}

std::unique_ptr<at::ObserverContext> begin(const at::RecordFunction& function) {
  auto work = std::make_unique<AtWork>();
  work->shapes = shapes_of(function.inputs());
  work->bytes = bytes_of(function.inputs());
  work->caller = at_work;
  at_work = work.get();
  work->start = Clock::now();
  return work;
}

void end(const at::RecordFunction& function, at::ObserverContext* context) {
  auto* work = static_cast<AtWork*>(context);
  const auto took = Clock::now() - work->start;
  at_work = work->caller;
  if (at_work) at_work->within += took;
  std::lock_guard<std::mutex> lock(profile().adding);
  auto& spent = profile().spent[{function.name(), work->shapes + " -> " + shapes_of(function.outputs())}];
  spent.calls += 1;
  spent.milliseconds += std::chrono::duration<double, std::milli>(took - work->within).count();
  spent.bytes += work->bytes + bytes_of(function.outputs());
}

// startProfile(): from now on operators are timed, in the whole process.
Napi::Value start_profile(const Napi::CallbackInfo& info) {
  auto& current = profile();
  std::lock_guard<std::mutex> lock(current.adding);
  current.spent.clear();
  if (!current.callback) {
    current.callback = at::addGlobalCallback(
        at::RecordFunctionCallback(begin, end).needsInputs(true).needsOutputs(true).scopes({at::RecordScope::FUNCTION}));
  }
  return info.Env().Undefined();
}

// stopProfile(): [operator, shapes, calls, milliseconds, bytes] of each.
Napi::Value stop_profile(const Napi::CallbackInfo& info) {
  auto& current = profile();
  std::lock_guard<std::mutex> lock(current.adding);
  if (current.callback) at::removeCallback(*current.callback);
  current.callback.reset();
  auto result = Napi::Array::New(info.Env());
  uint32_t count = 0;
  for (const auto& [of, spent] : current.spent) {
    auto row = Napi::Array::New(info.Env(), 5);
    row.Set(0u, of.first);
    row.Set(1u, of.second);
    row.Set(2u, static_cast<double>(spent.calls));
    row.Set(3u, spent.milliseconds);
    row.Set(4u, spent.bytes);
    result.Set(count++, row);
  }
  return result;
}

}  // namespace

void define_profile(Napi::Env, Napi::Object exports) {
  define<start_profile>(exports, "startProfile");
  define<stop_profile>(exports, "stopProfile");
}

}  // namespace retort
