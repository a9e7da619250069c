// The addon: libtorch's dispatcher, autograd and context for JavaScript. Each part lists its own functions.
#include <mutex>

#include "boxes.h"
#include "environment.h"
#include "memory.h"
#include "operators.h"
#include "warnings.h"

namespace {

void initialize(Napi::Env env, Napi::Object exports) {
  static std::once_flag once;
  std::call_once(once, [] {
    retort::install_allocator();
    retort::register_operators();
  });
  retort::collect_warnings();
  env.SetInstanceData(new retort::Environment(env));
  retort::define_operators(env, exports);
  retort::define_tensors(env, exports);
  retort::define_autograd(env, exports);
  retort::define_modes(env, exports);
  retort::define_hooks(env, exports);
  retort::define_custom_functions(env, exports);
  retort::define_memory(env, exports);
  retort::define_context(env, exports);
  retort::define_files(env, exports);
  retort::define_warnings(env, exports);
  retort::define_products(env, exports);
  retort::define_profile(env, exports);
  retort::define_distributed(env, exports);
}

}  // namespace

NAPI_MODULE_INIT() {
  return retort::guarded(env, [&] {
    initialize(env, Napi::Object(env, exports));
    return exports;
  });
}
