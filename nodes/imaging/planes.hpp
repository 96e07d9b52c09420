// The planes of a volume as frames.
#pragma once

#include "nodes/types/volume.hpp"

namespace radflow {

// How many there are along the axis.
int planes_along(const Volume& volume, Axis axis);

// Columns and rows of a plane.
cv::Size plane_size(const Volume& volume, Axis axis);

// The plane at this index, from 0 in the direction of the axis, as a frame with memory of its own. Seen along slices it stands
// as the slices do, else the last slice is on top.
Frame plane(const Volume& volume, Axis axis, int index);

}  // namespace radflow
