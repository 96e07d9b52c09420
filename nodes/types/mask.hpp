// Mask: a label image on the grid of a frame. Immutable once on an edge; `labels` is shared, never written in place.
// Which image it belongs to say the identifiers of its message, as they do of a frame: a mask and a frame that meet in a
// node came of one frame.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <opencv2/core/mat.hpp>

#include "nodes/types/frame.hpp"
#include "nodes/types/shared_table.hpp"

namespace radflow {

struct Mask {
  static constexpr std::string_view payload_name = "mask";
  static constexpr int most_labels = 65535;

  // CV_16U, one channel; 0 where a pixel has no label. Padding has none.
  cv::Mat labels;
  // Of the labels 1, 2, ... in their order; may end before the highest label does.
  SharedTable<std::string> names;
  Geometry geometry;  // The frame's.

  // "" where the label has none.
  std::string_view label_name(int label) const {
    const auto at = static_cast<std::size_t>(label - 1);
    return label > 0 && at < names.size() ? std::string_view{names[at]} : std::string_view{};
  }

  // The bytes of the labels; names are shared among many masks.
  std::size_t bytes() const;

  // As Frame::detached().
  Mask detached() const;
};

}  // namespace radflow
