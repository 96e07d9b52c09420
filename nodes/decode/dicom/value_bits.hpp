// The bits of a sample that are its value, and what lies beside them.
#pragma once

#include <opencv2/core.hpp>

namespace radflow {

// Which bits of a sample are its value.
struct ValueBits {
  int shift, bits;
  bool is_signed;
  bool all_of(const cv::Mat& samples) const {
    return shift == 0 && bits == static_cast<int>(samples.elemSize1()) * 8;
  }
};

enum class Excess { Drop, Refuse };

// Samples become their values, with their sign extended to the sample's width. Refuse: false if a sample has other bits set
// above them than copies of its sign.
bool extract(cv::Mat& samples, const ValueBits& value, Excess excess);

// True if every sample is its value already; `value.shift` is 0.
bool are_values(const cv::Mat& samples, const ValueBits& value);

}  // namespace radflow
