// What rows of bytes have in common.
#pragma once

#include <cstddef>
#include <cstdint>

namespace radflow {

// common[i] = rows[0][i] & rows[1][i] and so on; at least one row.
void common_bits(const std::uint8_t* const* rows, std::size_t height, std::size_t width,
                 std::uint8_t* common);

}  // namespace radflow
