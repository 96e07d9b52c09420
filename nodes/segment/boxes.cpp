// boxes: the rectangle around each label of a mask. Results say where it lies in the source image, in pixels and in mm.
//   - boxes
#include <algorithm>
#include <map>

#include "graph/node.hpp"
#include "nodes/types/boxes.hpp"
#include "nodes/types/mask.hpp"

namespace radflow {
namespace {

struct Params {
  std::optional<int> label;
};

class BoxesOfMask {
 public:
  explicit BoxesOfMask(const Params& params) : label_{params.label} {}

  Boxes operator()(const Mask& mask) const {
    struct Extent {
      int left, top, right, bottom;
    };
    std::map<int, Extent> extents;
    for (int row = 0; row < mask.labels.rows; ++row) {
      const auto* line = mask.labels.ptr<std::uint16_t>(row);
      for (int column = 0; column < mask.labels.cols; ++column) {
        const int label = line[column];
        if (label == 0 || (label_ && label != *label_)) continue;
        Extent& extent = extents.try_emplace(label, Extent{column, row, column, row}).first->second;
        extent.left = std::min(extent.left, column);
        extent.right = std::max(extent.right, column);
        extent.bottom = row;
      }
    }
    Boxes boxes{{}, mask.labels.cols, mask.labels.rows, mask.geometry};
    for (const auto& [label, at] : extents)
      boxes.list.push_back({label, std::string{mask.label_name(label)}, at.left, at.top,
                            at.right - at.left + 1, at.bottom - at.top + 1});
    return boxes;
  }

 private:
  std::optional<int> label_;
};

const Register<BoxesOfMask, Params> registered{
    NodeSpec{"boxes",
             "The rectangle around each label of a mask, in source pixels and mm; of an empty mask none."}
        .param(&Params::label, "label", range(1, Mask::most_labels), "Only of this label.")
        .example("- boxes")};

}  // namespace
}  // namespace radflow
