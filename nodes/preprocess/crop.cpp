// crop: the part of each frame or mask within a rectangle, a mask's label or a box, with a margin around it. What would lie
// outside the frame is cut off.
//   - crop: {to: mask, margin: 8}
//     from: {image: decode, mask: components}
//   - crop: {rectangle: [16, 0, 64, 32]}
#include <algorithm>
#include <array>
#include <opencv2/imgproc.hpp>

#include "graph/node.hpp"
#include "nodes/imaging/geometry.hpp"
#include "nodes/imaging/masked.hpp"
#include "nodes/imaging/picture.hpp"
#include "nodes/types/boxes.hpp"
#include "nodes/types/facts.hpp"

namespace radflow {
namespace {

enum class To { Mask, Box };
Choices<To> choices_of(To) {
  return {{To::Mask, "mask", "What surrounds the label in the mask at the input `mask`."},
          {To::Box, "box", "What surrounds the boxes of the label at the input `boxes`."}};
}

struct Params {
  std::optional<To> to;
  std::optional<std::array<int, 4>> rectangle;
  int margin = 0;
  std::optional<int> label;
};

class Crop {
 public:
  Crop(const Params& params, const BuildInfo& info) : params_{params} {
    if (params.to && params.rectangle)
      throw ParamError{"to", "and `rectangle` say the same: give one of them"};
    if (params.rectangle && ((*params.rectangle)[2] < 1 || (*params.rectangle)[3] < 1))
      throw ParamError{"rectangle", "is [x, y, width, height], the last two at least 1"};
    const auto wired = [&](std::size_t port) { return port < info.inputs.size() && info.inputs[port]; };
    if (info.inputs.empty() || !params.to) return;
    if (*params.to == To::Mask && !wired(1))
      throw ParamError{"to", "needs a mask: `from: {image: NODE, mask: NODE}`"};
    if (*params.to == To::Box && !wired(2))
      throw ParamError{"to", "needs boxes: `from: {image: NODE, boxes: NODE}`"};
  }

  Result<Payload> operator()(const Picture& picture, const Mask* mask, const Boxes* boxes) const {
    return changed(picture, [&](const Frame& frame) -> Result<Frame> {
      if (mask)
        if (auto error = require_same_grid(frame, *mask, "crop")) return *error;
      if (boxes)
        if (auto error = require_same_grid(frame, *boxes, "crop")) return *error;
      const cv::Rect whole{0, 0, frame.pixels.cols, frame.pixels.rows};
      cv::Rect part = part_of(mask, boxes);
      if (!part.empty())
        part = cv::Rect{part.x - params_.margin, part.y - params_.margin, part.width + 2 * params_.margin,
                        part.height + 2 * params_.margin} &
               whole;
      if (part.empty()) return Error{"nothing_to_crop", "crop got no pixel of the frame to keep"};
      Frame result = frame.with_pixels(frame.pixels(part).clone());
      if (!frame.valid.empty()) result.valid = frame.valid(part).clone();
      result.geometry = remapped(frame.geometry, {1, 0, part.x * 1.0, 0, 1, part.y * 1.0});
      return result;
    });
  }

 private:
  cv::Rect part_of(const Mask* mask, const Boxes* boxes) const {
    if (params_.rectangle) {
      const auto [x, y, width, height] = *params_.rectangle;
      return {x, y, width, height};
    }
    if (params_.to == To::Mask)
      return mask ? cv::boundingRect(selected({}, mask, params_.label)) : cv::Rect{};
    cv::Rect all;
    if (boxes)
      for (const Box& box : boxes->list)
        if (!params_.label || box.label == *params_.label)
          all |= cv::Rect{box.column, box.row, box.columns, box.rows};
    return all;
  }

  Params params_;
};

const Register<Crop, Params> registered{
    NodeSpec{
        "crop",
        "Keeps the part of a frame or mask that a rectangle, a mask or a box says; position and way back to "
        "the source follow."}
        .param(&Params::to, "to", any(), "What says the part.")
        .param(&Params::rectangle, "rectangle", any(),
               "[x, y, width, height] in pixels of the frame, instead of `to`.")
        .param(&Params::margin, "margin", range(0, 16384), "Pixels to keep around it.")
        .param(&Params::label, "label", range(1, Mask::most_labels),
               "The label of the mask or the boxes; absent: all.")
        .any_of({"to", "rectangle"})
        .inputs({"image", "mask", "boxes"})
        .keeps_known<KnownMeaning, KnownLevels>()
        .errors({geometry_mismatch,
                 {"nothing_to_crop",
                  "The mask or the boxes are empty, or the rectangle lies outside the frame."}})
        .example("- crop: {rectangle: [1, 0, 64, 32]}")};

}  // namespace
}  // namespace radflow
