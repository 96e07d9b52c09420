// What a node that measures a frame, within a mask where one is wired, asks of both before it reads the pixels.
//   if (auto error = require_measurable(frame, mask, "histogram", params_.photometric)) return *error;
#pragma once

#include <optional>
#include <string_view>

#include "nodes/imaging/masked.hpp"
#include "nodes/imaging/require.hpp"

namespace radflow {

// Errors "colour_not_supported" and "monochrome1" (require_monochrome2), "geometry_mismatch" unless the mask lies on the
// frame's pixels, and "no_valid_pixels" where the frame is all padding. A mask may be empty: its features are missing.
std::optional<Error> require_measurable(const Frame& frame, const Mask* mask, std::string_view node,
                                        TakesPhotometric takes);

}  // namespace radflow
