#include "nodes/volumes/planes.hpp"

#include <opencv2/core.hpp>

namespace radflow {
namespace {

cv::Mat pixels_of(const cv::Mat& voxels, Axis axis, int index) {
  if (voxels.empty()) return {};
  if (axis == Axis::Slices) return slice_of(voxels, index).clone();
  const int slices = voxels.size[0];
  cv::Mat pixels(slices, voxels.size[axis == Axis::Rows ? 2 : 1], voxels.type());
  for (int i = 0; i < slices; ++i) {
    const cv::Mat slice = slice_of(voxels, slices - 1 - i);
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

Frame plane(const Volume& volume, Axis axis, int index) {
  Frame frame = frame_along(volume, axis, index);
  frame.pixels = pixels_of(volume.voxels, axis, index);
  frame.valid = pixels_of(volume.valid, axis, index);
  return frame;
}

}  // namespace radflow
