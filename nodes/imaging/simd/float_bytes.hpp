// Floats that are all integers from 0 to 255, as bytes.
#pragma once

#include <cstddef>
#include <cstdint>

namespace radflow {

// False where a value is anything else; then `bytes` holds no result. Negative zero is 0.
bool bytes_of_floats(const float* values, std::size_t count, std::uint8_t* bytes);

}  // namespace radflow
