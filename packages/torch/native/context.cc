// What belongs to the process: version, processor, threads, determinism, random generators.
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/cpu/Utils.h>
#include <torch/version.h>

#include <mutex>

#include "environment.h"

namespace retort {
namespace {

Napi::Value version(const Napi::CallbackInfo& info) { return Napi::String::New(info.Env(), TORCH_VERSION); }

// capabilities(): what libtorch knows of the processor, e.g. {avx2: true, avx512_bf16: false, amx_bf16: false}
Napi::Value capabilities(const Napi::CallbackInfo& info) {
  auto result = Napi::Object::New(info.Env());
  for (const auto& [name, value] : at::cpu::get_cpu_capabilities()) {
    if (value.isBool()) result.Set(name, value.toBool());
    else if (value.isInt()) result.Set(name, static_cast<double>(value.toInt()));
    else if (value.isString()) result.Set(name, value.toStringRef());
  }
  result.Set("vectorized", at::get_cpu_capability());
  return result;
}

Napi::Value cuda_is_available(const Napi::CallbackInfo& info) { return Napi::Boolean::New(info.Env(), at::hasCUDA()); }

Napi::Value get_num_threads(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), at::get_num_threads()); }

Napi::Value set_num_threads(const Napi::CallbackInfo& info) {
  at::set_num_threads(info[0].As<Napi::Number>().Int32Value());
  return info.Env().Undefined();
}

// As torch.use_deterministic_algorithms, with mkldnn's own flag, and without its filling of fresh memory, which costs time and
// changes no result of a sound program.
Napi::Value set_deterministic(const Napi::CallbackInfo& info) {
  const bool on = info[0].As<Napi::Boolean>().Value();
  at::globalContext().setDeterministicAlgorithms(on, false);
  at::globalContext().setDeterministicMkldnn(on);
  at::globalContext().setDeterministicFillUninitializedMemory(false);
  return info.Env().Undefined();
}

uint64_t seed_of(const Napi::Value& value) {
  bool lossless = true;
  const uint64_t seed = value.As<Napi::BigInt>().Uint64Value(&lossless);
  TORCH_CHECK(lossless, "a seed has 64 bits");
  return seed;
}

// generator(seed or null): a handle; null is the process's default generator.
Napi::Value generator(const Napi::CallbackInfo& info) {
  at::Generator generator = info[0].IsBigInt() ? at::make_generator<at::CPUGeneratorImpl>(seed_of(info[0])) : at::detail::getDefaultCPUGenerator();
  return Napi::Number::New(info.Env(), environment(info.Env()).handles.add(generator));
}

at::Generator generator_of(const Napi::CallbackInfo& info) {
  const auto& value = environment(info.Env()).handles.get(info[0].As<Napi::Number>().DoubleValue());
  TORCH_CHECK(value.isGenerator(), "expected a generator");
  return value.toGenerator();
}

Napi::Value seed_generator(const Napi::CallbackInfo& info) {
  auto generator = generator_of(info);
  std::lock_guard<std::mutex> lock(generator.mutex());
  generator.set_current_seed(seed_of(info[1]));
  return info.Env().Undefined();
}

Napi::Value generator_state(const Napi::CallbackInfo& info) {
  auto generator = generator_of(info);
  std::lock_guard<std::mutex> lock(generator.mutex());
  return Napi::Number::New(info.Env(), environment(info.Env()).handles.add(generator.get_state()));
}

Napi::Value set_generator_state(const Napi::CallbackInfo& info) {
  auto generator = generator_of(info);
  const at::Tensor& state = environment(info.Env()).handles.tensor(info[1].As<Napi::Number>().DoubleValue());
  std::lock_guard<std::mutex> lock(generator.mutex());
  generator.set_state(state);
  return info.Env().Undefined();
}

}  // namespace

void define_context(Napi::Env, Napi::Object exports) {
  define<version>(exports, "version");
  define<capabilities>(exports, "capabilities");
  define<cuda_is_available>(exports, "cudaIsAvailable");
  define<get_num_threads>(exports, "getNumThreads");
  define<set_num_threads>(exports, "setNumThreads");
  define<set_deterministic>(exports, "setDeterministic");
  define<generator>(exports, "generator");
  define<seed_generator>(exports, "seedGenerator");
  define<generator_state>(exports, "generatorState");
  define<set_generator_state>(exports, "setGeneratorState");
}

}  // namespace retort
