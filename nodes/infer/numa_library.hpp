#pragma once

namespace radflow {

// Makes oneTBB's library for NUMA nodes, which OpenVINO asks for when it compiles a network, bear the program's allocator.
// To be called before; any thread. Does nothing where the library is not installed.
//
// oneTBB loads it with RTLD_DEEPBIND, so that hwloc, on which it rests, calls the C library's free() for memory that strdup()
// took from the allocator that serves the program, mimalloc: the process would end with "invalid pointer". A library that is
// in the process already is taken as it is.
void load_numa_library();

}  // namespace radflow
