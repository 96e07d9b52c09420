// pixels: the values of a small frame as features, row by row. Every frame of a graph must have one size: put
// resize before it. Padding has no value of its own and stands as `fill`.
//   - pixels: {fill: 0}
#include <fmt/format.h>

#include <limits>
#include <opencv2/core.hpp>

#include "graph/node.hpp"
#include "nodes/imaging/masked.hpp"
#include "nodes/imaging/require.hpp"
#include "nodes/types/facts.hpp"
#include "nodes/types/feature_names.hpp"
#include "nodes/types/features.hpp"

namespace radflow {
namespace {

constexpr std::size_t most_pixels = 65536;

struct Params {
  double fill = 0;
  TakesPhotometric photometric = TakesPhotometric::Monochrome2;
  std::optional<int> label;
};

class Pixels {
 public:
  // Throws ParamError where frames are known to be too large.
  Pixels(const Params& params, const BuildInfo& info) : params_{params}, names_{info.name} {
    if (info.known.empty()) return;
    if (const auto* size = info.known.front().get<KnownSize>()) {
      const auto pixels = static_cast<std::size_t>(size->width) * static_cast<std::size_t>(size->height);
      if (pixels > most_pixels)
        throw ParamError{
            "", fmt::format("takes up to {} pixels, and frames of {} x {} arrive: resize them to less",
                            most_pixels, size->width, size->height)};
      known_.set(KnownFeatures{*names_.numbered(pixels)});
    }
  }

  Known known() const { return known_; }

  // Errors: colour_not_supported, monochrome1, geometry_mismatch, too_many_pixels, not_finite.
  Result<Features> operator()(const Frame& frame, const Mask* mask) const {
    if (auto error = require_monochrome2(frame, "pixels", params_.photometric)) return *error;
    if (mask)
      if (auto error = require_same_grid(frame, *mask, "pixels")) return *error;
    if (frame.pixels.total() > most_pixels)
      return Error{"too_many_pixels", "pixels takes up to 65536: put resize before it"};
    cv::Mat values;
    frame.pixels.convertTo(values, CV_64F);  // a copy, never the frame's own
    if (values.data == frame.pixels.data) values = values.clone();
    const cv::Mat shown = selected(frame, mask, params_.label);
    if (!shown.empty()) values.setTo(params_.fill, shown == 0);
    if (!cv::checkRange(values))
      return Error{"not_finite", "pixels got a frame with values that are not finite"};
    // A mask that labels nothing leaves no values: they are missing, or all images of that kind would look alike.
    if (mask && cv::countNonZero(shown) == 0) values.setTo(std::numeric_limits<double>::quiet_NaN());
    return Features{names_.numbered(values.total()),
                    std::vector<double>(values.begin<double>(), values.end<double>()), frame.units,
                    std::string{name(frame.photometric)}};
  }

 private:
  Params params_;
  FeatureNames names_;
  Known known_;
};

const Register<Pixels, Params> registered{
    NodeSpec{"pixels",
             "The values of a small frame, row by row; features <name>.0, <name>.1, ..., with zeros before "
             "them so that all are as long as the last: of 64 pixels <name>.00 to <name>.63. With a mask "
             "that labels nothing, "
             "all are missing."}
        .param(&Params::fill, "fill", any(),
               "Stands for padding, and for what the mask does not label, in the frame's units.")
        .param(&Params::photometric, "photometric", any(), photometric_sentence)
        .param(&Params::label, "label", range(1, Mask::most_labels), label_sentence)
        .inputs({"image", "mask"})
        .keeps_known<KnownMeaning>()
        .errors({colour_not_supported,
                 monochrome1,
                 geometry_mismatch,
                 pixels_not_finite,
                 {"too_many_pixels", "The frame has more than 65536 pixels: put resize before it."}})
        .example("- pixels: {fill: 0}")};

}  // namespace
}  // namespace radflow
