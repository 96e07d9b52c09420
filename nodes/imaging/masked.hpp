// What nodes that take a frame and, perhaps, a mask of it need: that both lie on one grid, and which pixels count.
//   if (mask)
//     if (auto error = require_same_grid(frame, *mask, "histogram")) return *error;
//   const cv::Mat counts = selected(frame, mask, params_.label);
#pragma once

#include <optional>
#include <string_view>

#include <opencv2/core/mat.hpp>

#include "graph/result.hpp"
#include "graph/spec.hpp"
#include "nodes/types/boxes.hpp"
#include "nodes/types/frame.hpp"
#include "nodes/types/mask.hpp"

namespace radflow {

inline constexpr ReasonSpec geometry_mismatch{
    "geometry_mismatch",
    "The mask, or the boxes, do not lie on the frame's pixels: size, spacing or position differ."};
inline constexpr const char* label_sentence =
    "The label of the mask that counts; absent: all but 0. Without a mask the whole frame counts.";

// Error "geometry_mismatch" unless both have one size and their pixels lie at the same places: within 1e-3 mm, or within
// 1e-3 pixels of the source image where a spacing is unknown.
std::optional<Error> require_same_grid(const Frame& frame, const Mask& mask, std::string_view node);
std::optional<Error> require_same_grid(const Frame& frame, const Boxes& boxes, std::string_view node);

// 8 bit, 255 at pixels that are image and that the mask, if there is one, gives the label; empty: all of them are.
cv::Mat selected(const Frame& frame, const Mask* mask, std::optional<int> label = {});

}  // namespace radflow
