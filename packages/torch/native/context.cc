// What belongs to the process: version, processor, threads, determinism, random generators.
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/cpu/Utils.h>
#include <torch/version.h>

#include <dlfcn.h>

#include <mutex>

#include "determinism.h"
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

// loadCuda(file): libtorch's CUDA part, which registers its kernels as it is loaded.
Napi::Value load_cuda(const Napi::CallbackInfo& info) {
  const std::string file = info[0].As<Napi::String>();
  if (!dlopen(file.c_str(), RTLD_NOW | RTLD_GLOBAL)) throw std::runtime_error(dlerror());
  return info.Env().Undefined();
}

Napi::Value cuda_device_count(const Napi::CallbackInfo& info) {
  const int count = at::hasCUDA() ? at::globalContext().getAcceleratorHooksInterface(at::kCUDA).deviceCount() : 0;
  return Napi::Number::New(info.Env(), count);
}

Napi::Value get_num_threads(const Napi::CallbackInfo& info) { return Napi::Number::New(info.Env(), at::get_num_threads()); }

Napi::Value set_num_threads(const Napi::CallbackInfo& info) {
  at::set_num_threads(info[0].As<Napi::Number>().Int32Value());
  return info.Env().Undefined();
}

Napi::Value set_deterministic(const Napi::CallbackInfo& info) {
  ask_for_determinism(info[0].As<Napi::Boolean>().Value());
  return info.Env().Undefined();
}

Napi::Value is_deterministic(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), at::globalContext().deterministicAlgorithms());
}

// claimDeterminism(on): one claim of this thread more, or less.
Napi::Value claim_determinism_here(const Napi::CallbackInfo& info) {
  const int more = info[0].As<Napi::Boolean>().Value() ? 1 : -1;
  environment(info.Env()).determinism_claims += more;
  claim_determinism(more);
  return info.Env().Undefined();
}

uint64_t seed_of(const Napi::Value& value) {
  bool lossless = true;
  const uint64_t seed = value.As<Napi::BigInt>().Uint64Value(&lossless);
  TORCH_CHECK(lossless, "a seed has 64 bits");
  return seed;
}

// generator(seed or null, device): a handle; null is the device's default generator.
Napi::Value generator(const Napi::CallbackInfo& info) {
  const c10::Device device(info[1].As<Napi::String>().Utf8Value());
  const bool fresh = info[0].IsBigInt();
  at::Generator generator;
  if (device.is_cpu()) {
    generator = fresh ? at::make_generator<at::CPUGeneratorImpl>(seed_of(info[0])) : at::detail::getDefaultCPUGenerator();
  } else {
    TORCH_CHECK(device.is_cuda() && at::hasCUDA(), "there are no random generators on ", device, " here");
    const auto& hooks = at::globalContext().getAcceleratorHooksInterface(device.type());
    generator = fresh ? hooks.getNewGenerator(device.index()) : hooks.getDefaultGenerator(device.index());
    if (fresh) generator.set_current_seed(seed_of(info[0]));
  }
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
  define<load_cuda>(exports, "loadCuda");
  define<cuda_device_count>(exports, "cudaDeviceCount");
  define<get_num_threads>(exports, "getNumThreads");
  define<set_num_threads>(exports, "setNumThreads");
  define<set_deterministic>(exports, "setDeterministic");
  define<is_deterministic>(exports, "isDeterministic");
  define<claim_determinism_here>(exports, "claimDeterminism");
  define<generator>(exports, "generator");
  define<seed_generator>(exports, "seedGenerator");
  define<generator_state>(exports, "generatorState");
  define<set_generator_state>(exports, "setGeneratorState");
}

}  // namespace retort
