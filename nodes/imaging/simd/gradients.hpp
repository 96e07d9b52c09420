// How long gradients are and where they point.
#pragma once

#include <cstddef>
#include <cstdint>

namespace radflow {

// length[i]: of (across[i], down[i]), to the last bit the root of the sum of their squares. bin[i]: of half a circle, by the angle
// without its sign, of which `bins_per_degree` is at most 1; 0 where down[i] is 0; -1 where the angle is so near an edge of a bin,
// or the gradient so long or short, that both must be worked out otherwise.
void measure_gradients(const double* across, const double* down, std::size_t count, float bins_per_degree,
                       double* length, std::int32_t* bin);

// The same of a row of bytes: across[i] is before[i + 2] - before[i], down[i] below[i] - above[i].
void measure_gradients(const std::uint8_t* above, const std::uint8_t* before, const std::uint8_t* below,
                       std::size_t count, float bins_per_degree, double* length, std::int32_t* bin);

}  // namespace radflow
