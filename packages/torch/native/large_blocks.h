// Large blocks of memory, each in a mapping of its own, which is kept when it is freed.
#pragma once

#include <cstddef>

namespace retort {

// From how many bytes on a block is a large one. What is smaller is malloc's.
constexpr size_t kLargeBlock = 1 << 20;

// A block of so many bytes, aligned to 64; null where the system has no memory.
void* take_large(size_t bytes);
// Gives it back, from any thread.
void give_large(void* block);
// Of how many bytes at most some are kept, and from which on blocks are hardly larger than asked for. What lives is not counted against it.
void limit_large(size_t bytes);

}  // namespace retort
