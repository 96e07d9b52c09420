#include "nodes/imaging/image.hpp"

#include <fmt/format.h>

#include <opencv2/core.hpp>

namespace radflow {

const Frame& values_of(const Image& image, Frame& of_volume) {
  const auto* volume = image.get<Volume>();
  if (!volume) return image.as<Frame>();
  of_volume = frame_along(*volume, Axis::Slices, 0);
  of_volume.geometry = {};
  const int size[] = {volume->slices() * volume->rows(), volume->columns()};
  of_volume.pixels = volume->voxels.reshape(0, 2, size);
  if (!volume->valid.empty()) of_volume.valid = volume->valid.reshape(0, 2, size);
  return of_volume;
}

void require_frames(const BuildInfo& info, const std::string& param, const std::string& what) {
  if (!info.inputs.empty() && is_type<Volume>(info.inputs.front()))
    throw ParamError{
        param,
        fmt::format("{} is of frames, and a volume arrives: put `slices` or `project` before it", what)};
}

}  // namespace radflow
