#include "memory.h"

#include <c10/core/CPUAllocator.h>
#include <c10/core/impl/alloc_cpu.h>
#include <c10/util/Exception.h>

#include <malloc.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>

#include "environment.h"
#include "large_blocks.h"

namespace retort {
namespace {

// Each block starts with its size and whom it was counted for; 64 bytes keep the data as aligned as libtorch's own allocator does.
struct alignas(64) Header {
  size_t size;
  uint8_t tag;
};
constexpr int64_t kReportStep = 4 << 20;

// With RETORT_CHECK_MEMORY (for tests) each tensor lies between guards, which are looked at when it is freed: a kernel that wrote beyond
// it ends the process there, with a sentence, and not somewhere later. Guards and fresh memory are filled with a byte of which every
// float is NaN, so that what a kernel reads there shows in its result. Unlike AddressSanitizer it sees what generated code does.
constexpr size_t kGuard = 4096;
constexpr uint8_t kUnwritten = 0xFF;
const size_t guard_bytes = std::getenv("RETORT_CHECK_MEMORY") ? kGuard : 0;

void check_guard(const uint8_t* start, const char* side, size_t size) {
  if (std::all_of(start, start + guard_bytes, [](uint8_t byte) { return byte == kUnwritten; })) return;
  std::fprintf(stderr, "memory %s a tensor of %zu bytes was written to (RETORT_CHECK_MEMORY)\n", side, size);
  std::abort();
}

std::atomic<int64_t> live{0};
std::atomic<int64_t> peak{0};
std::atomic<int64_t> limit{std::numeric_limits<int64_t>::max()};

// What lives of each environment, whichever thread frees it. A cache line each: workers allocate at the same time.
struct alignas(64) Account {
  std::atomic<int64_t> bytes{0};
};
Account accounts[256];
thread_local uint8_t charged = 0;

// Small blocks are kept by the thread that freed them: malloc takes as long for an aligned one as an operator on it does.
class SmallBlocks {
 public:
  SmallBlocks() = default;
  SmallBlocks(const SmallBlocks&) = delete;
  SmallBlocks& operator=(const SmallBlocks&) = delete;
  ~SmallBlocks() {
    for (auto& kept : blocks_)
      for (; kept.count > 0; --kept.count) c10::free_cpu(kept.blocks[kept.count - 1]);
    is_open_ = false;
  }

  // A block for so many bytes in all.
  static void* take(size_t bytes) {
    const size_t units = (bytes + kUnit - 1) / kUnit;
    if (units > kMostUnits) return c10::alloc_cpu(bytes);
    if (is_open_ && own_.blocks_[units].count > 0) return own_.blocks_[units].blocks[--own_.blocks_[units].count];
    return c10::alloc_cpu(units * kUnit);
  }

  static void give(void* block, size_t bytes) {
    const size_t units = (bytes + kUnit - 1) / kUnit;
    if (units > kMostUnits || !is_open_ || own_.blocks_[units].count == kKept) return c10::free_cpu(block);
    own_.blocks_[units].blocks[own_.blocks_[units].count++] = block;
  }

