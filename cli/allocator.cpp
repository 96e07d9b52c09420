// The allocator's settings. A frame is made on a source's thread and freed on a worker's, so its memory lies idle for some
// milliseconds at a time. mimalloc gives idle pages back to the kernel after 10 ms (25 ms in version 2), and the next frame
// then faults each page in again: 40 faults and 5 to 8 % of the processor's time a frame of 512 KiB. After a second the
// memory of a pipeline that pauses still goes back. mimalloc's own variable in the environment wins.
#include <mimalloc.h>

namespace radflow {
namespace {

constexpr int idle_milliseconds = 1000;

const bool set = [] {
#if MI_MALLOC_VERSION < 210
  mi_option_set_default(mi_option_decommit_delay, idle_milliseconds);
#else
  mi_option_set_default(mi_option_purge_delay, idle_milliseconds);
#endif
  return true;
}();

}  // namespace
}  // namespace radflow
