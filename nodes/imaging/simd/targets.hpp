// How a SIMD kernel is written here: by Google Highway, compiled once for every instruction set below ("target") and
// chosen when it is first called, so that one binary runs on every machine of its architecture. A kernel knows pointers and
// numbers, no OpenCV and no frames, and its .cpp is NAME.cpp:
//
//   #include "nodes/imaging/simd/NAME.hpp"
//   #undef HWY_TARGET_INCLUDE
//   #define HWY_TARGET_INCLUDE "nodes/imaging/simd/NAME.cpp"
//   #include "nodes/imaging/simd/targets.hpp"
//   #include <hwy/foreach_target.h>
//   #include <hwy/highway.h>
//   HWY_BEFORE_NAMESPACE();
//   namespace radflow::HWY_NAMESPACE {
//   namespace {
//   namespace hn = hwy::HWY_NAMESPACE;
//   void name_kernel(...) { ... }                    // compiled for every target
//   }  // namespace
//   }  // namespace radflow::HWY_NAMESPACE
//   HWY_AFTER_NAMESPACE();
//   #if HWY_ONCE
//   namespace radflow {
//   HWY_EXPORT(name_kernel);
//   void name(...) { HWY_DYNAMIC_DISPATCH(name_kernel)(...); }
//   }  // namespace radflow
//   #endif
//
// What to mind: no lambdas around vectors (they lose the target), no arrays of vectors (SVE has none), no assumption that
// MulAdd is fused (on SSE4 it is not). A test runs its kernel on every target by tests/nodes/every_target.hpp.
#pragma once

// The emulation that stands in below SSE4 is safe here though GCC below 12.3 miscompiles some of it (GCC bug 106322, high
// halves of products): the tests run every kernel on it. Highway would fall back to single lanes, for which no kernel is
// written.
#define HWY_BROKEN_EMU128 0

// Core 2 has the emulation, and for Ice Lake's additions no kernel has a use: both would only make every build longer.
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_AVX3_DL)
