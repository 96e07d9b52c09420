// Runs a test on every instruction set that the kernels are compiled for and this machine has, down to the emulation that
// machines below SSE4 get.
//   on_every_target([] { EXPECT_EQ(...); });
#pragma once

#include <gtest/gtest.h>

#include "nodes/imaging/simd/targets.hpp"
// Highway's order.
#include <hwy/targets.h>

namespace radflow {

template <typename Test>
void on_every_target(const Test& test) {
  hwy::SetSupportedTargetsForTest(0);
  const std::int64_t supported = (hwy::SupportedTargets() & HWY_TARGETS) | HWY_STATIC_TARGET;
  for (std::int64_t rest = supported; rest != 0; rest &= rest - 1) {
    const std::int64_t target = rest & -rest;
    SCOPED_TRACE(hwy::TargetName(target));
    hwy::GetChosenTarget().Update(target);
    test();
  }
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

}  // namespace radflow
