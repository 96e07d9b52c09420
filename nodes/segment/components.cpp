// components: the connected regions of a mask's labels, numbered as scikit-image's measure.label numbers them: in the
// order in which their first pixels come, row by row. Pixels of different labels are never connected. Regions that are
// too small, or all but the largest, lose their label, and the others are numbered without gaps.
//   - components: {keep: largest}
#include <algorithm>

#include "graph/node.hpp"
#include "nodes/segment/labels.hpp"

namespace radflow {
namespace {

enum class Keep { All, Largest };
Choices<Keep> choices_of(Keep) {
  return {{Keep::All, "all", "Every region."},
          {Keep::Largest, "largest", "The one of most pixels; of several the first."}};
}

struct Params {
  Keep keep = Keep::All;
  std::optional<int> min_size;
  Neighbours neighbours = Neighbours::Eight;
  std::optional<int> label;
};

struct Pixel {
  int row = 0;
  int column = 0;
};

// Whatever is connected with the first pixel, marked as seen on the way.
std::vector<Pixel> region_of(const cv::Mat& labels, Pixel first, Neighbours neighbours, cv::Mat& seen) {
  const std::uint16_t label = labels.ptr<std::uint16_t>(first.row)[first.column];
  std::vector<Pixel> region{first};
  seen.ptr<std::uint8_t>(first.row)[first.column] = 1;
  for (std::size_t i = 0; i < region.size(); ++i)
    for_each_neighbour(labels.size(), region[i].row, region[i].column, neighbours, [&](int row, int column) {
      std::uint8_t& mark = seen.ptr<std::uint8_t>(row)[column];
      if (mark || labels.ptr<std::uint16_t>(row)[column] != label) return;
      mark = 1;
      region.push_back({row, column});
    });
  return region;
}

class Components {
 public:
  explicit Components(const Params& params) : params_{params} {}

  Result<Mask> operator()(const Mask& mask) const {
    std::vector<std::vector<Pixel>> kept;
    cv::Mat seen = cv::Mat::zeros(mask.labels.size(), CV_8U);
    for (int row = 0; row < mask.labels.rows; ++row)
      for (int column = 0; column < mask.labels.cols; ++column) {
        const int label = mask.labels.ptr<std::uint16_t>(row)[column];
        if (label == 0 || seen.ptr<std::uint8_t>(row)[column]) continue;
        if (params_.label && label != *params_.label) continue;
        std::vector<Pixel> region = region_of(mask.labels, {row, column}, params_.neighbours, seen);
        if (params_.min_size && region.size() < static_cast<std::size_t>(*params_.min_size)) continue;
        if (params_.keep == Keep::Largest && !kept.empty()) {
          if (region.size() > kept.front().size()) kept.front() = std::move(region);
        } else if (kept.size() < Mask::most_labels) {
          kept.push_back(std::move(region));
        } else {
          return Error{"too_many_regions", "components found more than 65535 regions: say `min_size`"};
        }
      }
    Mask result{cv::Mat::zeros(mask.labels.size(), CV_16U), {}, mask.geometry};
    for (std::size_t i = 0; i < kept.size(); ++i)
      for (const auto& [row, column] : kept[i])
        result.labels.ptr<std::uint16_t>(row)[column] = static_cast<std::uint16_t>(i + 1);
    return result;
  }

 private:
  Params params_;
};

const Register<Components, Params> registered{
    NodeSpec{"components",
             "Labels the connected regions of a mask 1, 2, ... in the order of their first pixels, as "
             "scikit-image's measure.label; an empty mask stays empty."}
        .param(&Params::keep, "keep", any(), "Which regions stay.")
        .param(&Params::min_size, "min_size", at_least(1),
               "Pixels that a region has at least; others lose their label.")
        .param(&Params::neighbours, "neighbours", any(), "Which pixels are connected.")
        .param(&Params::label, "label", range(1, Mask::most_labels), "Only regions of this label.")
        .errors({{"too_many_regions", "There are more than 65535 regions: say `min_size`."}})
        .example("- components: {keep: largest}")};

}  // namespace
}  // namespace radflow
