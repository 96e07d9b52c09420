// to_float: integer pixels to fractions of their type's full scale, by the rule of scikit-image's
// img_as_float. Unsigned: value / largest, in 0..1 (8 bit: /255, 16 bit: /65535, whatever the bits stored).
// Signed: the same, in -1..1, where the most negative value becomes -1. Float pixels are fractions or
// physical values already: they keep their values and units, only the depth is converted.
//   - to_float: {depth: 64}
#include <limits>

#include <opencv2/core.hpp>

#include "graph/node.hpp"
#include "nodes/imaging/depth.hpp"
#include "nodes/imaging/precision.hpp"
#include "nodes/types/facts.hpp"
#include "nodes/types/frame.hpp"

namespace radflow {
namespace {

// With OpenCV's depths.
enum class Depth { F64 = CV_64F, F32 = CV_32F };
Choices<Depth> choices_of(Depth) {
  return {{Depth::F64, "64", "Double precision."}, {Depth::F32, "32", "Single precision."}};
}

struct Params {
  Depth depth = Depth::F64;
  std::optional<Precision> precision;
};

class ToFloat {
 public:
  explicit ToFloat(const Params& params) : depth_{static_cast<int>(params.depth)} {
    if (params.precision == Precision::Float64 && params.depth == Depth::F32)
      throw ParamError{"precision", "float64 and depth 32 are two answers to one question"};
    if (params.precision == Precision::Float32) depth_ = CV_32F;
  }

  Frame operator()(const Frame& frame) const {
    const double largest = full_scale(frame.pixels.depth());
    cv::Mat scaled;
    frame.pixels.convertTo(scaled, CV_64F, 1 / largest);
    if (frame.pixels.depth() == CV_8S || frame.pixels.depth() == CV_16S || frame.pixels.depth() == CV_32S)
      cv::max(scaled, -1.0, scaled);
    if (depth_ != CV_64F) scaled.convertTo(scaled, depth_);
    Frame result = frame.with_pixels(std::move(scaled));
    if (frame.pixels.depth() < CV_32F) {
      result.units = "full_scale";
      result.levels = 0;
      result.windows.clear();  // they are written in the units before
      result.voi_luts.clear();
    }
    return result;
  }

 private:
  // The largest value of an integer depth; 1 for floats.
  static double full_scale(int depth) {
    return for_depth(depth, [](auto zero) -> double {
      using T = decltype(zero);
      if constexpr (std::numeric_limits<T>::is_integer) return std::numeric_limits<T>::max();
      return 1;
    });
  }

  int depth_;
};

const Register<ToFloat, Params> registered{
    NodeSpec{
        "to_float",
        "Scales integer pixels to 0..1 of their type's full scale (signed: -1..1); float pixels keep their "
        "values."}
        .param(&Params::depth, "depth", any(), "Bits of the float result.")
        .param(&Params::precision, "precision", any(),
               "What the result is in, and with it what the nodes behind compute in; instead of depth. "
               "Absent: as depth says.")
        .keeps_known<KnownSize>()
        .example("- to_float: {depth: 64}")};

}  // namespace
}  // namespace radflow
