// boxes: the rectangle around each label of a mask. Results say where the label lies in the source image, in pixels and
// in mm. Of a turned image that is what surrounds the label's pixels there, cut to the source image: not what surrounds
// the turned rectangle.
//   - boxes
//   - boxes: {score: mean}
//     from: {mask: components, image: decode}
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "graph/node.hpp"
#include "nodes/imaging/measurable.hpp"
#include "nodes/types/boxes.hpp"
#include "nodes/types/mask.hpp"

namespace radflow {
namespace {

enum class Score { Mean, Maximum, Area };
Choices<Score> choices_of(Score) {
  return {{Score::Mean, "mean", "The mean of the image's values at the label's pixels, without padding."},
          {Score::Maximum, "maximum", "The greatest of them."},
          {Score::Area, "area", "How many pixels have the label; needs no image."}};
}

struct Params {
  std::optional<int> label;
  std::optional<Score> score;
};

// What surrounds the pixels of a label in the source image. Where the rows of both images are not parallel, the turned box
// would be larger than that.
class SourceExtent {
 public:
  explicit SourceExtent(const Geometry& geometry)
      : map_{geometry.to_source},
        half_{(std::abs(map_[0]) + std::abs(map_[1])) / 2, (std::abs(map_[3]) + std::abs(map_[4])) / 2},
        size_{geometry.source_columns, geometry.source_rows} {}

  // Sides along those of the source image: the box itself says all.
  static bool is_needed(const Geometry& geometry) {
    const auto& map = geometry.to_source;
    const auto both = [](double a, double b) { return a != 0 && b != 0; };
    return both(map[0], map[1]) || both(map[3], map[4]);
  }

  void take(int column, int row) {
    for (int i = 0; i < 2; ++i) {
      const double at = map_[3 * i] * column + map_[3 * i + 1] * row + map_[3 * i + 2] + 0.5;
      low_[i] = std::min(low_[i], at - half_[i]);
      high_[i] = std::max(high_[i], at + half_[i]);
    }
  }

  // Cut to the source image: what lies beyond its edge is an effect of interpolation, or padding.
  SourceRectangle rectangle() const {
    std::array<double, 2> low = low_, high = high_;
    for (int i = 0; i < 2; ++i) {
      if (size_[i] == 0) continue;
      low[i] = std::clamp(low[i], 0.0, static_cast<double>(size_[i]));
      high[i] = std::clamp(high[i], 0.0, static_cast<double>(size_[i]));
    }
    return {low[0], low[1], high[0] - low[0], high[1] - low[1]};
  }

 private:
  static constexpr double infinity = std::numeric_limits<double>::infinity();

  std::array<double, 6> map_;
  std::array<double, 2> half_;  // How far a pixel reaches from its centre.
  std::array<int, 2> size_;     // 0: unknown.
  std::array<double, 2> low_{infinity, infinity}, high_{-infinity, -infinity};
};

// What a box needs of the pixels of its label.
struct Extent {
  int left, top, right, bottom;
  std::optional<SourceExtent> in_source;
  double pixels = 0;
  double valued = 0, sum = 0, greatest = -std::numeric_limits<double>::infinity();

  void take(double value) {
    ++valued;
    sum += value;
    greatest = std::max(greatest, value);
  }
  // Absent where all of the label is padding.
  std::optional<double> score(Score which) const {
    if (which == Score::Area) return pixels;
    if (valued == 0) return std::nullopt;
    return which == Score::Mean ? sum / valued : greatest;
  }
};

class BoxesOfMask {
 public:
  BoxesOfMask(const Params& params, const BuildInfo& info) : params_{params} {
    const bool wired = info.inputs.size() > 1 && info.inputs[1];
    if (!info.inputs.empty() && reads_image() && !wired)
      throw ParamError{"score", "needs the image: `from: {mask: NODE, image: NODE}`"};
  }

  Result<Boxes> operator()(const Mask& mask, const Frame* image) const {
    const Frame* const read = reads_image() ? image : nullptr;
    if (reads_image() && !read)
      return Error{"geometry_mismatch", "boxes got a mask without the image that gives the score"};
    cv::Mat values;
    if (read) {
      if (auto error = require_measurable(*read, &mask, "boxes", TakesPhotometric::Monochrome2))
        return *error;
      read->pixels.convertTo(values, CV_64F);
    }
    std::optional<SourceExtent> not_parallel;
    if (SourceExtent::is_needed(mask.geometry)) not_parallel.emplace(mask.geometry);
    std::map<int, Extent> extents;
    for (int row = 0; row < mask.labels.rows; ++row) {
      const auto* line = mask.labels.ptr<std::uint16_t>(row);
      for (int column = 0; column < mask.labels.cols; ++column) {
        const int label = line[column];
        if (label == 0 || (params_.label && label != *params_.label)) continue;
        Extent& extent =
            extents.try_emplace(label, Extent{column, row, column, row, not_parallel}).first->second;
        extent.left = std::min(extent.left, column);
        extent.right = std::max(extent.right, column);
        extent.bottom = row;
        ++extent.pixels;
        if (extent.in_source) extent.in_source->take(column, row);
        if (!read || (!read->valid.empty() && !read->valid.at<std::uint8_t>(row, column))) continue;
        const double value = values.at<double>(row, column);
        if (!std::isfinite(value))
          return Error{"not_finite", fmt::format("boxes got an image with a value at label {} that is not "
                                                 "finite",
                                                 label)};
        extent.take(value);
      }
    }
    Boxes boxes{{}, mask.labels.cols, mask.labels.rows, mask.geometry};
    for (const auto& [label, at] : extents)
      boxes.list.push_back({label, std::string{mask.label_name(label)}, at.left, at.top,
                            at.right - at.left + 1, at.bottom - at.top + 1,
                            params_.score ? at.score(*params_.score) : std::nullopt,
                            at.in_source ? std::optional{at.in_source->rectangle()} : std::nullopt});
    return boxes;
  }

 private:
  bool reads_image() const { return params_.score && *params_.score != Score::Area; }

  Params params_;
};

const Register<BoxesOfMask, Params> registered{
    NodeSpec{
        "boxes",
        "The rectangle around each label of a mask, in source pixels and mm; of an empty mask none. With a "
        "score `radflow overlap` draws up their FROC."}
        .param(&Params::label, "label", range(1, Mask::most_labels), "Only of this label.")
        .param(&Params::score, "score", any(),
               "What each box's score is: more is surer. The image is that at the input `image`, such as a "
               "network's probabilities; a label that is all padding has none. Absent: boxes have no score.")
        .inputs({"mask", "image"})
        .errors({colour_not_supported, monochrome1, geometry_mismatch, no_valid_pixels, pixels_not_finite})
        .example("- boxes")};

}  // namespace
}  // namespace radflow
