// c10d, the ranks of libtorch, and the one place where its releases differ in it. Without USE_C10D_GLOO, which set-up defines where the
// libtorch has the Gloo backend (setup/addon.ts), there are no ranks.
#pragma once

#ifdef USE_C10D_GLOO

#include <torch/csrc/distributed/c10d/FileStore.hpp>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroup.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#include <torch/csrc/distributed/c10d/reducer.hpp>
#include <torch/version.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace retort {

#if TORCH_VERSION_MINOR == 15 && defined(__x86_64__) && defined(__GLIBCXX__)
// As they are with Gloo's own headers: those in gloo-stubs/ must not change the layout.
static_assert(sizeof(c10d::ProcessGroupGloo) == 544);
static_assert(sizeof(c10d::ProcessGroupGloo::Options) == 184);
#endif

// The ranks as one environment sees them. Never destroyed unless they were closed: the destructors wait for what is under way.
struct Group {
  int rank = 0;
  int size = 1;
  c10::intrusive_ptr<c10d::Store> store;
  c10::intrusive_ptr<c10d::ProcessGroupGloo> gloo;

  // Why it is broken; kept by whatever thread was first to see it.
  void fail(const std::string& why) {
    std::lock_guard<std::mutex> lock(mutex_);
    if (!failure_) failure_ = why;
  }
  std::optional<std::string> failure() const {
    std::lock_guard<std::mutex> lock(mutex_);
    return failure_;
  }

 private:
  mutable std::mutex mutex_;
  std::optional<std::string> failure_;
};

Group& group_of(double id);

}  // namespace retort

#endif
