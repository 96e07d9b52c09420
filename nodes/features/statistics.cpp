// statistics: what the values of a frame or a volume are, without regard to where they stand. Formulas are those of the Image Biomarker
// Standardisation Initiative (IBSI, arXiv:1612.07003, 3.3), in double, checked on its digital phantom; variances are of the
// whole population, kurtosis is 0 for a Gaussian; skewness and kurtosis of equal values are 0. Percentiles interpolate
// between values, as numpy.percentile does. Two measures ask for neighbours: sharpness and signal_to_noise leave out pixels
// next to padding, to what a mask leaves out, or to the edge. Where there is no value, or nothing to divide by, a feature
// is missing.
//   - statistics: {of: [mean, deviation, entropy], range: [-1000, 400], bins: 64}
#include <algorithm>
#include <opencv2/core.hpp>

#include "graph/node.hpp"
#include "nodes/features/grid.hpp"
#include "nodes/features/value_statistics.hpp"
#include "nodes/imaging/counts.hpp"
#include "nodes/imaging/image.hpp"
#include "nodes/imaging/measurable.hpp"
#include "nodes/types/facts.hpp"
#include "nodes/types/features.hpp"

namespace radflow {
namespace {

// NaN and infinities have no mean, no order among values and no bin. Where `counted` is empty, all values count.
bool counted_finite(const cv::Mat& values, const cv::Mat& counted) {
  if (cv::checkRange(values)) return true;
  if (counted.empty()) return false;
  cv::Mat rest = values.clone();
  rest.setTo(0, counted == 0);
  return cv::checkRange(rest);
}

bool asks_for_neighbours(Statistic which) {
  switch (which) {
    case Statistic::Sharpness:
    case Statistic::SignalToNoise:
    case Statistic::MeanStepX:
    case Statistic::DeviationStepX:
    case Statistic::MeanStepY:
    case Statistic::DeviationStepY:
    case Statistic::Asymmetry:
      return true;
    default:
      return false;
  }
}

struct Params {
  std::vector<Statistic> of = {Statistic::Mean,       Statistic::Deviation, Statistic::Skewness,
                               Statistic::Kurtosis,   Statistic::Minimum,   Statistic::Maximum,
                               Statistic::Percentiles};
  std::vector<double> percentiles = {5, 25, 50, 75, 95};
  std::optional<int> bins;
  std::optional<Interval> range;
  Grid grid;
  TakesPhotometric photometric = TakesPhotometric::Monochrome2;
  std::optional<int> label;
};

class Statistics {
 public:
  Statistics(const Params& params, const BuildInfo& info) : params_{params} {
    if (params.grid) require_frames(info, "grid", "a grid");
    for (const Statistic which : params.of)
      if (asks_for_neighbours(which)) require_frames(info, "of", std::string{choice_name(which)});
    std::vector<std::string> names;
    for (const std::string& cell : cell_names(params.grid, info.name))
      for (const Statistic which : params.of)
        if (which == Statistic::Percentiles)
          for (const double percent : params.percentiles)
            names.push_back(fmt::format("{}p{:02g}", cell, percent));
        else
          names.push_back(cell + choice_name(which));
    names_ = std::make_shared<const std::vector<std::string>>(std::move(names));
    known_.set(KnownFeatures{*names_});
  }

  Known known() const { return known_; }

  Result<Features> operator()(const Image& image, const Mask* mask) const {
    Frame of_volume;
    const Frame& frame = values_of(image, of_volume);
    if (auto error = require_measurable(frame, mask, "statistics", params_.photometric)) return *error;
    std::optional<Binning> binning;
    if (std::ranges::find(params_.of, Statistic::Entropy) != params_.of.end()) {
      const auto bins = bins_of(frame, params_.range, params_.bins.value_or(256), "statistics");
      if (!bins) return bins.error();
      binning = *bins;
    }
    cv::Mat pixels;
    frame.pixels.convertTo(pixels, CV_64F);
    const cv::Mat counted = selected(frame, mask, params_.label);
    if (!counted_finite(pixels, counted))
      return Error{"not_finite", "statistics got a frame with values that are not finite"};
    std::vector<double> values;
    values.reserve(names_->size());
    for (const cv::Rect& cell : cells_of(params_.grid, frame.pixels.size())) {
      ValueStatistics of{pixels(cell), counted.empty() ? counted : counted(cell)};
      for (const Statistic which : params_.of)
        if (which == Statistic::Percentiles)
          for (const double percent : params_.percentiles) values.push_back(of.percentile(percent));
        else
          values.push_back(which == Statistic::Entropy ? of.entropy(*binning) : of.of(which));
    }
    return Features{names_, std::move(values), frame.units, std::string{name(frame.photometric)}};
  }

 private:
  Params params_;
  std::shared_ptr<const std::vector<std::string>> names_;
  Known known_;
};

const Register<Statistics, Params> registered{
    NodeSpec{
        "statistics",
        "Moments, percentiles, entropy, sharpness and noise of the values: <name>.mean, <name>.p05, ... With "
        "a mask "
        "that labels nothing, all are missing; so is what has no value, such as differences in one pixel."}
        .param(&Params::of, "of", any(), "Which, in this order.")
        .param(&Params::percentiles, "percentiles", range(0, 100), "Which percentiles.")
        .param(&Params::bins, "bins", range(2, 65536), "Of the entropy; 256 where absent.")
        .param(&Params::range, "range", any(),
               "Of the entropy: [low, high] in the frame's units; required unless frames are 8 bit.")
        .param(&Params::grid, "grid", grid_range(), grid_sentence)
        .param(&Params::photometric, "photometric", any(), photometric_sentence)
        .param(&Params::label, "label", range(1, Mask::most_labels), label_sentence)
        .inputs({"image", "mask"})
        .keeps_known<KnownMeaning>()
        .errors({colour_not_supported, monochrome1, geometry_mismatch, no_valid_pixels, range_required,
                 pixels_not_finite})
        .example("- statistics: {of: [mean, deviation, percentiles]}")};

}  // namespace
}  // namespace radflow
