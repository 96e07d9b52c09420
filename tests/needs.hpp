// RADFLOW_NEEDS("decode/dicom"): skips a test in a build without that family of nodes.
#pragma once

#include <gtest/gtest.h>

#include "graph/left_out.hpp"

#define RADFLOW_NEEDS(family)                                                                  \
  if (const std::string missing = radflow::family_left_out("nodes/" family); !missing.empty()) \
  GTEST_SKIP() << missing
