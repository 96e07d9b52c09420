// hu_moments: the seven invariants of Hu 1962, which stay what they are when the picture is moved, turned or enlarged; the
// seventh changes its sign in a mirror. The weights are the values as they are, or 1 for every pixel that counts. The numbers
// are scikit-image's moments_hu to 1e-9 of each; the seventh has the other sign there, where x runs down the rows. Padding
// and what a mask leaves out weigh nothing. Weights whose sum is 0 have no centre: the features are missing.
//   - hu_moments: {of: mask}
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "graph/node.hpp"
#include "nodes/imaging/counts.hpp"
#include "nodes/imaging/measurable.hpp"
#include "nodes/types/facts.hpp"
#include "nodes/types/feature_names.hpp"
#include "nodes/types/features.hpp"

namespace radflow {
namespace {

constexpr int invariants = 7;

enum class Weights { Values, Mask };
Choices<Weights> choices_of(Weights) {
  return {{Weights::Values, "values", "The frame's values."},
          {Weights::Mask, "mask", "1 for every pixel that counts, whatever its value."}};
}

struct Params {
  Weights of = Weights::Values;
  TakesPhotometric photometric = TakesPhotometric::Monochrome2;
  std::optional<int> label;
};

class HuMoments {
 public:
  HuMoments(const Params& params, const BuildInfo& info) : params_{params}, names_{info.name} {
    known_.set(KnownFeatures{*names_.numbered(invariants)});
  }

  Known known() const { return known_; }

  Result<Features> operator()(const Frame& frame, const Mask* mask) const {
    if (auto error = require_measurable(frame, mask, "hu_moments", params_.photometric)) return *error;
    if (auto error = require_values(frame, "hu_moments")) return *error;
    const cv::Mat counted = selected(frame, mask, params_.label);
    cv::Mat weights;
    if (params_.of == Weights::Mask)
      weights = cv::Mat(frame.pixels.size(), CV_64F, cv::Scalar{1});
    else
      frame.pixels.convertTo(weights, CV_64F);
    if (!counted.empty()) {
      if (weights.data == frame.pixels.data) weights = weights.clone();
      weights.setTo(0, counted == 0);
    }
    std::vector<double> values(invariants, std::nan(""));
    const cv::Moments moments = cv::moments(weights);
    if (!std::isfinite(moments.m00))
      return Error{"not_finite", "hu_moments got a frame with values that are not finite"};
    if (moments.m00 != 0) cv::HuMoments(moments, values.data());
    return Features{names_.numbered(invariants), std::move(values), frame.units,
                    std::string{name(frame.photometric)}};
  }

 private:
  Params params_;
  FeatureNames names_;
  Known known_;
};

const Register<HuMoments, Params> registered{
    NodeSpec{"hu_moments",
             "Hu's seven invariants, which moving, turning and enlarging leave as they are; <name>.0 to "
             "<name>.6. With a mask that labels nothing, all are missing."}
        .param(&Params::of, "of", any(), "What weighs.")
        .param(&Params::photometric, "photometric", any(), photometric_sentence)
        .param(&Params::label, "label", range(1, Mask::most_labels), label_sentence)
        .inputs({"image", "mask"})
        .keeps_known<KnownMeaning>()
        .errors({colour_not_supported, monochrome1, codes_not_supported, geometry_mismatch, no_valid_pixels,
                 pixels_not_finite})
        .example("- hu_moments: {of: mask}")};

}  // namespace
}  // namespace radflow
