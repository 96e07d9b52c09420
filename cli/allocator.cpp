// The allocator: mimalloc, its settings, and what `new` does where it fails.
#include <mimalloc.h>

#include <new>

namespace radflow {
namespace {

// A frame is made on a source's thread and freed on a worker's, so its memory lies idle for some milliseconds at a time.
// mimalloc gives idle pages back to the kernel after 10 ms (25 ms in version 2), and the next frame then faults each page in
// again: 40 faults and 5 to 8 % of the processor's time a frame of 512 KiB. After a second the memory of a pipeline that
// pauses still goes back. mimalloc's own variable in the environment wins.
constexpr int idle_milliseconds = 1000;

const bool set = [] {
#if MI_MALLOC_VERSION < 210
  mi_option_set_default(mi_option_decommit_delay, idle_milliseconds);
#else
  mi_option_set_default(mi_option_purge_delay, idle_milliseconds);
#endif
  return true;
}();

void* or_throw(void* memory) {
  if (!memory) throw std::bad_alloc{};
  return memory;
}

}  // namespace
}  // namespace radflow

// mimalloc's own operators end the process where memory cannot be had, because Debian builds it as C, which has no exceptions.
// A node's std::bad_alloc must become a dead letter. Its `delete` serves these too.
void* operator new(std::size_t size) { return radflow::or_throw(mi_malloc(size)); }
void* operator new[](std::size_t size) { return radflow::or_throw(mi_malloc(size)); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return radflow::or_throw(mi_malloc_aligned(size, static_cast<std::size_t>(alignment)));
}
void* operator new[](std::size_t size, std::align_val_t alignment) {
  return radflow::or_throw(mi_malloc_aligned(size, static_cast<std::size_t>(alignment)));
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return mi_malloc(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return mi_malloc(size); }
void* operator new(std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  return mi_malloc_aligned(size, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t size, std::align_val_t alignment, const std::nothrow_t&) noexcept {
  return mi_malloc_aligned(size, static_cast<std::size_t>(alignment));
}
