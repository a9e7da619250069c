// libtorch's warnings, which would otherwise go to standard error in its own form, as warnings of the process.
#pragma once

#include <napi.h>

namespace retort {

struct Environment;

// Warnings of this thread are collected from now on.
void collect_warnings();
// Hands what has been collected on this thread to JavaScript; costs nothing where there is nothing.
void deliver_warnings(napi_env env, Environment& environment);

}  // namespace retort
