// Floats that are near what doubles would give, to 8-bit integers that are exactly what doubles would give.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace radflow {

// Rounds to nearest even and saturates. The places of values within `error` of a tie are appended, counted from `first`:
// doubles have to decide.
void round_to_bytes(const float* values, std::size_t count, float error, std::uint8_t* bytes,
                    std::vector<std::uint32_t>& doubtful, std::size_t first = 0);

}  // namespace radflow
