#include "nodes/imaging/planes.hpp"

#include <opencv2/core.hpp>

namespace radflow {
namespace {

cv::Mat pixels_of(const cv::Mat& voxels, Axis axis, int index, const cv::Size& size) {
  if (voxels.empty()) return {};
  if (axis == Axis::Slices) return slice_of(voxels, index).clone();
  cv::Mat pixels(size, voxels.type());
  for (int i = 0; i < size.height; ++i) {
    const cv::Mat slice = slice_of(voxels, size.height - 1 - i);
    if (axis == Axis::Rows)
      slice.row(index).copyTo(pixels.row(i));
    else
      cv::transpose(slice.col(index), pixels.row(i));
  }
  return pixels;
}

}  // namespace

int planes_along(const Volume& volume, Axis axis) {
  return axis == Axis::Slices ? volume.slices() : axis == Axis::Rows ? volume.rows() : volume.columns();
}

cv::Size plane_size(const Volume& volume, Axis axis) {
  return {axis == Axis::Columns ? volume.rows() : volume.columns(),
          axis == Axis::Slices ? volume.rows() : volume.slices()};
}

Frame plane(const Volume& volume, Axis axis, int index) {
  Frame frame = frame_along(volume, axis, index);
  const cv::Size size = plane_size(volume, axis);
  frame.pixels = pixels_of(volume.voxels, axis, index, size);
  frame.valid = pixels_of(volume.valid, axis, index, size);
  return frame;
}

}  // namespace radflow
