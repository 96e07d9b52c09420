// Counting values: into which bins those of a frame fall, and how many into each. The rule of bins: 8 bit unsigned frames
// bring their range with them, everything else has to be told one, in the frame's units: from minimum to maximum of each
// image two images would not compare. Padding and what a mask leaves out are not counted. Pure functions.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <opencv2/core/mat.hpp>

#include "graph/param_codec.hpp"
#include "graph/result.hpp"
#include "graph/spec.hpp"
#include "nodes/imaging/depth.hpp"
#include "nodes/imaging/kept.hpp"
#include "nodes/imaging/simd/binning.hpp"
#include "nodes/imaging/simd/float_bins.hpp"
#include "nodes/types/frame.hpp"

namespace radflow {

inline constexpr ReasonSpec range_required{"range_required",
                                           "The values are not 8 bit unsigned: say `range`."};
inline constexpr const char* range_sentence =
    "[low, high] in the frame's units, of values that count; required unless frames are 8 bit unsigned.";

// Calls seen(value) for every pixel where `counted` is not 0; empty: for all.
template <typename T, typename Seen>
void for_each_counted(const cv::Mat& pixels, const cv::Mat& counted, Seen&& seen) {
  for (int row = 0; row < pixels.rows; ++row) {
    const T* line = pixels.ptr<T>(row);
    const auto* counts = counted.empty() ? nullptr : counted.ptr<std::uint8_t>(row);
    for (int column = 0; column < pixels.cols; ++column)
      if (!counts || counts[column]) seen(line[column]);
  }
}

// How many values a frame can have that brings them with it: codes, and 8 bit unsigned; 0: it brings none.
int own_levels(const Frame& frame);

// How many pixels for_each_counted() calls for.
double count_pixels(const cv::Mat& pixels, const cv::Mat& counted);

// Counts how many pixels fall into each bin. A node has one as a member, because it keeps what it has worked out of a binning
// for the next frame. Thread-safe; copies share what is kept.
class ValueCounter {
 public:
  // Of one channel of any depth; pixels count where `counted` is not 0, all of them where it is empty.
  std::vector<double> operator()(const cv::Mat& pixels, const cv::Mat& counted, const Binning& binning) const;

 private:
  Kept<Binning, FloatBins> float_bins_;
};

// `bins` equal bins over `range`, whose upper end falls into the last; without a range, which 8 bit unsigned frames may do
// without, one bin for each value, whose centre is the value. Error: range_required.
Result<Binning> bins_of(const Frame& frame, const std::optional<Interval>& range, int bins,
                        std::string_view node);

// The range itself; 0 to 255 of 8 bit unsigned frames that are given none. Error: range_required.
Result<Interval> range_of(const Frame& frame, const std::optional<Interval>& range, std::string_view node);

}  // namespace radflow
