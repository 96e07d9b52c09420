#include "nodes/types/volume.hpp"

#include "nodes/types/own_memory.hpp"

namespace radflow {
namespace {

using Vector = std::array<double, 3>;

Vector moved(const Vector& from, const Vector& direction, double distance) {
  Vector to = from;
  for (std::size_t i = 0; i < 3; ++i) to[i] += direction[i] * distance;
  return to;
}

}  // namespace

std::array<double, 3> VolumeGeometry::slice_direction() const {
  const auto& [ax, ay, az, bx, by, bz] = orientation;
  return {ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx};
}

std::size_t Volume::bytes() const { return sizeof *this + held_bytes(voxels) + held_bytes(valid); }

cv::Mat slice_of(const cv::Mat& voxels, int slice) {
  return {voxels.size[1], voxels.size[2], voxels.type(), const_cast<uchar*>(voxels.ptr(slice))};
}

Choices<Axis> choices_of(Axis) {
  return {{Axis::Slices, "slices", "From slice to slice: pictures are as the slices are."},
          {Axis::Rows, "rows", "From row to row; of axial slices pictures are coronal, with the head up."},
          {Axis::Columns, "columns",
           "From column to column; of axial slices pictures are sagittal, with the head up."}};
}

Frame frame_along(const Volume& volume, Axis axis, double index) {
  const VolumeGeometry& in = volume.geometry;
  const auto& [ax, ay, az, bx, by, bz] = in.orientation;
  const Vector row{ax, ay, az}, column{bx, by, bz}, slice = in.slice_direction();
  const Vector last = moved(in.position, slice, (volume.slices() - 1) * in.spacing.slice);

  Frame frame;
  frame.units = volume.units;
  frame.photometric = volume.photometric;
  frame.bits_stored = volume.bits_stored;
  frame.modality = volume.modality;
  frame.windows = volume.windows;
  frame.voi_luts = volume.voi_luts;
  Geometry& out = frame.geometry;
  out.spacing_source = SpacingSource::Patient;
  switch (axis) {
    case Axis::Slices:
      out.spacing = {in.spacing.row, in.spacing.column};
      out.orientation = in.orientation;
      out.position = moved(in.position, slice, index * in.spacing.slice);
      break;
    case Axis::Rows:
      out.spacing = {in.spacing.slice, in.spacing.column};
      out.orientation = {ax, ay, az, -slice[0], -slice[1], -slice[2]};
      out.position = moved(last, column, index * in.spacing.row);
      break;
    case Axis::Columns:
      out.spacing = {in.spacing.slice, in.spacing.row};
      out.orientation = {bx, by, bz, -slice[0], -slice[1], -slice[2]};
      out.position = moved(last, row, index * in.spacing.column);
      break;
  }
  return frame;
}

}  // namespace radflow
