// What the tests of meaning share: decode with and without rescale, and the values of an image as a list.
#pragma once

#include <opencv2/core.hpp>
#include <vector>

#include "tests/nodes/decode/decode_fixture.hpp"
#include "tests/nodes/decode/dicom/builder.hpp"

namespace radflow {

template <typename T>
std::vector<T> values(const cv::Mat& pixels) {
  return {pixels.ptr<T>(), pixels.ptr<T>() + pixels.total() * static_cast<std::size_t>(pixels.channels())};
}

inline const DecodeNode rescaled;
inline const DecodeNode as_stored{"decode: {rescale: false}"};

}  // namespace radflow
