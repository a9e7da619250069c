// The one allocator of CPU tensors: counts what is alive, refuses what would go beyond the limit.
#pragma once

#include <node_api.h>

namespace retort {

struct Environment;

// Puts the counting allocator in place, once for the process.
void install_allocator();
// Tells V8 how much memory the tensors hold, so that it collects handles in time. On the JavaScript thread only.
void report_pressure(napi_env env, Environment& environment);

}  // namespace retort
