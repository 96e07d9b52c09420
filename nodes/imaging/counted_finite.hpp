// Whether what counts is finite: NaN and infinities have no mean, no order among values and no bin.
#pragma once

#include <opencv2/core.hpp>

namespace radflow {

// Of values of any depth: those where `counted` is not 0; where that is empty, all of them.
inline bool counted_finite(const cv::Mat& values, const cv::Mat& counted) {
  if (cv::checkRange(values)) return true;
  if (counted.empty()) return false;
  cv::Mat rest = values.clone();
  rest.setTo(0, counted == 0);
  return cv::checkRange(rest);
}

}  // namespace radflow
