// histogram: how many pixels, or voxels of a volume, fall into each of equal bins, padding left out. 8-bit frames and codes (lbp)
// bring their range with them: one bin per value unless `bins` says otherwise. Everything else has to be told
// which values to bin, in the frame's units: from minimum to maximum of each image the features of two images
// would not compare. The last bin holds the upper end of `range` too. Values outside, and NaN, fall into
// no bin but count as pixels, so fractions then sum to less than 1: as the range is fixed, NaN is one more value outside it,
// and no number of the others depends on it. Where `bin_width` does not divide the range, the last bin is cut at its end:
// with IBSI's fixed bin size what lies outside the re-segmentation range is in no bin. With a mask only what it labels counts; where that is nothing,
// the fractions are missing.
//   - histogram: {bins: 64, range: [-1000, 400]}
//   - histogram: {bin_width: 25, range: [-1000, 400]}
//   - histogram: {grid: [4, 4], sqrt: true}
#include <cmath>
#include <opencv2/core.hpp>

#include "graph/node.hpp"
#include "nodes/features/grid.hpp"
#include "nodes/imaging/counts.hpp"
#include "nodes/imaging/image.hpp"
#include "nodes/imaging/measurable.hpp"
#include "nodes/types/facts.hpp"
#include "nodes/types/feature_names.hpp"
#include "nodes/types/features.hpp"

namespace radflow {
namespace {

constexpr int most_bins = 65536;

struct Params {
  std::optional<int> bins;
  std::optional<Interval> range;
  std::optional<double> bin_width;
  bool normalized = true;
  TakesPhotometric photometric = TakesPhotometric::Monochrome2;
  std::optional<int> label;
  std::optional<bool> sqrt;
  Grid grid;
};

// Throws ParamError if the parameters do not make bins; nothing if the frame has to say the range.
std::optional<Binning> fixed_binning(const Params& params) {
  if (!params.range) {
    if (params.bin_width)
      throw ParamError{"bin_width", "needs a `range` too: features of every frame are as many"};
    return std::nullopt;
  }
  if (params.bins && params.bin_width)
    throw ParamError{"bin_width", "and `bins` are both given: leave one of them out"};
  if (!params.bins && !params.bin_width) throw ParamError{"range", "needs one of `bins` and `bin_width`"};
  const auto [low, high] = *params.range;
  if (params.bins) return Binning{*params.bins, low, high, true};
  // A whole number of bins: the last one may reach beyond `range`, see within_range().
  const double bins = std::ceil((high - low) / *params.bin_width - 1e-9);
  if (bins > most_bins) throw ParamError{"bin_width", "makes more than 65536 bins of this `range`"};
  const double end = low + bins * *params.bin_width;
  // Where the width divides the range, its end is that of the last bin, whatever the product is rounded to.
  return Binning{static_cast<int>(bins), low, end - high > 1e-9 * *params.bin_width ? end : high, true};
}

class Histogram {
 public:
  Histogram(const Params& params, const BuildInfo& info)
      : params_{params}, binning_{fixed_binning(params)}, names_{cell_names(params.grid, info.name)} {
    if (params.sqrt.value_or(false) && !params.normalized)
      throw ParamError{"sqrt", "is of fractions: leave `normalized` true"};
    if (params.grid) require_frames(info, "grid", "a grid");
    if (info.known.empty()) return;
    const Known& frames = info.known.front();
    const auto* levels = frames.get<KnownLevels>();
    const int bins = binning_ ? binning_->bins : params.bins.value_or(levels ? levels->levels : 0);
    if (bins > 0 && bins <= most_bins)
      known_.set(KnownFeatures{*names_.numbered(static_cast<std::size_t>(bins))});
  }

  Known known() const { return known_; }

  Result<Features> operator()(const Image& image, const Mask* mask) const {
    Frame of_volume;
    const Frame& frame = values_of(image, of_volume);
    if (auto error = require_measurable(frame, mask, "histogram", params_.photometric)) return *error;
    const auto binning = binning_for(frame);
    if (!binning) return binning.error();

    const cv::Mat counted = selected(frame, mask, params_.label);
    const cv::Mat binned = within_range(frame.pixels, counted, *binning);
    const auto part = [](const cv::Mat& of, const cv::Rect& cell) { return of.empty() ? of : of(cell); };
    std::vector<double> values;
    for (const cv::Rect& cell : cells_of(params_.grid, frame.pixels.size()))
      append(frame.pixels(cell), part(counted, cell), part(binned, cell), *binning, values);
    return Features{names_.numbered(static_cast<std::size_t>(binning->bins)), std::move(values), frame.units,
                    std::string{name(frame.photometric)}};
  }

