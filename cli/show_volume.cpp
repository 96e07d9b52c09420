// How a volume looks: by its middle slice.
#include <fmt/format.h>

#include <opencv2/core.hpp>

#include "cli/shown.hpp"
#include "nodes/types/volume.hpp"

namespace radflow::cli {
namespace {

Shown look(const Volume& volume, const Frame*) {
  const int middle = volume.slices() / 2;
  Frame slice = frame_along(volume, Axis::Slices, middle);
  slice.pixels = slice_of(volume.voxels, middle).clone();
  if (!volume.valid.empty()) slice.valid = slice_of(volume.valid, middle).clone();
  Shown shown = show(Payload::of(slice), nullptr);
  shown.words = fmt::format("slice {} of {} x {} x {} voxels, {:.4g} x {:.4g} x {:.4g} mm: {}", middle + 1,
                            volume.slices(), volume.rows(), volume.columns(), volume.geometry.spacing.slice,
                            volume.geometry.spacing.row, volume.geometry.spacing.column, shown.words);
  return shown;
}

const RegisterLook<Volume> registered{look};

}  // namespace
}  // namespace radflow::cli
