#include "nodes/infer/tiles.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace radflow {
namespace {

// Where tiles begin along one axis.
std::vector<int> begins(int length, int size, int overlap) {
  std::vector<int> places{0};
  while (places.back() + size < length)
    places.push_back(std::min(places.back() + size - overlap, length - size));
  return places;
}

// The extents of an image or map whose last three are channels, rows and columns in the order of its layout.
struct Extents {
  Extents(const std::vector<std::int64_t>& shape, TensorLayout layout) {
    const auto* last = shape.data() + shape.size() - 3;
    const bool nchw = layout == TensorLayout::Nchw;
    planes = nchw ? last[0] : 1;
    rows = nchw ? last[1] : last[0];
    columns = nchw ? last[2] : last[1];
    values = nchw ? 1 : last[2];
  }
  std::size_t row(std::int64_t plane, std::int64_t y) const {
    return static_cast<std::size_t>((plane * rows + y) * columns * values);
  }
  std::int64_t planes, rows, columns, values;  // Values: of a pixel in a plane.
};

}  // namespace

Fields<TileParams> TileParams::fields() {
  return Fields<TileParams>{}
      .param(&TileParams::size, "size", range(1, 65536), tile_size_sentence)
      .param(&TileParams::overlap, "overlap", range(0, 65535), tile_overlap_sentence);
}

Tiles::Tiles(const TileParams& params, std::int64_t rows, std::int64_t columns) : overlap_{params.overlap} {
  for (const std::int64_t extent : {rows, columns}) {
    if (extent < 0 && !params.size)
      throw ParamError{"tiles.size", "the network takes frames of any size: say how large a tile is"};
    if (extent >= 0 && params.size && *params.size != extent)
      throw ParamError{"tiles.size", fmt::format("the network takes {} rows and {} columns; leave size out",
                                                 rows, columns)};
  }
  size_ = {static_cast<int>(params.size.value_or(static_cast<int>(columns))),
           static_cast<int>(params.size.value_or(static_cast<int>(rows)))};
  if (overlap_ >= std::min(size_.width, size_.height))
    throw ParamError{"tiles.overlap", fmt::format("it is {}, and a tile has {} rows and {} columns", overlap_,
                                                  size_.height, size_.width)};
}

std::vector<cv::Rect> Tiles::over(cv::Size frame) const {
  std::vector<cv::Rect> tiles;
  for (const int y : begins(frame.height, size_.height, overlap_))
    for (const int x : begins(frame.width, size_.width, overlap_))
      tiles.emplace_back(x, y, std::min(size_.width, frame.width), std::min(size_.height, frame.height));
  return tiles;
}

Tensor cut(const Tensor& image, TensorLayout layout, const cv::Rect& tile) {
  const Extents from{image.shape, layout};
  Tensor part{image.shape, {}};
  const std::size_t rows = layout == TensorLayout::Nchw ? 2 : 1;
  part.shape[rows] = tile.height;
  part.shape[rows + 1] = tile.width;
  for (std::int64_t plane = 0; plane < from.planes; ++plane)
    for (int y = tile.y; y < tile.y + tile.height; ++y) {
      const auto begin =
          image.values.begin() + static_cast<std::ptrdiff_t>(from.row(plane, y)) + tile.x * from.values;
      part.values.insert(part.values.end(), begin, begin + tile.width * from.values);
    }
  return part;
}

Tensor merge(const std::vector<Tensor>& given, TensorLayout layout, const std::vector<cv::Rect>& tiles,
             cv::Size frame, int edge) {
  Tensor map{given.front().shape, {}};
  const std::size_t rows = layout == TensorLayout::Nchw ? 1 : 0;
  map.shape[rows] = frame.height;
  map.shape[rows + 1] = frame.width;
  const Extents to{map.shape, layout};
  // Sums in double: the mean of three equal values is that value.
  std::vector<double> sums(to.row(to.planes - 1, frame.height - 1) +
                           static_cast<std::size_t>(frame.width * to.values));
  cv::Mat_<int> counts = cv::Mat_<int>::zeros(frame);
  for (std::size_t i = 0; i < tiles.size(); ++i) {
    const cv::Rect& tile = tiles[i];
    const Extents from{given[i].shape, layout};
    const int left = tile.x == 0 ? 0 : edge, right = tile.br().x == frame.width ? 0 : edge;
    const int top = tile.y == 0 ? 0 : edge, bottom = tile.br().y == frame.height ? 0 : edge;
    const cv::Rect counted{tile.x + left, tile.y + top, tile.width - left - right,
                           tile.height - top - bottom};
    counts(counted) += 1;
    for (std::int64_t plane = 0; plane < to.planes; ++plane)
      for (int y = counted.y; y < counted.br().y; ++y) {
        const float* value =
            given[i].values.data() + from.row(plane, y - tile.y) + static_cast<std::size_t>(left * to.values);
        double* sum = sums.data() + to.row(plane, y) + static_cast<std::size_t>(counted.x * to.values);
        for (std::int64_t n = counted.width * to.values; n > 0; --n) *sum++ += static_cast<double>(*value++);
      }
  }
  map.values.reserve(sums.size());
  for (std::size_t at = 0; at < sums.size(); ++at) {
    const std::size_t pixel = at / static_cast<std::size_t>(to.values) % counts.total();
    map.values.push_back(static_cast<float>(sums[at] / counts.ptr<int>()[pixel]));
  }
  return map;
}

}  // namespace radflow
