// tile: cuts each frame into tiles, each of which becomes a message of its own, row by row; a mask beside the frame is cut
// with it and leaves at `tile.mask`. A result has the tile's number and corner beside the frame's number. Every tile has the size asked for: what a tile at the right or lower edge has beyond
// the frame is padding, without a label.
//   - tile: {width: 256, height: 256}
#include <algorithm>
#include <opencv2/core.hpp>

#include "graph/node.hpp"
#include "nodes/imaging/geometry.hpp"
#include "nodes/imaging/masked.hpp"
#include "nodes/imaging/picture.hpp"
#include "nodes/types/facts.hpp"

namespace radflow {
namespace {

struct Params {
  int width = 256;
  int height = 256;
  int overlap = 0;
  double fill = 0;
};

class Tile {
 public:
  using Tiles = std::vector<Part<std::tuple<Frame, std::optional<Mask>>>>;

  explicit Tile(const Params& params) : params_{params} {
    if (params.overlap >= std::min(params.width, params.height))
      throw ParamError{"overlap", "must be less than width and height"};
  }

  Known known() const { return Known{}.set(KnownSize{params_.width, params_.height}); }

  // Errors: geometry_mismatch, too_many_tiles, too_large.
  Result<Tiles> operator()(const Frame& frame, const Mask* mask, const Context& context) const {
    if (mask)
      if (auto error = require_same_grid(frame, *mask, "tile")) return *error;
    const int columns = count(frame.pixels.cols, params_.width),
              rows = count(frame.pixels.rows, params_.height);
    if (static_cast<std::int64_t>(columns) * rows > most_tiles)
      return Error{"too_many_tiles", "tile would cut the frame into more than 65536 tiles"};
    const std::size_t pixels = static_cast<std::size_t>(columns) * rows * params_.width * params_.height;
    if (auto error = context.charge(pixels * (frame.pixels.elemSize() + 1 + (mask ? 2 : 0)))) return *error;
    Tiles tiles;
    for (int row = 0; row < rows; ++row)
      for (int column = 0; column < columns; ++column) {
        const cv::Rect at{column * (params_.width - params_.overlap),
                          row * (params_.height - params_.overlap), params_.width, params_.height};
        std::optional<Mask> labels;
        if (mask) {
          Frame cut = tile(as_frame(*mask), at, 0);
          labels = Mask{cut.pixels, mask->names, cut.geometry};
        }
        tiles.push_back({std::tuple{tile(frame, at, params_.fill), std::move(labels)},
                         {static_cast<std::uint32_t>(tiles.size()),
                          static_cast<std::uint32_t>(rows * columns),
                          {},
                          Corner{at.x, at.y}}});
      }
    return tiles;
  }

 private:
  static constexpr std::int64_t most_tiles = 65536;

  int count(int size, int tile) const {
    const int step = tile - params_.overlap;
    return size <= tile ? 1 : 1 + (size - tile + step - 1) / step;
  }

  static Frame tile(const Frame& frame, const cv::Rect& at, double fill) {
    const cv::Rect part = at & cv::Rect{0, 0, frame.pixels.cols, frame.pixels.rows};
    const cv::Rect inner{0, 0, part.width, part.height};
    Frame result = frame.with_pixels(cv::Mat(at.size(), frame.pixels.type(), cv::Scalar::all(fill)));
    frame.pixels(part).copyTo(result.pixels(inner));
    result.valid.release();
    if (!frame.valid.empty() || part.size() != at.size()) {
      result.valid = cv::Mat::zeros(at.size(), CV_8U);
      if (frame.valid.empty())
        result.valid(inner).setTo(255);
      else
        frame.valid(part).copyTo(result.valid(inner));
    }
    result.geometry = remapped(frame.geometry, {1, 0, at.x * 1.0, 0, 1, at.y * 1.0});
    return result;
  }

  Params params_;
};

const Register<Tile, Params> registered{
    NodeSpec{
        "tile",
        "Cuts each frame, and the mask beside it, into tiles of one size; one message per tile. Results say "
        "which: `tile: {index, count, x, y}`, with the first column and row in pixels of what is cut."}
        .param(&Params::width, "width", range(1, 16384), "Columns of a tile.")
        .param(&Params::height, "height", range(1, 16384), "Rows of a tile.")
        .param(&Params::overlap, "overlap", range(0, 16383),
               "Columns and rows that neighbours have in common.")
        .param(&Params::fill, "fill", any(), "Value of the padding beyond the frame, in the frame's units.")
        .inputs({"image", "mask"})
        .outputs({"out", "mask"})
        .first_is_main()
        .keeps_known<KnownMeaning, KnownLevels>()
        .errors(
            {geometry_mismatch, too_large, {"too_many_tiles", "The frame would make more than 65536 tiles."}})
        .example("- tile: {width: 256, height: 256}")};

}  // namespace
}  // namespace radflow
