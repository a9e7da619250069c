// Tasks on libtorch's own threads.
#pragma once

#include <ATen/TensorIterator.h>
#include <ATen/ops/from_blob.h>
#include <c10/util/FunctionRef.h>

#include <cstdint>
#include <numeric>
#include <vector>

namespace retort {

// Calls `body` with every number below `tasks`, in runs of them that follow one another, each on a thread; what it throws arrives here. libtorch's
// parallel_for is a template that is serial without OpenMP, with which the addon is not compiled: that would bring threads of its own, beside those of
// libtorch. The loop of a TensorIterator is compiled in libtorch.
inline void in_parallel(int64_t tasks, c10::function_ref<void(int64_t)> body) {
  if (tasks < 1) return;
  std::vector<int64_t> numbers(tasks);
  std::iota(numbers.begin(), numbers.end(), 0);
  const at::Tensor each = at::from_blob(numbers.data(), {tasks}, at::kLong);
  auto over = at::TensorIterator::borrowing_nullary_op(each);
  over.for_each(
      [&](char** data, const int64_t* strides, int64_t count) {
        for (int64_t i = 0; i < count; ++i) body(*reinterpret_cast<const int64_t*>(data[0] + i * strides[0]));
      },
      1);
}

}  // namespace retort
