// Where the pixels of a frame are: spacing and its source, position, orientation, laterality.
#pragma once

#include "nodes/decode/dicom/tags.hpp"
#include "nodes/types/frame.hpp"

namespace radflow {

// Where the frames of a dose grid lie; empty in other objects. Read once, for all frames.
std::vector<double> read_plane_offsets(DcmItem& top, std::size_t frames);

// What is absent or no number in the file is absent here. `frame` from 0.
Geometry read_geometry(const FrameTags& tags, const std::vector<double>& plane_offsets, std::size_t frame);

}  // namespace radflow