 private:
  // Which of the pixels that count may fall into a bin: `counted` itself, unless the last bin reaches beyond `range`.
  cv::Mat within_range(const cv::Mat& pixels, const cv::Mat& counted, const Binning& binning) const {
    if (!params_.range || !(binning.high > params_.range->high)) return counted;
    cv::Mat binned = cv::Mat::zeros(pixels.size(), CV_8U);
    for_depth(pixels.depth(), [&](auto zero) {
      using T = decltype(zero);
      for (int row = 0; row < pixels.rows; ++row) {
        const T* line = pixels.ptr<T>(row);
        auto* out = binned.ptr<std::uint8_t>(row);
        for (int column = 0; column < pixels.cols; ++column)
          out[column] = static_cast<double>(line[column]) <= params_.range->high ? 255 : 0;
      }
    });
    if (!counted.empty()) binned.setTo(0, counted == 0);
    return binned;
  }

  void append(const cv::Mat& pixels, const cv::Mat& counted, const cv::Mat& binned, const Binning& binning,
              std::vector<double>& values) const {
    const double total = count_pixels(pixels, counted);
    for (double value : count_values_(pixels, binned, binning)) {
      if (params_.normalized) value /= total;  // Without pixels fractions are not numbers: they are missing.
      values.push_back(params_.sqrt.value_or(false) ? std::sqrt(value) : value);
    }
  }

  Result<Binning> binning_for(const Frame& frame) const {
    if (binning_) return *binning_;
    const int levels = own_levels(frame);
    if (levels == 0)
      return Error{"range_required",
                   "histogram got values that are neither 8 bit nor codes: say `range: [low, high]` "
                   "in " +
                       frame.units + " with `bins` or `bin_width`"};
    const int bins = params_.bins.value_or(levels);
    if (bins > most_bins)
      return Error{"too_many_bins",
                   "histogram would make a bin for each of " + std::to_string(levels) + " codes: say `bins`"};
    return Binning{bins, 0, static_cast<double>(levels), false};
  }

  Params params_;
  std::optional<Binning> binning_;
  ValueCounter count_values_;
  FeatureNames names_;
  Known known_;
};

const Register<Histogram, Params> registered{
    NodeSpec{"histogram",
             "Counts pixels or voxels in equal bins, with a mask those that it labels (none: fractions are "
             "missing). Values "
             "outside the range, and NaN, fall into no bin but count as pixels; "
             "features <name>.0, <name>.1, ..., with zeros before them so that all "
             "are as long as the last: of 16 bins <name>.00 to <name>.15, of 256 <name>.000 to <name>.255."}
        .param(&Params::bins, "bins", range(1, most_bins),
               "How many; of 8 bit and codes one per value by default.")
        .param(&Params::range, "range", any(),
               "[low, high] in the frame's units; required unless frames are 8 bit or codes.")
        .absent_as("[]")
        .param(&Params::bin_width, "bin_width", at_least(1e-9),
               "Instead of bins: width in the frame's units; bins begin at the low end of `range`, and the "
               "last one "
               "is cut at its high end.")
        .param(&Params::normalized, "normalized", any(),
               "Fractions of the pixels that are image instead of counts.")
        .param(&Params::sqrt, "sqrt", any(),
               "Roots of the fractions: their Euclidean distance is Hellinger's.")
        .param(&Params::grid, "grid", grid_range(), grid_sentence)
        .param(&Params::photometric, "photometric", any(), photometric_sentence)
        .param(&Params::label, "label", range(1, Mask::most_labels), label_sentence)
        .inputs({"image", "mask"})
        .keeps_known<KnownMeaning>()
        .errors({colour_not_supported,
                 monochrome1,
                 geometry_mismatch,
                 no_valid_pixels,
                 {"range_required", "The values are neither 8 bit nor codes: say `range`."},
                 {"too_many_bins", "The codes of the frame would need more than 65536 bins: say `bins`."}})
        .example("- histogram: {bins: 64, range: [-1000, 400]}")};

}  // namespace
}  // namespace radflow
