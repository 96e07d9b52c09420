// Tensor: numbers as networks take and give them, and the files of NumPy in which the self-test of a network stands.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace radflow {

struct Tensor {
  std::vector<std::int64_t> shape;
  std::vector<float> values;  // in C order
};

// "1 x 3 x 224 x 224"; an extent that is not fixed, -1, is "any".
std::string shape_text(const std::vector<std::int64_t>& shape);

// What `numpy.save` wrote of an array of float32 in C order. Throws std::runtime_error.
Tensor read_npy(std::string_view bytes);

}  // namespace radflow
