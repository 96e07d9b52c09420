// flip: mirrors each frame or mask left to right or top to bottom. The directions of rows or columns turn with it, so
// a pixel keeps its place in the patient; laterality is the patient's and stays.
//   - flip: {direction: horizontal}
#include <opencv2/core.hpp>

#include "graph/node.hpp"
#include "nodes/imaging/geometry.hpp"
#include "nodes/imaging/picture.hpp"

namespace radflow {
namespace {

enum class Direction { Horizontal, Vertical };
Choices<Direction> choices_of(Direction) {
  return {{Direction::Horizontal, "horizontal", "Left and right change places."},
          {Direction::Vertical, "vertical", "Top and bottom change places."}};
}

struct Params {
  Direction direction = Direction::Horizontal;
};

class Flip {
 public:
  explicit Flip(const Params& params) : horizontal_{params.direction == Direction::Horizontal} {}

  Result<Payload> operator()(const Picture& picture) const {
    return changed(picture, [this](const Frame& frame) { return Result<Frame>{flipped(frame)}; });
  }

 private:
  Frame flipped(const Frame& frame) const {
    const PixelMap to_old = horizontal_ ? PixelMap{-1, 0, frame.pixels.cols - 1.0, 0, 1, 0}
                                        : PixelMap{1, 0, 0, 0, -1, frame.pixels.rows - 1.0};
    Frame result = frame.with_pixels(mirror(frame.pixels));
    result.valid = mirror(frame.valid);
    result.geometry = remapped(frame.geometry, to_old);
    return result;
  }

  cv::Mat mirror(const cv::Mat& image) const {
    cv::Mat mirrored;
    if (!image.empty()) cv::flip(image, mirrored, horizontal_ ? 1 : 0);
    return mirrored;
  }

  bool horizontal_;
};

const Register<Flip, Params> registered{
    NodeSpec{"flip", "Mirrors each frame or mask left to right or top to bottom."}
        .param(&Params::direction, "direction", any(), "Which sides change places.")
        .keeps_known()
        .example("- flip: {direction: horizontal}")};

}  // namespace
}  // namespace radflow
