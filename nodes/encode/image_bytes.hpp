// Pixels or voxels as the bytes of a file.
#pragma once

#include <string>

#include "graph/result.hpp"
#include "nodes/types/frame.hpp"
#include "nodes/types/mask.hpp"
#include "nodes/types/volume.hpp"

namespace radflow {

// NumPy's format, version 1.0: exact values of any depth, shape (rows, columns) or (rows, columns, channels), of a volume's
// voxels (slices, rows, columns).
std::string to_npy(const cv::Mat& pixels);

// PNG of 8 or 16 bit, grey or RGB, the values as they are.
// Errors: unsupported_depth (any other depth: it would have to be scaled, which `window` does by name).
Result<std::string> to_png(const Frame& frame);

// NRRD, version 4, as 3D Slicer, ITK and SimpleITK read it: exact values, spacing, position and orientation. Padding is voxels
// like others. Errors: unsupported_depth (floating point of 16 bit).
Result<std::string> to_nrrd(const Volume& volume);

// The labels as they are: of 8 bit where all are below 256, else of 16.
std::string to_png(const Mask& mask);

}  // namespace radflow
