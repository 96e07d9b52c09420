#include "nodes/imaging/measurable.hpp"

#include <fmt/format.h>

#include "nodes/imaging/counts.hpp"

namespace radflow {

std::optional<Error> require_measurable(const Frame& frame, const Mask* mask, std::string_view node,
                                        TakesPhotometric takes) {
  if (auto error = require_monochrome2(frame, node, takes)) return error;
  if (mask)
    if (auto error = require_same_grid(frame, *mask, node)) return error;
  if (count_pixels(frame.pixels, frame.valid) == 0)
    return Error{"no_valid_pixels", fmt::format("{} got a frame that is all padding", node)};
  return std::nullopt;
}

}  // namespace radflow
