// region_growing: labels 1 whatever is connected with one of the seeds by pixels of values in a range, ends included: what
// scikit-image's segmentation.flood gives for a seed and a tolerance around its value. A seed whose own value is outside
// grows nothing. Seeds stand in pixels of the source image, or in mm from the centre of its first pixel, so that they stay
// where they are behind resize, rotate and crop.
//   - region_growing: {seeds: [[120, 96]], range: [-50, 150]}
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <deque>

#include "graph/node.hpp"
#include "nodes/imaging/geometry.hpp"
#include "nodes/imaging/masked.hpp"
#include "nodes/imaging/require.hpp"
#include "nodes/segment/labels.hpp"

namespace radflow {
namespace {

enum class Unit { Pixels, Millimetres };
Choices<Unit> choices_of(Unit) {
  return {{Unit::Pixels, "pixels", "Columns and rows of the source image, from 0; also if this is absent."},
          {Unit::Millimetres, "mm",
           "Along a row and a column of the source image, from its first pixel's centre."}};
}

struct Params {
  std::vector<std::array<double, 2>> seeds;
  Interval range;
  std::optional<Unit> unit;
  Neighbours neighbours = Neighbours::Eight;
  std::optional<int> label;
  std::optional<std::vector<std::string>> names;
};

class RegionGrowing {
 public:
  explicit RegionGrowing(const Params& params)
      : params_{params}, names_{params.names.value_or(std::vector<std::string>{})} {
    if (params.seeds.empty()) throw ParamError{"seeds", "needs one seed or more: [[x, y]]"};
  }

  Result<Mask> operator()(const Frame& frame, const Mask* mask) const {
    if (auto error = require_grey(frame, "region_growing")) return *error;
    if (mask)
      if (auto error = require_same_grid(frame, *mask, "region_growing")) return *error;
    std::vector<cv::Point> seeds;
    for (const auto& seed : params_.seeds) {
      const Result<cv::Point> pixel = pixel_of(seed, frame);
      if (!pixel) return pixel.error();
      seeds.push_back(*pixel);
    }
    const auto within = [&](double value) {
      return value >= params_.range.low && value <= params_.range.high;
    };
    const Mask candidates = labelled(frame, selected(frame, mask, params_.label), names_, within);
    Mask grown{cv::Mat::zeros(frame.pixels.size(), CV_16U), names_, frame.geometry};
    std::deque<cv::Point> open;
    const auto take = [&](int row, int column) {
      std::uint16_t& out = grown.labels.ptr<std::uint16_t>(row)[column];
      if (out || !candidates.labels.ptr<std::uint16_t>(row)[column]) return;
      out = 1;
      open.emplace_back(column, row);
    };
    for (const cv::Point& seed : seeds) take(seed.y, seed.x);
    for (; !open.empty(); open.pop_front())
      for_each_neighbour(grown.labels.size(), open.front().y, open.front().x, params_.neighbours, take);
    return grown;
  }

 private:
  Result<cv::Point> pixel_of(std::array<double, 2> seed, const Frame& frame) const {
    if (params_.unit == Unit::Millimetres) {
      const auto spacing = source_spacing(frame.geometry);
      if (!spacing) return Error{"no_spacing", "the frame's spacing is unknown: give seeds in pixels"};
      seed = {seed[0] / spacing->column, seed[1] / spacing->row};
    }
    const auto at = from_source(frame.geometry, seed[0], seed[1]);
    const double x = std::round(at[0]), y = std::round(at[1]);
    if (!(x >= 0 && y >= 0 && x < frame.pixels.cols && y < frame.pixels.rows))
      return Error{"seed_outside", fmt::format("a seed lies at ({:.6g}, {:.6g}) of a frame of {}x{} pixels",
                                               at[0], at[1], frame.pixels.cols, frame.pixels.rows)};
    return cv::Point{static_cast<int>(x), static_cast<int>(y)};
  }

  Params params_;
  SharedTable<std::string> names_;
};

const Register<RegionGrowing, Params> registered{
    NodeSpec{
        "region_growing",
        "Labels 1 what is connected with a seed by values in a range, as scikit-image's flood; a seed whose "
        "value is outside the range grows nothing."}
        .param(&Params::seeds, "seeds", required(), "[[x, y], ...] in the source image.")
        .param(&Params::range, "range", required(), "[low, high] in the frame's units, both included.")
        .param(&Params::unit, "unit", any(), "What the seeds are in.")
        .param(&Params::neighbours, "neighbours", any(), "Which pixels are connected.")
        .param(&Params::label, "label", range(1, Mask::most_labels), label_sentence)
        .param(&Params::names, "names", any(), names_sentence)
        .inputs({"image", "mask"})
        .errors({colour_not_supported,
                 geometry_mismatch,
                 {"no_spacing", "Seeds are in mm, and the frame's spacing is unknown."},
                 {"seed_outside", "A seed does not lie in the frame."}})
        .example("- region_growing: {seeds: [[1, 1]], range: [-50, 150]}")};

}  // namespace
}  // namespace radflow
