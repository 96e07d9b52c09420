// watershed: floods a frame from the labels of the markers, low values first, until the floods meet (F. Meyer, Un
// algorithme optimal pour la ligne de partage des eaux, 1991). Pixels of one value are flooded in the order in which they
// were reached, markers row by row: where floods of one level meet on a plateau, scikit-image's segmentation.watershed,
// which floods likewise, may draw the border another way; elsewhere both are equal. No line is left between regions.
//   - watershed:
//     from: {image: gaussian_blur, markers: seeds}
#include <cmath>
#include <queue>

#include "graph/node.hpp"
#include "nodes/imaging/masked.hpp"
#include "nodes/imaging/require.hpp"
#include "nodes/segment/labels.hpp"

namespace radflow {
namespace {

struct Params {
  Neighbours neighbours = Neighbours::Four;
  std::optional<int> label;
};

// A pixel that a flood has reached.
struct Reached {
  double value = 0;
  std::size_t order = 0;
  cv::Point at;
  bool operator>(const Reached& other) const {
    return value != other.value ? value > other.value : order > other.order;
  }
};

class Watershed {
 public:
  explicit Watershed(const Params& params) : params_{params} {}

  Result<Mask> operator()(const Frame& frame, const Mask& markers, const Mask* mask) const {
    if (auto error = require_grey(frame, "watershed")) return *error;
    if (auto error = require_values(frame, "watershed")) return *error;
    for (const Mask* one : {&markers, mask})
      if (one)
        if (auto error = require_same_grid(frame, *one, "watershed")) return *error;
    cv::Mat values;
    frame.pixels.convertTo(values, CV_64F);
    const cv::Mat flooded = selected(frame, mask, params_.label);
    const auto dry = [&](int row, int column) {
      return (!flooded.empty() && !flooded.ptr<std::uint8_t>(row)[column]) ||
             std::isnan(values.ptr<double>(row)[column]);
    };
    Mask result{markers.labels.clone(), markers.names, frame.geometry};
    std::priority_queue<Reached, std::vector<Reached>, std::greater<>> open;
    std::size_t order = 0;
    for (int row = 0; row < values.rows; ++row)
      for (int column = 0; column < values.cols; ++column) {
        std::uint16_t& label = result.labels.ptr<std::uint16_t>(row)[column];
        if (dry(row, column)) label = 0;
        if (label) open.push({values.ptr<double>(row)[column], order++, {column, row}});
      }
    while (!open.empty()) {
      const cv::Point at = open.top().at;
      open.pop();
      const std::uint16_t label = result.labels.ptr<std::uint16_t>(at.y)[at.x];
      for_each_neighbour(values.size(), at.y, at.x, params_.neighbours, [&](int row, int column) {
        std::uint16_t& other = result.labels.ptr<std::uint16_t>(row)[column];
        if (other || dry(row, column)) return;
        other = label;
        open.push({values.ptr<double>(row)[column], order++, {column, row}});
      });
    }
    return result;
  }

 private:
  Params params_;
};

const Register<Watershed, Params> registered{
    NodeSpec{
        "watershed",
        "Floods a frame from the labels of the markers, low values first, as scikit-image's watershed (equal "
        "but on plateaus, where the borders may differ). What no flood reaches, NaN among it, has no label; "
        "without any marker nothing has."}
        .param(&Params::neighbours, "neighbours", any(), "Where a flood goes on.")
        .param(&Params::label, "label", range(1, Mask::most_labels),
               "The label of the mask within which floods go; absent: all but 0. Without a mask the whole "
               "frame.")
        .inputs({"image", "markers", "mask"})
        .errors({colour_not_supported, codes_not_supported, geometry_mismatch})
        .example("- watershed:\n    from: {image: gaussian_blur, markers: seeds}")};

}  // namespace
}  // namespace radflow
