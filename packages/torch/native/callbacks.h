// JavaScript functions that libtorch's graph holds: hooks, and the backward of custom functions. The graph has a number for each; the
// references are here, made and dropped on JavaScript's thread only, while nodes of the graph die on any thread and at any time, also
// after the environment.
#pragma once

#include <ATen/core/Tensor.h>
#include <node_api.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include "crossing.h"

namespace retort {

struct Environment;

// Counts while it lives.
class Counted {
 public:
  explicit Counted(std::atomic<int>& count) : count_(count) { ++count_; }
  ~Counted() { --count_; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

 private:
  std::atomic<int>& count_;
};

// The functions of one environment.
class Callbacks {
 public:
  Callbacks(napi_env env, Environment& environment);
  // On JavaScript's thread.
  uint64_t add(napi_value function);
  void remove(uint64_t id);
  bool has(uint64_t id) const { return functions_.contains(id); }
  size_t size();
  void close();
  // On any thread: the graph has let go of the function.
  void drop(uint64_t id);
  // The function's results for the tensors; none if it has been removed. On JavaScript's thread.
  std::vector<at::Tensor> call(uint64_t id, const std::vector<at::Tensor>& tensors, const std::vector<bool>& flags);

  Crossing& crossing() { return *crossing_; }

  // How many runs of the engine, and of hooks on an accumulated gradient, are under way.
  std::atomic<int> engines{0};
  std::atomic<int> accumulating{0};
  // Tests ask for the way that CUDA needs where there is none.
  bool always_away = false;

 private:
  void remove_dropped();

  napi_env env_;
  Environment& environment_;
  std::unordered_map<uint64_t, napi_ref> functions_;
  uint64_t next_ = 1;
  std::mutex mutex_;
  std::vector<uint64_t> dropped_;
  std::shared_ptr<Crossing> crossing_;
};

// One function, as the graph holds it.
class Callback {
 public:
  Callback(std::shared_ptr<Callbacks> owner, napi_value function) : owner_(std::move(owner)), id_(owner_->add(function)) {}
  ~Callback() { owner_->drop(id_); }
  Callback(const Callback&) = delete;
  Callback& operator=(const Callback&) = delete;

  uint64_t id() const { return id_; }
  bool removed() const { return !owner_->has(id_); }  // on JavaScript's thread
  // From any thread of the engine.
  std::vector<at::Tensor> call(const std::vector<at::Tensor>& tensors, const std::vector<bool>& flags = {}) const;

 private:
  std::shared_ptr<Callbacks> owner_;
  uint64_t id_;
};

}  // namespace retort
