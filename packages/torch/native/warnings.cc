#include "warnings.h"

#include <c10/util/Exception.h>

#include <mutex>
#include <unordered_set>
#include <vector>

#include "environment.h"

namespace retort {
namespace {

thread_local std::vector<std::string> collected;

// Each text once in the process, as Python says each warning once.
class Collector final : public c10::WarningHandler {
 public:
  void process(const c10::Warning& warning) override {
    std::lock_guard<std::mutex> lock(mutex_);
    if (said_.insert(warning.msg()).second) collected.push_back(warning.msg());
  }

 private:
  std::mutex mutex_;
  std::unordered_set<std::string> said_;
};

// onWarning(listener): the listener gets the text of each warning.
Napi::Value on_warning(const Napi::CallbackInfo& info) {
  environment(info.Env()).on_warning = Napi::Persistent(info[0].As<Napi::Function>());
  return info.Env().Undefined();
}

}  // namespace

void collect_warnings() {
  // Never destroyed: threads may warn while the process ends.
  static auto* collector = new Collector;
  c10::WarningUtils::set_warning_handler(collector);
}

void deliver_warnings(napi_env env, Environment& environment) {
  if (collected.empty() || environment.on_warning.IsEmpty()) return;
  std::vector<std::string> texts;
  texts.swap(collected);
  Napi::HandleScope scope(env);
  for (const auto& text : texts) environment.on_warning.Call({Napi::String::New(env, text)});
}

void define_warnings(Napi::Env, Napi::Object exports) { define<on_warning>(exports, "onWarning"); }

}  // namespace retort
