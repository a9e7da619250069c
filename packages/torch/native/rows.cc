#include "rows.h"

#include <ATen/Version.h>

#include <cstring>
#include <string>

namespace retort {
namespace {

#define RETORT_INLINE inline __attribute__((always_inline))

// The compiler makes of it what the function has that it is inlined into: one register of AVX-512, two of AVX2, four of SSE.
template <typename T>
struct RowVector {
  static constexpr int64_t kWidth = 64 / sizeof(T);
  typedef T Lanes __attribute__((vector_size(64)));
  Lanes lanes;

  static RETORT_INLINE RowVector load(const T* from) {
    RowVector loaded;
    std::memcpy(&loaded.lanes, from, sizeof(Lanes));
    return loaded;
  }
  RETORT_INLINE void store(T* to) const { std::memcpy(to, &lanes, sizeof(Lanes)); }
};

// `count` vectors are kept in registers while the rows pass.
template <int kCount, typename T>
RETORT_INLINE void gather_block(const T* from, const WeightedRows<T>& rows, T* result) {
  RowVector<T> sums[kCount];
  for (auto& sum : sums) sum.lanes = typename RowVector<T>::Lanes{};
  for (int64_t row = 0; row < rows.count; ++row) {
    const T* const at = from + rows.offsets[row];
    const T weight = rows.weights[row];
    for (int i = 0; i < kCount; ++i) sums[i].lanes += RowVector<T>::load(at + i * RowVector<T>::kWidth).lanes * weight;
  }
  for (int i = 0; i < kCount; ++i) sums[i].store(result + i * RowVector<T>::kWidth);
}

template <typename T>
RETORT_INLINE void gather_vectors(const T* from, const WeightedRows<T>& rows, T* result, int64_t length) {
  constexpr int64_t kWidth = RowVector<T>::kWidth;
  int64_t at = 0;
  for (; at + 4 * kWidth <= length; at += 4 * kWidth) gather_block<4>(from + at, rows, result + at);
  for (; at + kWidth <= length; at += kWidth) gather_block<1>(from + at, rows, result + at);
  for (; at < length; ++at) {
    T sum = 0;
    for (int64_t row = 0; row < rows.count; ++row) sum += from[rows.offsets[row] + at] * rows.weights[row];
    result[at] = sum;
  }
}

template <int kCount, typename T>
RETORT_INLINE void scatter_block(const T* given, const WeightedRows<T>& rows, T* to) {
  RowVector<T> parts[kCount];
  for (int i = 0; i < kCount; ++i) parts[i] = RowVector<T>::load(given + i * RowVector<T>::kWidth);
  for (int64_t row = 0; row < rows.count; ++row) {
    T* const at = to + rows.offsets[row];
    const T weight = rows.weights[row];
    for (int i = 0; i < kCount; ++i) {
      auto sum = RowVector<T>::load(at + i * RowVector<T>::kWidth);
      sum.lanes += parts[i].lanes * weight;
      sum.store(at + i * RowVector<T>::kWidth);
    }
  }
}

template <typename T>
RETORT_INLINE void scatter_vectors(const T* given, const WeightedRows<T>& rows, T* to, int64_t length) {
  constexpr int64_t kWidth = RowVector<T>::kWidth;
  int64_t at = 0;
  for (; at + 4 * kWidth <= length; at += 4 * kWidth) scatter_block<4>(given + at, rows, to + at);
  for (; at + kWidth <= length; at += kWidth) scatter_block<1>(given + at, rows, to + at);
  for (; at < length; ++at)
    for (int64_t row = 0; row < rows.count; ++row) to[rows.offsets[row] + at] += given[at] * rows.weights[row];
}

template <typename T>
using RowKernel = void (*)(const T* from, const WeightedRows<T>& rows, T* to, int64_t length);

template <typename T>
struct RowKernels {
  RowKernel<T> gathered, scattered;
};

template <typename T>
struct PlainRows {
  static void gathered(const T* from, const WeightedRows<T>& rows, T* result, int64_t length) { gather_vectors(from, rows, result, length); }
  static void scattered(const T* given, const WeightedRows<T>& rows, T* to, int64_t length) { scatter_vectors(given, rows, to, length); }
};

#if defined(__x86_64__)
#define RETORT_AVX2 __attribute__((target("avx2,fma")))
#define RETORT_AVX512 __attribute__((target("avx512f")))

template <typename T>
struct Avx2Rows {
  RETORT_AVX2 static void gathered(const T* from, const WeightedRows<T>& rows, T* result, int64_t length) { gather_vectors(from, rows, result, length); }
  RETORT_AVX2 static void scattered(const T* given, const WeightedRows<T>& rows, T* to, int64_t length) { scatter_vectors(given, rows, to, length); }
};

template <typename T>
struct Avx512Rows {
  RETORT_AVX512 static void gathered(const T* from, const WeightedRows<T>& rows, T* result, int64_t length) { gather_vectors(from, rows, result, length); }
  RETORT_AVX512 static void scattered(const T* given, const WeightedRows<T>& rows, T* to, int64_t length) { scatter_vectors(given, rows, to, length); }
};
#endif

// As libtorch chose for its own, so that ATEN_CPU_CAPABILITY holds here too.
template <typename T>
const RowKernels<T>& row_kernels() {
  static const RowKernels<T> chosen = [] {
#if defined(__x86_64__)
    const std::string capability = at::get_cpu_capability();
    if (capability == "AVX512") return RowKernels<T>{Avx512Rows<T>::gathered, Avx512Rows<T>::scattered};
    if (capability == "AVX2") return RowKernels<T>{Avx2Rows<T>::gathered, Avx2Rows<T>::scattered};
#endif
    return RowKernels<T>{PlainRows<T>::gathered, PlainRows<T>::scattered};
  }();
  return chosen;
}

}  // namespace

void gather_rows(const float* from, const WeightedRows<float>& rows, float* result, int64_t length) {
  row_kernels<float>().gathered(from, rows, result, length);
}
void gather_rows(const double* from, const WeightedRows<double>& rows, double* result, int64_t length) {
  row_kernels<double>().gathered(from, rows, result, length);
}
void scatter_rows(const float* given, const WeightedRows<float>& rows, float* to, int64_t length) {
  row_kernels<float>().scattered(given, rows, to, length);
}
void scatter_rows(const double* given, const WeightedRows<double>& rows, double* to, int64_t length) {
  row_kernels<double>().scattered(given, rows, to, length);
}

}  // namespace retort
