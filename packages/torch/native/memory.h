// The one allocator of CPU tensors: counts what is alive, refuses what would go beyond the limit.
#pragma once

#include <node_api.h>

#include <cstdint>

namespace retort {

struct Environment;

// Puts the counting allocator in place, once for the process.
void install_allocator();
// Counts what the calling thread allocates from now on for an environment; threads that nobody names count for the first.
void charge_thread(uint8_t tag);
// The bytes that live of those that were counted for an environment.
int64_t bytes_of(uint8_t tag);
// Tells V8 how much memory the environment's tensors hold, so that it collects handles in time. On the JavaScript thread only.
void report_pressure(napi_env env, Environment& environment);

}  // namespace retort
