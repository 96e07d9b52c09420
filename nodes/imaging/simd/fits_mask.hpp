// Whether 16-bit numbers need only some of their bits.
#pragma once

#include <cstddef>
#include <cstdint>

namespace radflow {

// True if no number has a bit outside `mask` once `added`, which wraps around, is added to it. Ends soon where one has.
bool fits_mask(const std::uint16_t* numbers, std::size_t count, std::uint16_t added, std::uint16_t mask);

}  // namespace radflow
