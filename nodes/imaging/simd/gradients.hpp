// How long gradients are and where they point.
#pragma once

#include <cstddef>

namespace radflow {

// length[i]: of (across[i], down[i]), to the last bit the root of the sum of their squares. place[i]: the angle without its
// sign, from 0 to 180 degrees, times `places_per_degree`, within 5e-6 degrees; NaN where there is none.
void measure_gradients(const double* across, const double* down, std::size_t count, float places_per_degree,
                       double* length, float* place);

}  // namespace radflow
