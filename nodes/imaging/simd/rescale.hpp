// Stored integers of at most 16 bits to floats: value * slope + intercept, computed in double and rounded once.
#pragma once

#include <cstddef>
#include <cstdint>

namespace radflow {

void rescale(const std::uint8_t* from, std::size_t count, double slope, double intercept, float* to);
void rescale(const std::int8_t* from, std::size_t count, double slope, double intercept, float* to);
void rescale(const std::uint16_t* from, std::size_t count, double slope, double intercept, float* to);
void rescale(const std::int16_t* from, std::size_t count, double slope, double intercept, float* to);

}  // namespace radflow
