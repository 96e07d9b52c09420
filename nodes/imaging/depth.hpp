// for_depth: calls a generic lambda with a value of the C++ type of an OpenCV depth.
//   for_depth(image.depth(), [&](auto zero) { using T = decltype(zero); ... image.ptr<T>(row) ... });
#pragma once

#include <cstdint>
#include <stdexcept>

#include <opencv2/core.hpp>

namespace radflow {

template <typename Call>
decltype(auto) for_depth(int depth, Call&& call) {
  switch (depth) {
    case CV_8U:
      return call(std::uint8_t{});
    case CV_8S:
      return call(std::int8_t{});
    case CV_16U:
      return call(std::uint16_t{});
    case CV_16S:
      return call(std::int16_t{});
    case CV_32S:
      return call(std::int32_t{});
    case CV_32F:
      return call(float{});
    case CV_64F:
      return call(double{});
    default:
      throw std::invalid_argument{"no pixels of this depth"};
  }
}

}  // namespace radflow
