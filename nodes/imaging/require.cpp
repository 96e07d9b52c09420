#include "nodes/imaging/require.hpp"

#include <fmt/format.h>

namespace radflow {

std::optional<Error> require_grey(const Frame& frame, std::string_view node) {
  if (frame.pixels.channels() == 1) return std::nullopt;
  return Error{"colour_not_supported",
               fmt::format("{} takes one grey channel, the frame has {} ({}): put `to_grey` before it", node,
                           frame.pixels.channels(), name(frame.photometric))};
}

std::optional<Error> require_values(const Frame& frame, std::string_view node) {
  if (frame.levels == 0) return std::nullopt;
  return Error{"codes_not_supported",
               fmt::format("{} would average the frame's {} codes: put it before the node that makes them",
                           node, frame.levels)};
}

Choices<TakesPhotometric> choices_of(TakesPhotometric) {
  return {{TakesPhotometric::Monochrome2, "monochrome2", "They go to the dead letters."},
          {TakesPhotometric::AsStored, "as_stored", "They are read without inverting."}};
}

std::optional<Error> require_monochrome2(const Frame& frame, std::string_view node, TakesPhotometric takes) {
  if (auto error = require_grey(frame, node)) return error;
  if (frame.photometric != Photometric::Monochrome1 || takes == TakesPhotometric::AsStored)
    return std::nullopt;
  return Error{
      "monochrome1",
      fmt::format("{} got MONOCHROME1, where a high value is dark: put `window` or `invert` before it, "
                  "or say `photometric: as_stored`",
                  node)};
}

}  // namespace radflow
