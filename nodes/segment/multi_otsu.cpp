// multi_otsu: parts a frame into classes of values by Otsu's thresholds, as scikit-image's threshold_multiotsu chooses
// them. The lowest class has no label, the one above it 1, and so on; a threshold itself belongs to the class below it.
//   - multi_otsu: {classes: 3}
#include <algorithm>

#include "graph/node.hpp"
#include "nodes/imaging/counts.hpp"
#include "nodes/imaging/masked.hpp"
#include "nodes/imaging/require.hpp"
#include "nodes/segment/labels.hpp"
#include "nodes/segment/otsu_levels.hpp"

namespace radflow {
namespace {

struct Params {
  int classes = 3;
  std::optional<Interval> range;
  int bins = 256;
  TakesPhotometric photometric = TakesPhotometric::Monochrome2;
  std::optional<int> label;
  std::optional<std::vector<std::string>> names;
};

class MultiOtsu {
 public:
  explicit MultiOtsu(const Params& params)
      : params_{params}, names_{params.names.value_or(std::vector<std::string>{})} {}

  Result<Mask> operator()(const Frame& frame, const Mask* mask) const {
    if (auto error = require_monochrome2(frame, "multi_otsu", params_.photometric)) return *error;
    if (auto error = require_values(frame, "multi_otsu")) return *error;
    if (mask)
      if (auto error = require_same_grid(frame, *mask, "multi_otsu")) return *error;
    const auto bins = bins_of(frame, params_.range, params_.bins, "multi_otsu");
    if (!bins) return bins.error();
    const cv::Mat counted = selected(frame, mask, params_.label);
    const std::vector<int> levels =
        multi_otsu_levels(count_values_(frame.pixels, counted, *bins), params_.classes);
    if (levels.empty())
      return Error{"too_few_values", "multi_otsu got fewer different values than it should make classes"};
    std::vector<double> thresholds;
    for (const int level : levels) thresholds.push_back((bins->edge(level) + bins->edge(level + 1)) / 2);
    return labelled(frame, counted, names_, [&](double value) {
      return std::ranges::count_if(thresholds, [&](double threshold) { return value > threshold; });
    });
  }

 private:
  Params params_;
  ValueCounter count_values_;
  SharedTable<std::string> names_;
};

const Register<MultiOtsu, Params> registered{
    NodeSpec{"multi_otsu",
             "Labels the classes of values between Otsu's thresholds of each frame, to 1e-6 scikit-image's "
             "threshold_multiotsu: the lowest class 0, the next 1, ..."}
        .param(&Params::classes, "classes", range(2, 5), "How many, the one without a label counted.")
        .param(&Params::range, "range", any(), range_sentence)
        .param(&Params::bins, "bins", range(2, 256),
               "Bins of the range; 8 bit without one has one per value.")
        .param(&Params::photometric, "photometric", any(), photometric_sentence)
        .param(&Params::label, "label", range(1, Mask::most_labels), label_sentence)
        .param(&Params::names, "names", any(), names_sentence)
        .inputs({"image", "mask"})
        .errors({colour_not_supported,
                 codes_not_supported,
                 monochrome1,
                 geometry_mismatch,
                 range_required,
                 {"too_few_values", "There are fewer different values (or bins of them) than classes."}})
        .example("- multi_otsu: {classes: 3}")};

}  // namespace
}  // namespace radflow
