// invert: every value v becomes low + high - v, and MONOCHROME1 becomes MONOCHROME2 (or the other way round):
// the numbers turn, the picture that they mean stays. Windows and VOI LUTs turn with them, so the frame is
// displayed as before. Values in physical units lose them: HU becomes "inverted HU".
//   - invert: {about: bits_stored, only: monochrome1}
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>

#include "graph/node.hpp"
#include "nodes/imaging/depth.hpp"
#include "nodes/imaging/require.hpp"
#include "nodes/types/facts.hpp"

namespace radflow {
namespace {

enum class About { BitsStored, Range, Zero };
Choices<About> choices_of(About) {
  return {{About::BitsStored, "bits_stored",
           "The least and the largest integer of that many bits change places."},
          {About::Range, "range", "The ends of `range` change places."},
          {About::Zero, "zero", "A value v becomes -v."}};
}

enum class Only { Monochrome1, Monochrome2 };
Choices<Only> choices_of(Only) {
  return {{Only::Monochrome1, "monochrome1", "MONOCHROME1 is inverted."},
          {Only::Monochrome2, "monochrome2", "MONOCHROME2 is inverted."}};
}

struct Params {
  About about = About::BitsStored;
  std::optional<Interval> range;
  std::optional<Only> only;
};

class Invert {
 public:
  explicit Invert(const Params& params) : about_{params.about}, only_{params.only} {
    if (params.range.has_value() != (params.about == About::Range))
      throw ParamError{params.range ? "range" : "about",
                       params.range ? "is for `about: range` only" : "range needs `range: [low, high]`"};
    if (params.range) sum_ = params.range->low + params.range->high;
  }

  Result<Frame> operator()(const Frame& frame) const {
    if (auto error = require_grey(frame, "invert")) return *error;
    if (frame.levels != 0)
      return Error{
          "codes_not_supported",
          fmt::format("invert would exchange the frame's {} codes: put it before the node that makes them",
                      frame.levels)};
    const bool is_monochrome1 = frame.photometric == Photometric::Monochrome1;
    if (only_ == (is_monochrome1 ? Only::Monochrome2 : Only::Monochrome1)) return frame;
    const auto sum = sum_of(frame);
    if (!sum) return sum.error();
    if (auto error = out_of_depth(frame, *sum)) return *error;

    Frame result = frame.with_pixels(inverted(frame.pixels, *sum));
    result.photometric = is_monochrome1 ? Photometric::Monochrome2 : Photometric::Monochrome1;
    result.units = units(frame.units);
    // Shades of the other photometric interpretation are 1 - y. With LINEAR y is (x - (c - 0.5)) / (w - 1) + 0.5.
    std::vector<VoiWindow> windows = frame.windows.entries();
    for (VoiWindow& window : windows)
      window.center = *sum - window.center + (window.function == VoiWindow::Function::Linear ? 1 : 0);
    std::vector<VoiLut> voi_luts = frame.voi_luts.entries();
    for (VoiLut& lut : voi_luts) {
      lut.first = *sum - (lut.first + static_cast<double>(lut.entries.size()) - 1);
      std::ranges::reverse(lut.entries);
      for (double& entry : lut.entries) entry = std::exp2(lut.bits) - 1 - entry;
    }
    result.windows = std::move(windows);
    result.voi_luts = std::move(voi_luts);
    return result;
  }

 private:
  // low + high.
  Result<double> sum_of(const Frame& frame) const {
    if (about_ != About::BitsStored) return sum_;
    const int depth = frame.pixels.depth();
    if (depth > CV_32S || (frame.units != "stored" && frame.units != "display"))
      return Error{
          "needs_range",
          fmt::format("invert about bits_stored is for integers as they are stored, and the frame has {} of "
                      "units '{}': say `about: range`, or `decode: {{rescale: false}}`",
                      depth > CV_32S ? "floating point" : "integers", frame.units)};
    const bool is_signed = depth == CV_8S || depth == CV_16S || depth == CV_32S;
    return is_signed ? -1.0 : std::exp2(frame.bits_stored) - 1;
  }

  // An integer that leaves its depth would be another number; padding may.
  static std::optional<Error> out_of_depth(const Frame& frame, double sum) {
    return for_depth(frame.pixels.depth(), [&](auto zero) -> std::optional<Error> {
      using T = decltype(zero);
      if constexpr (std::numeric_limits<T>::is_integer) {
        double low = 0, high = 0;
        cv::minMaxIdx(frame.pixels, &low, &high, nullptr, nullptr, frame.valid);
        const double least = std::numeric_limits<T>::min(), largest = std::numeric_limits<T>::max();
        if (sum - high < least || sum - low > largest)
          return Error{
              "value_out_of_range",
              fmt::format("invert would make {} of {}, which the frame's depth does not hold: invert about "
                          "another range",
                          sum - high < least ? sum - high : sum - low, sum - high < least ? high : low)};
      }
      return std::nullopt;
    });
  }

  static cv::Mat inverted(const cv::Mat& pixels, double sum) {
    cv::Mat result(pixels.size(), pixels.type());
    for_depth(pixels.depth(), [&](auto zero) {
      using T = decltype(zero);
      for (int row = 0; row < pixels.rows; ++row)
        std::transform(pixels.ptr<T>(row), pixels.ptr<T>(row) + pixels.cols, result.ptr<T>(row),
                       [sum](T value) { return cv::saturate_cast<T>(sum - value); });
    });
    return result;
  }

  // Shades are shades, either way round.
  static std::string units(const std::string& before) {
    static constexpr std::string_view prefix = "inverted ";
    if (before == "stored" || before == "display" || before == "full_scale") return before;
    return before.starts_with(prefix) ? before.substr(prefix.size()) : std::string{prefix} + before;
  }

  About about_;
  std::optional<Only> only_;
  double sum_ = 0;
};

const Register<Invert, Params> registered{
    NodeSpec{"invert",
             "Turns values round and MONOCHROME1 into MONOCHROME2 (and back): the picture stays as it looks."}
        .param(&Params::about, "about", required(), "Which values change places.")
        .param(&Params::range, "range", any(),
               "[low, high] in the frame's units, for `about: range`: low becomes high.")
        .param(&Params::only, "only", any(),
               "Frames of the other interpretation pass as they are; absent: all are inverted.")
        .keeps_known<KnownSize>()
        .errors({colour_not_supported,
                 codes_not_supported,
                 {"needs_range", "bits_stored is for integers as they are stored: say `about: range`."},
                 {"value_out_of_range", "The result of a value does not fit the frame's depth."}})
        .example("- invert: {about: bits_stored, only: monochrome1}")};

}  // namespace
}  // namespace radflow
