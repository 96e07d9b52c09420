// What a node may ask of a frame before it reads the pixels. Each returns the error to return, or nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "graph/result.hpp"
#include "nodes/types/frame.hpp"

namespace radflow {

// Error "colour_not_supported" unless the frame has one channel.
std::optional<Error> require_grey(const Frame& frame, std::string_view node);

// Error "codes_not_supported" if the frame holds codes (lbp, labels): between two codes there is none, so a
// node that interpolates or averages would make numbers that mean nothing.
std::optional<Error> require_values(const Frame& frame, std::string_view node);

// How a feature node takes MONOCHROME1, where a high value is dark: refused, because features of inverted and
// of plain images do not compare, or read as stored.
inline constexpr std::string_view photometric_sentence =
    "monochrome2 sends MONOCHROME1 frames to the dead letters, as_stored reads them without inverting.";

// As require_grey, and error "monochrome1" if the frame is MONOCHROME1 and `photometric` is not "as_stored".
std::optional<Error> require_monochrome2(const Frame& frame, std::string_view node,
                                         const std::string& photometric);

}  // namespace radflow
