// Tiles: how a frame that is larger than what a network takes is cut, and how what the network gives for each tile becomes
// one map again.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include <opencv2/core/types.hpp>

#include "graph/param_codec.hpp"
#include "graph/spec.hpp"
#include "nodes/infer/image_input.hpp"
#include "nodes/infer/tensor.hpp"

namespace radflow {

struct TileParams {
  std::optional<int> size;
  int overlap = 0;

  static Fields<TileParams> fields();
};
inline constexpr const char* tile_size_sentence =
    "Rows and columns of a tile, where the network takes frames of any size; absent: what it takes.";
inline constexpr const char* tile_overlap_sentence =
    "How many pixels neighbouring tiles share. The last ones of a row or column share more: each lies within "
    "the frame.";

class Tiles {
 public:
  // `rows`, `columns`: what the network takes, -1 for any. Throws ParamError of "tiles.size" or "tiles.overlap".
  Tiles(const TileParams& params, std::int64_t rows, std::int64_t columns);

  // The tiles of a frame, row by row. A frame with fewer pixels than a tile has, along one axis, is one tile there.
  std::vector<cv::Rect> over(cv::Size frame) const;

  cv::Size size() const { return size_; }

 private:
  cv::Size size_;
  int overlap_;
};

// A tile of an image that is a batch of one.
Tensor cut(const Tensor& image, TensorLayout layout, const cv::Rect& tile);

// One map of `frame`'s size: at each pixel the mean of what the tiles over it gave. Values within `edge` pixels of a tile's
// side do not count but where that is the frame's side; neighbours must share 2 * edge pixels. Each of `given` has the
// extents of its tile, without that of the batch.
Tensor merge(const std::vector<Tensor>& given, TensorLayout layout, const std::vector<cv::Rect>& tiles,
             cv::Size frame, int edge);

}  // namespace radflow
