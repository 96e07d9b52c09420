// Padding beside pixels that are smoothed: it has no weight and keeps its values.
#pragma once

#include <cstddef>
#include <cstdint>

namespace radflow {

// to[i] = from[i] where `valid` is not 0, else 0.
void copy_valid(const float* from, const std::uint8_t* valid, std::size_t count, float* to);
void copy_valid(const std::uint8_t* from, const std::uint8_t* valid, std::size_t count, std::uint8_t* to);

// Where pixels have padding beside them: result / (share / 255), with `share` the smoothed validity (0 to 255). Where that is
// within 5e-7 of all, the result stays; where `valid` is 0, the original stands.
void normalise_blurred(float* result, const float* share, const std::uint8_t* valid, const float* original,
                       std::size_t count);
void normalise_blurred(float* result, const float* share, const std::uint8_t* valid,
                       const std::uint8_t* original, std::size_t count);

}  // namespace radflow
