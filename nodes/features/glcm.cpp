// glcm: features of how often levels stand beside each other (grey level co-occurrence). contrast, dissimilarity,
// homogeneity, asm, energy and correlation are scikit-image's graycoprops (0.19.3) to 1e-6; with `directions: averaged` or
// `merged` and all other features the numbers are IBSI's of one slice (averaged over, or of one matrix of, the angles),
// checked to its three digits on its digital phantom. scikit-image's `normed` has no parameter: properties are always of
// shares. Padding, what a mask leaves out, values outside `range` and NaN have no part in a pair. Where there is no pair at all
// the features are missing.
//   - glcm: {levels: 32, range: [-160, 240], distances: [1, 2], angles: [0, 45, 90, 135]}
#include <cmath>
#include <numbers>
#include <opencv2/core.hpp>

#include "graph/node.hpp"
#include "nodes/features/co_occurrence.hpp"
#include "nodes/imaging/counts.hpp"
#include "nodes/imaging/measurable.hpp"
#include "nodes/types/facts.hpp"
#include "nodes/types/features.hpp"

namespace radflow {
namespace {

constexpr int most_levels = 1024;

enum class Directions { Each, Averaged, Merged };
Choices<Directions> choices_of(Directions) {
  return {{Directions::Each, "each", "Features of every angle."},
          {Directions::Averaged, "averaged", "The mean of the features over the angles."},
          {Directions::Merged, "merged", "Features of one matrix of the pairs of all angles."}};
}

struct Params {
  std::optional<int> levels;
  std::optional<Interval> range;
  std::vector<double> distances = {1};
  std::vector<double> angles = {0, 45, 90, 135};
  bool symmetric = true;
  Directions directions = Directions::Each;
  std::vector<TextureFeature> features = {TextureFeature::Contrast,    TextureFeature::Dissimilarity,
                                          TextureFeature::Homogeneity, TextureFeature::Asm,
                                          TextureFeature::Energy,      TextureFeature::Correlation};
  TakesPhotometric photometric = TakesPhotometric::Monochrome2;
  std::optional<int> label;
};

// "<node>.contrast.d1.a45", without the angle where angles are brought together.
std::vector<std::string> names_of(const std::string& node, const Params& params) {
  std::vector<std::string> names;
  const auto add = [&](double distance, const std::string& angle) {
    for (const TextureFeature feature : params.features)
      names.push_back(fmt::format("{}.{}.d{:g}{}", node, choice_name(feature), distance, angle));
  };
  for (const double distance : params.distances)
    if (params.directions == Directions::Each)
      for (const double angle : params.angles) add(distance, fmt::format(".a{:g}", angle));
    else
      add(distance, "");
  return names;
}

class Glcm {
 public:
  Glcm(const Params& params, const BuildInfo& info)
      : params_{params},
        names_{std::make_shared<const std::vector<std::string>>(names_of(info.name, params))} {
    if (params.range && !params.levels) throw ParamError{"range", "needs `levels` too"};
    known_.set(KnownFeatures{*names_});
  }

  Known known() const { return known_; }

  Result<Features> operator()(const Frame& frame, const Mask* mask) const {
    if (auto error = require_measurable(frame, mask, "glcm", params_.photometric)) return *error;
    const auto binning = binning_for(frame);
    if (!binning) return binning.error();
    const cv::Mat levels = levels_of(frame.pixels, selected(frame, mask, params_.label), *binning);
    std::vector<double> values;
    values.reserve(names_->size());
    for (const double distance : params_.distances) add_features(levels, binning->bins, distance, values);
    return Features{names_, std::move(values), frame.units, std::string{name(frame.photometric)}};
  }

 private:
  Result<Binning> binning_for(const Frame& frame) const {
    if (params_.range) return Binning{*params_.levels, params_.range->low, params_.range->high, true};
    const int own = own_levels(frame);
    if (own == 0)
      return Error{"range_required",
                   "glcm got values that are neither 8 bit nor codes: say `range: [low, high]` in " +
                       frame.units + " with `levels`"};
    const int levels = params_.levels.value_or(own);
    if (levels > most_levels)
      return Error{
          "too_many_levels",
          fmt::format("glcm takes up to {} levels, the frame has {} codes: say `levels`", most_levels, own)};
    return Binning{levels, 0, static_cast<double>(own), false};
  }

