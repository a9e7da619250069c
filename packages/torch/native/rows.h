// Weighted sums of rows of numbers, such as the channels of pixels, by the vectors that libtorch itself uses on this processor.
#pragma once

#include <cstdint>

namespace retort {

// Rows within one piece of memory, each with a weight.
template <typename T>
struct WeightedRows {
  const int64_t* offsets;
  const T* weights;
  int64_t count;
};

// result[i] = sum over rows of weight * from[offset + i], for i below `length`.
void gather_rows(const float* from, const WeightedRows<float>& rows, float* result, int64_t length);
void gather_rows(const double* from, const WeightedRows<double>& rows, double* result, int64_t length);

// to[offset + i] += weight * given[i] for every row in turn.
void scatter_rows(const float* given, const WeightedRows<float>& rows, float* to, int64_t length);
void scatter_rows(const double* given, const WeightedRows<double>& rows, double* to, int64_t length);

}  // namespace retort