 private:
  static constexpr size_t kUnit = 64, kMostUnits = 16, kKept = 128;
  struct Kept {
    size_t count = 0;
    void* blocks[kKept];
  };
  Kept blocks_[kMostUnits + 1];
  // False once the thread has ended, while what it leaves is freed; and under AddressSanitizer, which is to see each block freed.
  static thread_local bool is_open_;
  static thread_local SmallBlocks own_;
};

#ifdef __SANITIZE_ADDRESS__
thread_local bool SmallBlocks::is_open_ = false;
#else
thread_local bool SmallBlocks::is_open_ = true;
#endif
thread_local SmallBlocks SmallBlocks::own_;

// AddressSanitizer is to see each block freed.
#ifdef __SANITIZE_ADDRESS__
constexpr size_t kLarge = std::numeric_limits<size_t>::max();
#else
constexpr size_t kLarge = kLargeBlock;
#endif

std::string mebibytes(int64_t bytes) { return std::to_string(bytes >> 20) + " MiB"; }

void* take_block(size_t bytes) {
  if (bytes < kLarge) return SmallBlocks::take(bytes);
  if (void* block = take_large(bytes)) return block;
  throw c10::OutOfMemoryError({__func__, __FILE__, __LINE__},
                              "out of memory: the system has no " + mebibytes(static_cast<int64_t>(bytes)) +
                                  " more. Free tensors with scope() or using, or let batches be smaller.");
}

void give_block(void* block, size_t bytes) { bytes < kLarge ? SmallBlocks::give(block, bytes) : give_large(block); }

void release(void* data) {
  if (!data) return;
  auto* bytes = static_cast<uint8_t*>(data);
  auto* header = reinterpret_cast<Header*>(bytes - guard_bytes) - 1;
  const auto size = static_cast<int64_t>(header->size);
  if (guard_bytes) {
    check_guard(bytes - guard_bytes, "before", header->size);
    check_guard(bytes + header->size, "after", header->size);
  }
  live.fetch_sub(size, std::memory_order_relaxed);
  accounts[header->tag].bytes.fetch_sub(size, std::memory_order_relaxed);
  give_block(header, sizeof(Header) + guard_bytes + header->size + guard_bytes);
}

class CountingAllocator final : public c10::Allocator {
 public:
  c10::DataPtr allocate(size_t size) override {
    if (size == 0) return {nullptr, nullptr, &release, c10::Device(c10::kCPU)};
    const auto wanted = static_cast<int64_t>(size);
    const int64_t bound = limit.load(std::memory_order_relaxed);
    const int64_t before = live.fetch_add(wanted, std::memory_order_relaxed);
    if (wanted < 0 || before > bound - wanted) {
      live.fetch_sub(wanted, std::memory_order_relaxed);
      // Written without TORCH_CHECK: the reader wants the cure, not a source line.
      throw c10::OutOfMemoryError(
          {__func__, __FILE__, __LINE__},
          "out of memory: " + mebibytes(wanted) + " more would pass the limit of " + mebibytes(bound) + " (" + mebibytes(before) +
              " are in use). Free tensors with scope() or using, or await between steps; setMemoryLimit() moves the limit.");
    }
    void* block;
    try {
      block = take_block(sizeof(Header) + guard_bytes + size + guard_bytes);
    } catch (...) {
      live.fetch_sub(wanted, std::memory_order_relaxed);
      throw;
    }
    auto* header = new (block) Header{size, charged};
    accounts[charged].bytes.fetch_add(wanted, std::memory_order_relaxed);
    for (int64_t seen = peak.load(std::memory_order_relaxed); before + wanted > seen;) {
      if (peak.compare_exchange_weak(seen, before + wanted, std::memory_order_relaxed)) break;
    }
    auto* after = reinterpret_cast<uint8_t*>(header + 1);
    if (guard_bytes) std::memset(after, kUnwritten, guard_bytes + size + guard_bytes);
    void* data = after + guard_bytes;
    return {data, data, &release, c10::Device(c10::kCPU)};
  }
  c10::DeleterFnPtr raw_deleter() const override { return &release; }
  void copy_data(void* to, const void* from, std::size_t count) const override { default_copy_data(to, from, count); }
};

// memory(): [handles of this environment, live bytes, peak bytes, limit, bytes that V8 was told of]
Napi::Value memory(const Napi::CallbackInfo& info) {
  auto result = Napi::Array::New(info.Env(), 5);
  result.Set(0u, static_cast<double>(environment(info.Env()).handles.live()));
  result.Set(1u, static_cast<double>(live.load()));
  result.Set(2u, static_cast<double>(peak.load()));
  result.Set(3u, static_cast<double>(limit.load()));
  result.Set(4u, static_cast<double>(environment(info.Env()).reported_bytes));
  return result;
}

Napi::Value set_memory_limit(const Napi::CallbackInfo& info) {
  limit = info[0].As<Napi::Number>().Int64Value();
  limit_large(static_cast<size_t>(std::max<int64_t>(limit, 0)));
  return info.Env().Undefined();
}

Napi::Value reset_peak(const Napi::CallbackInfo& info) {
  peak = live.load();
  return info.Env().Undefined();
}

}  // namespace

void install_allocator() {
#ifdef __GLIBC__
  // Large blocks of others than tensors, as the scratch memory of kernels: left to itself, glibc returns them to the kernel as they are freed
  // and faults them in anew at the next step. The loop asks for the same sizes each time, so up to a gigabyte is kept.
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  // Glibc takes no higher threshold, and a batch of 64 photographs has 37 MiB.
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
#endif
  static CountingAllocator allocator;
  c10::SetCPUAllocator(&allocator, 100);
}

void charge_thread(uint8_t tag) { charged = tag; }

int64_t bytes_of(uint8_t tag) { return accounts[tag].bytes.load(std::memory_order_relaxed); }

void report_pressure(napi_env env, Environment& environment) {
  const int64_t now = bytes_of(environment.tag);
  const int64_t change = now - environment.reported_bytes;
  if (change < kReportStep && change > -kReportStep) return;
  environment.reported_bytes = now;
  int64_t adjusted;
  napi_adjust_external_memory(env, change, &adjusted);
}

void define_memory(Napi::Env, Napi::Object exports) {
  define<memory>(exports, "memory");
  define<set_memory_limit>(exports, "setMemoryLimit");
  define<reset_peak>(exports, "resetPeak");
}

}  // namespace retort
