// Picture: what nodes take that change the grid of pixels and not their meaning (resize, flip, crop, ...): a frame or a
// mask, of which they give the same type. To them the labels of a mask are a frame of codes.
//   Result<Payload> operator()(const Picture& picture) const {
//     return changed(picture, [&](const Frame& image) -> Result<Frame> { ... });
//   }
#pragma once

#include <utility>

#include "graph/one_of.hpp"
#include "graph/result.hpp"
#include "nodes/types/frame.hpp"
#include "nodes/types/mask.hpp"

namespace radflow {

using Picture = OneOf<Frame, Mask>;

inline bool is_mask(const Picture& picture) { return picture.get<Mask>() != nullptr; }

inline Frame as_frame(const Mask& mask) {
  Frame frame;
  frame.pixels = mask.labels;
  frame.bits_stored = 16;
  frame.levels = Mask::most_labels + 1;
  frame.geometry = mask.geometry;
  return frame;
}

// What change(frame) makes of the frame, or of the labels of the mask, as a value of the type that arrived. Of a mask
// only pixels and geometry are kept: beyond its edge there is no label, and no padding.
template <typename Change>
Result<Payload> changed(const Picture& picture, const Change& change) {
  const auto* mask = picture.get<Mask>();
  Result<Frame> result = mask ? change(as_frame(*mask)) : change(picture.as<Frame>());
  if (!result) return result.error();
  if (!mask) return Payload::of(*std::move(result));
  return Payload::of(Mask{std::move(result->pixels), mask->names, std::move(result->geometry)});
}

}  // namespace radflow
