// Where the pixels of a frame are: spacing and its source, position, orientation, laterality.
#pragma once

#include "nodes/decode/dicom/tags.hpp"
#include "nodes/types/frame.hpp"

namespace radflow {

// What is absent or no number in the file is absent here. `frame` from 0.
Geometry read_geometry(const FrameTags& tags, std::size_t frame);

}  // namespace radflow
