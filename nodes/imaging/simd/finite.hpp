// Whether floats are finite.
#pragma once

#include <cstddef>

namespace radflow {

bool all_finite(const float* values, std::size_t count);

}  // namespace radflow
