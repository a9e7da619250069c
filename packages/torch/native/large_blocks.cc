#include "large_blocks.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <limits>
#include <list>
#include <map>
#include <mutex>
#include <new>

namespace retort {
namespace {

// A training loop asks for the same sizes in each step. From malloc's heap, blocks of a hundred sizes leave gaps between them (in a step of
// MobileNetV2 half as much again as its tensors have); returned to the kernel, they are faulted in anew by each step. So what is freed is kept
// for the next that fits in it, as long as all that is mapped is little more than the most that was alive of late.
constexpr size_t kPage = 4096;
constexpr size_t kKeptAtLeast = size_t{64} << 20;
// How much larger than asked for a block may be: batches of texts have another length in each step.
constexpr size_t kSlack = 2;
// While no more than this part of the memory limit is mapped: where it is nearer, blocks fit, for what they are larger counts to the system and not
// to the limit.
constexpr size_t kLoose = 4;
// By this part they may be larger even there: a mapping that is made a little smaller must be made larger again for the next.
constexpr size_t kFits = 16;
// What is of late: the present era and the one before. An era ends when so many times the most that lived in it has been asked for, which is
// more than a training step does.
constexpr size_t kEra = 8;
// From here on, two or more of the kernel's huge pages are likely to lie in a mapping: a twentieth of a step of MobileNetV2.
constexpr size_t kHuge = size_t{4} << 20;

// A mapping begins with this, at one of many places in its first page: what lies a multiple of a page apart is the same to a processor that looks
// whether a load waits for a store.
struct alignas(64) Mapping {
  uint8_t* base;
  size_t size;
};
constexpr size_t kColour = 5 * sizeof(Mapping);
static_assert(kPage % sizeof(Mapping) == 0);

class LargeBlocks {
 public:
  // A mapping of so many bytes or more; one of none where the system has no memory.
  Mapping take(size_t size) {
    const std::lock_guard lock(mutex_);
    const Mapping mapping = found(size);
    live_ += mapping.size;
    if (mapping.base) note(size);
    return mapping;
  }

  // Tensors are freed in destructors, which may not throw: where the system has no memory for what is kept of a mapping, it is not kept.
  void give(Mapping mapping) noexcept {
    const std::lock_guard lock(mutex_);
    live_ -= mapping.size;
    try {
      keep(mapping);
    } catch (const std::bad_alloc&) {
      munmap(mapping.base, mapping.size);
    }
    trim(bound());
  }

  void limit(size_t bytes) {
    const std::lock_guard lock(mutex_);
    limit_ = bytes;
    trim(bound());
  }

 private:
  using ByAge = std::list<Mapping>;
  using BySize = std::multimap<size_t, ByAge::iterator>;

  Mapping found(size_t size) {
    if (const auto least = by_size_.lower_bound(size); least != by_size_.end() && fits(least->first, size)) return remove(least);
    const size_t bytes = bound(live_ + size);
    const bool is_full = live_ + size + kept_ > bytes;
    Mapping mapping = is_full ? resized(size) : Mapping{};
    trim(bytes - std::min(bytes, size));
    if (!mapping.base) mapping = mapped(size);
    if (mapping.base) return mapping;
    trim(0);
    return mapped(size);
  }

  bool fits(size_t mapped, size_t size) const {
    return mapped <= size + size / kFits || (mapped <= kSlack * size && live_ + mapped <= limit_ / kLoose);
  }

  // After so many bytes were taken. What was asked for and not there is no part of what lived.
  void note(size_t size) {
    asked_ += size;
    most_now_ = std::max(most_now_, live_);
    if (asked_ <= kEra * most()) return;
    most_before_ = most_now_;
    most_now_ = live_;
    asked_ = 0;
  }

  size_t most() const { return std::max(most_before_, most_now_); }

  // How much may be mapped, where so many bytes live.
  size_t bound(size_t living = 0) const {
    const size_t bytes = std::max(most(), living);
    return std::min(std::max(bytes + bytes / 4, kKeptAtLeast), limit_);
  }

  void keep(const Mapping& mapping) {
    ByAge youngest{mapping};
    by_size_.emplace(mapping.size, youngest.begin());
    // Nothing throws from here on.
    by_age_.splice(by_age_.end(), youngest);
    kept_ += mapping.size;
  }

  Mapping remove(BySize::iterator kept) {
    const Mapping mapping = *kept->second;
    by_age_.erase(kept->second);
    by_size_.erase(kept);
    kept_ -= mapping.size;
    return mapping;
  }

  // One of another size: the kernel moves pages in a small part of the time in which it clears new ones.
  Mapping resized(size_t size) {
    if (by_size_.empty()) return {};
    const auto larger = by_size_.upper_bound(size);
    const Mapping mapping = remove(larger == by_size_.end() ? std::prev(larger) : larger);
    void* base = mremap(mapping.base, mapping.size, size, MREMAP_MAYMOVE);
    if (base != MAP_FAILED) return {static_cast<uint8_t*>(base), size};
    munmap(mapping.base, mapping.size);
    return {};
  }

  static Mapping mapped(size_t size) {
    void* base = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base == MAP_FAILED) return {};
    if (size >= kHuge) madvise(base, size, MADV_HUGEPAGE);
    return {static_cast<uint8_t*>(base), size};
  }

  // Lets go what was freed first, until no more than so many bytes live or are kept.
  void trim(size_t bytes) {
    while (kept_ > 0 && live_ + kept_ > bytes) {
      // Of one size the oldest comes first.
      const Mapping mapping = remove(by_size_.lower_bound(by_age_.front().size));
      munmap(mapping.base, mapping.size);
    }
  }

  std::mutex mutex_;
  ByAge by_age_;
  BySize by_size_;
  size_t live_ = 0, kept_ = 0, asked_ = 0, most_now_ = 0, most_before_ = 0;
  size_t limit_ = std::numeric_limits<size_t>::max();
};

// Never destroyed: tensors may be freed while the process ends.
LargeBlocks& blocks() {
  static auto* blocks = new LargeBlocks;
  return *blocks;
}

}  // namespace

void* take_large(size_t bytes) {
  const Mapping mapping = blocks().take((bytes + kPage - 1) / kPage * kPage + kPage);
  if (!mapping.base) return nullptr;
  const size_t place = reinterpret_cast<uintptr_t>(mapping.base) / kPage * kColour % (kPage - sizeof(Mapping));
  return new (mapping.base + place) Mapping{mapping} + 1;
}

void give_large(void* block) { blocks().give(*(static_cast<Mapping*>(block) - 1)); }

void limit_large(size_t bytes) { blocks().limit(bytes); }

}  // namespace retort
