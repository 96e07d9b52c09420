// What a node may ask of a frame before it reads the pixels. Each returns the error to return, or nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "graph/param_codec.hpp"
#include "graph/result.hpp"
#include "graph/spec.hpp"
#include "nodes/types/frame.hpp"

namespace radflow {

inline constexpr ReasonSpec colour_not_supported{
    "colour_not_supported",
    "The node takes one grey channel, the frame has colour: put `to_grey` before it."};
inline constexpr ReasonSpec codes_not_supported{
    "codes_not_supported", "The frame holds codes or labels, between which there is nothing to compute."};
inline constexpr ReasonSpec monochrome1{
    "monochrome1",
    "A high value is dark: put `window` or `invert` before it, or say `photometric: as_stored`."};
inline constexpr ReasonSpec pixels_not_finite{"not_finite", "The frame has values that are not finite."};
inline constexpr ReasonSpec no_valid_pixels{"no_valid_pixels", "The frame is all padding."};

// Error "colour_not_supported" unless the frame has one channel.
std::optional<Error> require_grey(const Frame& frame, std::string_view node);

// Error "codes_not_supported" if the frame holds codes (lbp, labels): between two codes there is none, so a
// node that interpolates or averages would make numbers that mean nothing.
std::optional<Error> require_values(const Frame& frame, std::string_view node);

// How a feature node takes MONOCHROME1, where a high value is dark: refused, because features of inverted and
// of plain images do not compare, or read as stored.
enum class TakesPhotometric { Monochrome2, AsStored };
Choices<TakesPhotometric> choices_of(TakesPhotometric);
inline constexpr const char* photometric_sentence =
    "What becomes of MONOCHROME1 frames, where a high value is dark.";

// As require_grey, and error "monochrome1" if the frame is MONOCHROME1 and that is not taken as stored.
std::optional<Error> require_monochrome2(const Frame& frame, std::string_view node, TakesPhotometric takes);

}  // namespace radflow
