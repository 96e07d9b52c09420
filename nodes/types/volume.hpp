// Volume: one 3-D image on a regular grid, its voxels and what gives them meaning. Immutable once on an edge; `voxels` is
// shared, never written in place.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include <opencv2/core/mat.hpp>

#include "graph/param_codec.hpp"
#include "nodes/types/frame.hpp"
#include "nodes/types/shared_table.hpp"

namespace radflow {

// Distance of voxel centres in mm: between slices, between rows and between columns.
struct VoxelSpacing {
  double slice = 0;
  double row = 0;
  double column = 0;
};

// Where the voxels lie in the patient, in LPS coordinates (x to the patient's left, y to the back, z to the head).
struct VolumeGeometry {
  VoxelSpacing spacing;
  std::array<double, 3> position{};  // mm: the centre of the first voxel
  // Unit vectors: x of a row's direction, y, z, then a column's, as Geometry::orientation.
  std::array<double, 6> orientation{1, 0, 0, 0, 1, 0};

  // Unit vector from a slice to the next: the cross product of a row's and a column's direction.
  std::array<double, 3> slice_direction() const;
};

struct Volume {
  static constexpr std::string_view payload_name = "volume";

  // Three dimensions: slices, rows, columns; one channel of any depth of OpenCV, continuous.
  cv::Mat voxels;
  // Of the same size, 8 bit: 255 where a voxel is image and 0 where it is padding; empty: all are image.
  cv::Mat valid;

  // As of a frame.
  std::string units = "stored";
  Photometric photometric = Photometric::Monochrome2;
  int bits_stored = 8;
  std::string modality;
  SharedTable<VoiWindow> windows;
  SharedTable<VoiLut> voi_luts;

  VolumeGeometry geometry;

  int slices() const { return voxels.dims == 3 ? voxels.size[0] : 0; }
  int rows() const { return voxels.dims == 3 ? voxels.size[1] : 0; }
  int columns() const { return voxels.dims == 3 ? voxels.size[2] : 0; }

  std::size_t bytes() const;
};

// One slice of a matrix of three dimensions, as a view that does not keep the matrix.
cv::Mat slice_of(const cv::Mat& voxels, int slice);

// Which way one looks through a volume. Pictures stand as the slices do, or with the last slice on top: of axial slices, whose
// last is the highest, the head is up.
enum class Axis { Slices, Rows, Columns };
Choices<Axis> choices_of(Axis);

// A frame of a volume's units and windows without pixels yet, and where it lies when it is the picture at `index` along the axis.
Frame frame_along(const Volume& volume, Axis axis, double index);

}  // namespace radflow