  // As CoOccurrence takes them.
  static cv::Mat levels_of(const cv::Mat& pixels, const cv::Mat& counted, const Binning& binning) {
    const auto level = [&](auto value) { return static_cast<std::uint16_t>(binning.bin_of(value) + 1); };
    cv::Mat levels(pixels.size(), CV_16U);
    for_depth(pixels.depth(), [&](auto zero) {
      using T = decltype(zero);
      std::array<std::uint16_t, 256> of_byte{};
      if constexpr (sizeof(T) == 1)
        for (int byte = 0; byte < 256; ++byte) of_byte[byte] = level(static_cast<T>(byte));
      for (int row = 0; row < pixels.rows; ++row) {
        const T* line = pixels.ptr<T>(row);
        auto* out = levels.ptr<std::uint16_t>(row);
        for (int column = 0; column < pixels.cols; ++column)
          if constexpr (sizeof(T) == 1)
            out[column] = of_byte[static_cast<std::uint8_t>(line[column])];
          else
            out[column] = level(line[column]);
      }
    });
    if (!counted.empty()) levels.setTo(0, counted == 0);
    return levels;
  }

  void add_features(const cv::Mat& levels, int count, double distance, std::vector<double>& values) const {
    const std::size_t begin = values.size(), wanted = params_.features.size();
    const auto add = [&](const CoOccurrence& pairs) {
      const auto features = pairs.features(params_.features);
      for (std::size_t i = 0; i < wanted; ++i) values.push_back(features ? (*features)[i] : std::nan(""));
    };
    CoOccurrence all{count};
    for (const double angle : params_.angles) {
      const double radians = angle * std::numbers::pi / 180;
      CoOccurrence pairs{count};
      pairs.count(levels, static_cast<int>(std::round(std::sin(radians) * distance)),
                  static_cast<int>(std::round(std::cos(radians) * distance)));
      if (params_.symmetric) pairs.make_symmetric();
      if (params_.directions == Directions::Merged)
        all.add(pairs);
      else
        add(pairs);
    }
    if (params_.directions == Directions::Merged) add(all);
    if (params_.directions == Directions::Averaged) average(values, begin, wanted);
  }

  // Of the angles that have a pair.
  static void average(std::vector<double>& values, std::size_t begin, std::size_t wanted) {
    for (std::size_t i = 0; i < wanted; ++i) {
      double sum = 0;
      int angles = 0;
      for (std::size_t at = begin + i; at < values.size(); at += wanted)
        if (!std::isnan(values[at])) sum += values[at], ++angles;
      values[begin + i] = angles > 0 ? sum / angles : std::nan("");
    }
    values.resize(begin + wanted);
  }

  Params params_;
  std::shared_ptr<const std::vector<std::string>> names_;
  Known known_;
};

const Register<Glcm, Params> registered{
    NodeSpec{"glcm",
             "Features of grey level co-occurrence; <name>.contrast.d1.a45 is the contrast at a distance of "
             "1 pixel, to the "
             "right and down. Values outside the range, and NaN, have no part in a pair. Where there is no "
             "such pair, as with a mask that labels nothing, they are missing."}
        .param(&Params::levels, "levels", range(2, most_levels),
               "How many; of 8 bit and codes one per value by default.")
        .param(&Params::range, "range", any(),
               "[low, high] in the frame's units; required unless frames are 8 bit or codes.")
        .param(&Params::distances, "distances", range(1, 64), "From a pixel to its neighbour, in pixels.")
        .param(&Params::angles, "angles", range(0, 360), "In degrees, from right to down.")
        .param(&Params::symmetric, "symmetric", any(), "Whether a pair counts in both directions.")
        .param(&Params::directions, "directions", any(), "What becomes of the angles.")
        .param(&Params::features, "features", any(), "Which, in this order.")
        .param(&Params::photometric, "photometric", any(), photometric_sentence)
        .param(&Params::label, "label", range(1, Mask::most_labels), label_sentence)
        .inputs({"image", "mask"})
        .keeps_known<KnownMeaning>()
        .errors({colour_not_supported,
                 monochrome1,
                 geometry_mismatch,
                 no_valid_pixels,
                 {"range_required", "The values are neither 8 bit nor codes: say `range`."},
                 {"too_many_levels", "The frame has more than 1024 codes: say `levels`."}})
        .example("- glcm: {levels: 32, range: [-160, 240]}")};

}  // namespace
}  // namespace radflow
