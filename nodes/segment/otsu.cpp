// otsu: a mask of the pixels above the value that parts a frame's histogram best into two classes, as scikit-image's
// threshold_otsu chooses it. What counts in the histogram may be bounded by a mask, which then bounds the result too.
//   - otsu: {range: [-1000, 3000]}
#include <limits>

#include "graph/node.hpp"
#include "nodes/imaging/counts.hpp"
#include "nodes/imaging/masked.hpp"
#include "nodes/imaging/require.hpp"
#include "nodes/segment/labels.hpp"
#include "nodes/segment/otsu_levels.hpp"
#include "nodes/types/facts.hpp"
#include "nodes/types/features.hpp"

namespace radflow {
namespace {

struct Params {
  std::optional<Interval> range;
  int bins = 256;
  TakesPhotometric photometric = TakesPhotometric::Monochrome2;
  std::optional<int> label;
  std::optional<std::vector<std::string>> names;
};

class Otsu {
 public:
  Otsu(const Params& params, const BuildInfo& info)
      : params_{params},
        names_{params.names.value_or(std::vector<std::string>{})},
        feature_{std::make_shared<const std::vector<std::string>>(
            std::vector<std::string>{info.name + ".threshold"})} {
    if (!info.known.empty())
      if (const auto* meaning = info.known.front().get<KnownMeaning>()) known_.set(*meaning);
    known_.set(KnownFeatures{*feature_});
  }

  Known known(int output) const { return output == 1 ? known_ : Known{}; }

  Result<std::tuple<Mask, Features>> operator()(const Frame& frame, const Mask* mask) const {
    if (auto error = require_monochrome2(frame, "otsu", params_.photometric)) return *error;
    if (auto error = require_values(frame, "otsu")) return *error;
    if (mask)
      if (auto error = require_same_grid(frame, *mask, "otsu")) return *error;
    const auto bins = bins_of(frame, params_.range, params_.bins, "otsu");
    if (!bins) return bins.error();
    const cv::Mat counted = selected(frame, mask, params_.label);
    const std::vector<int> level = otsu_levels(count_values_(frame.pixels, counted, *bins));
    // Of one value, or of none, there is no threshold and nothing is above it.
    const double threshold = level.empty() ? std::numeric_limits<double>::quiet_NaN()
                                           : (bins->edge(level[0]) + bins->edge(level[0] + 1)) / 2;
    Mask above = labelled(frame, counted, names_, [&](double value) { return value > threshold ? 1 : 0; });
    return std::tuple{std::move(above),
                      Features{feature_, {threshold}, frame.units, std::string{name(frame.photometric)}}};
  }

 private:
  Params params_;
  ValueCounter count_values_;
  SharedTable<std::string> names_;
  std::shared_ptr<const std::vector<std::string>> feature_;
  Known known_;
};

const Register<Otsu, Params> registered{
    NodeSpec{
        "otsu",
        "Labels 1 what lies above Otsu's threshold of each frame, to 1e-6 scikit-image's threshold_otsu (of "
        "`hist` where there is a range: its bins' centres are the candidates). A frame of one value has no "
        "label, and its threshold, the feature <name>.threshold at the output `threshold`, is missing."}
        .param(&Params::range, "range", any(), range_sentence)
        .param(&Params::bins, "bins", range(2, 65536),
               "Bins of the range; 8 bit without one has one per value.")
        .param(&Params::photometric, "photometric", any(), photometric_sentence)
        .param(&Params::label, "label", range(1, Mask::most_labels), label_sentence)
        .param(&Params::names, "names", any(), names_sentence)
        .inputs({"image", "mask"})
        .outputs({"mask", "threshold"})
        .first_is_main()
        .errors({colour_not_supported, codes_not_supported, monochrome1, geometry_mismatch, range_required})
        .example("- otsu: {range: [-1000, 3000]}")};

}  // namespace
}  // namespace radflow
