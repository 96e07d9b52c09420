// Counts what this program asks of its allocator: every library's malloc and new, over mimalloc. To be included by the one
// .cpp of a program that is about nothing else, because counting costs.
#pragma once

#include <mimalloc.h>
#include <sys/resource.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <new>

namespace radflow::bench {

struct Memory {
  double allocations = 0, bytes = 0, faults = 0;
};

inline std::atomic<std::uint64_t> allocations{0}, allocated_bytes{0};

template <typename Address>
Address* counted(Address* block, std::size_t size) {
  allocations.fetch_add(1, std::memory_order_relaxed);
  allocated_bytes.fetch_add(size, std::memory_order_relaxed);
  return block;
}

inline Memory memory_now() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  return {double(allocations), double(allocated_bytes), double(used.ru_minflt + used.ru_majflt)};
}

}  // namespace radflow::bench

using radflow::bench::counted;

extern "C" {
void* malloc(std::size_t size) noexcept { return counted(mi_malloc(size), size); }
void* calloc(std::size_t count, std::size_t size) noexcept {
  return counted(mi_calloc(count, size), count * size);
}
void* realloc(void* block, std::size_t size) noexcept { return counted(mi_realloc(block, size), size); }
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  return counted(mi_malloc_aligned(size, alignment), size);
}
void* memalign(std::size_t alignment, std::size_t size) noexcept { return aligned_alloc(alignment, size); }
int posix_memalign(void** block, std::size_t alignment, std::size_t size) noexcept {
  *block = aligned_alloc(alignment, size);
  return *block ? 0 : ENOMEM;
}
void free(void* block) noexcept { mi_free(block); }
}

void* operator new(std::size_t size) { return counted(mi_new(size), size); }
void* operator new[](std::size_t size) { return counted(mi_new(size), size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return counted(mi_new_nothrow(size), size);
}
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return counted(mi_new_nothrow(size), size);
}
void* operator new(std::size_t size, std::align_val_t alignment) {
  return counted(mi_new_aligned(size, static_cast<std::size_t>(alignment)), size);
}
void* operator new[](std::size_t size, std::align_val_t alignment) { return operator new(size, alignment); }
void operator delete(void* block) noexcept { mi_free(block); }
void operator delete[](void* block) noexcept { mi_free(block); }
void operator delete(void* block, std::size_t) noexcept { mi_free(block); }
void operator delete[](void* block, std::size_t) noexcept { mi_free(block); }
void operator delete(void* block, std::align_val_t) noexcept { mi_free(block); }
void operator delete[](void* block, std::align_val_t) noexcept { mi_free(block); }
void operator delete(void* block, std::size_t, std::align_val_t) noexcept { mi_free(block); }
void operator delete[](void* block, std::size_t, std::align_val_t) noexcept { mi_free(block); }
