// Geometry under a change of the pixel grid: resize, rotate, flip and crop say where each new pixel centre
// lies in the old frame, and spacing, position, orientation and the way back to the
// source follow. Pure functions.
#pragma once

#include <array>
#include <optional>

#include "nodes/types/frame.hpp"

namespace radflow {

// Pixel centre (column, row) of the new frame to the old one's: 2x3, row-major, as Geometry::to_source.
using PixelMap = std::array<double, 6>;

std::array<double, 2> apply(const PixelMap& map, double column, double row);
// outer(inner(pixel)).
PixelMap compose(const PixelMap& outer, const PixelMap& inner);

// The geometry of a frame whose pixels lie at `to_old` in the frame of `old`. What cannot be known without a
// spacing (position after a shift, orientation after a turn) becomes absent, never a guess.
Geometry remapped(const Geometry& old, const PixelMap& to_old);

// Patient coordinates (LPS, mm) of a pixel centre; absent where spacing, position or orientation is.
std::optional<std::array<double, 3>> patient_position(const Geometry& geometry, double column, double row);

// Pixel centre (column, row) of the source image to this frame's: what Geometry::to_source turns round.
std::array<double, 2> from_source(const Geometry& geometry, double column, double row);

}  // namespace radflow
