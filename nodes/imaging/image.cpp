#include "nodes/imaging/image.hpp"

#include <fmt/format.h>

#include <opencv2/core.hpp>

namespace radflow {

Frame values_of(const Image& image) {
  const auto* volume = image.get<Volume>();
  if (!volume) return image.as<Frame>();
  Frame frame = frame_along(*volume, Axis::Slices, 0);
  frame.geometry = {};
  const int size[] = {volume->slices() * volume->rows(), volume->columns()};
  frame.pixels = volume->voxels.reshape(0, 2, size);
  if (!volume->valid.empty()) frame.valid = volume->valid.reshape(0, 2, size);
  return frame;
}

void require_frames(const BuildInfo& info, const std::string& param, const std::string& what) {
  if (!info.inputs.empty() && is_type<Volume>(info.inputs.front()))
    throw ParamError{
        param,
        fmt::format("{} is of frames, and a volume arrives: put `slices` or `project` before it", what)};
}

}  // namespace radflow
