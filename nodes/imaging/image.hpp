// Image: what nodes take that measure values and not where they stand, a frame or a volume.
//   Result<Features> operator()(const Image& image, const Mask* mask) const {
//     Frame of_volume;
//     const Frame& frame = values_of(image, of_volume);
#pragma once

#include "graph/node_body.hpp"
#include "graph/one_of.hpp"
#include "nodes/types/frame.hpp"
#include "nodes/types/volume.hpp"

namespace radflow {

using Image = OneOf<Frame, Volume>;

// The frame that arrived; of a volume `of_volume`, which becomes a frame without geometry that shows all its slices, each below
// the one before, and shares their memory.
const Frame& values_of(const Image& image, Frame& of_volume);

// Throws ParamError: what the parameter asks for is for frames. For constructors, where it is asked for.
void require_frames(const BuildInfo& info, const std::string& param, const std::string& what);

}  // namespace radflow
