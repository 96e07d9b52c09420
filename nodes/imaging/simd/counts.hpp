// Counting values of few codes.
#pragma once

#include <cstddef>
#include <cstdint>

namespace radflow {

// With more of them tables are as fast.
inline constexpr int most_few_codes = 64;

// Adds to counts[c] how many values are c, for c < codes <= most_few_codes; others are not counted, nor those where `counted`
// is 0 (null: all are).
void count_few_codes(const std::uint8_t* values, const std::uint8_t* counted, std::size_t count, int codes,
                     std::uint32_t* counts);

}  // namespace radflow
