// What passes between a frame and ITK's filters: float pixels without a gap. No header of ITK is included by a header:
// each costs seconds to compile.
#pragma once

#include <opencv2/core/mat.hpp>
#include <string_view>

#include "graph/result.hpp"
#include "graph/spec.hpp"
#include "nodes/types/frame.hpp"

namespace radflow {

// ITK computes in float here; 8 and 16 bit are exact in it.
struct Plane {
  explicit Plane(const Frame& frame);

  // The frame with other pixels, in its own depth (integers are rounded and saturate); what does not count stays as it was.
  Frame back(const Frame& frame, const cv::Mat& pixels) const;

  cv::Mat pixels;  // CV_32F, continuous; what does not count has the value of the nearest pixel that does
  cv::Mat counts;  // nodes/imaging/countable.hpp
};

inline constexpr ReasonSpec not_finite{
    "not_finite", "Values are so large that the computation in single precision overflows."};
Error too_large_for_float(std::string_view node);

}  // namespace radflow
