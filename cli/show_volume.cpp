// How a volume looks: by its middle slice.
#include <fmt/format.h>

#include "cli/shown.hpp"
#include "nodes/imaging/planes.hpp"

namespace radflow::cli {
namespace {

Shown look(const Volume& volume, const Frame*) {
  const int middle = volume.slices() / 2;
  Shown shown = show(Payload::of(plane(volume, Axis::Slices, middle)), nullptr);
  shown.words = fmt::format("slice {} of {} x {} x {} voxels, {:.4g} x {:.4g} x {:.4g} mm: {}", middle + 1,
                            volume.slices(), volume.rows(), volume.columns(), volume.geometry.spacing.slice,
                            volume.geometry.spacing.row, volume.geometry.spacing.column, shown.words);
  return shown;
}

const RegisterLook<Volume> registered{look};

}  // namespace
}  // namespace radflow::cli
