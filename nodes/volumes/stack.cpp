#include "nodes/volumes/stack.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <opencv2/core.hpp>

#include "nodes/imaging/require.hpp"
#include "nodes/types/depth_name.hpp"

namespace radflow {
namespace {

using Vector = std::array<double, 3>;

// Distances in mm, and parts of unit vectors, that count as equal: DICOM writes them as decimal numbers.
constexpr double same_mm = 0.01;
constexpr double same_direction = 1e-3;
constexpr double same_share = 0.01;  // A share of the distance of slices.

double dot(const Vector& a, const Vector& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

Vector normal(const Frame& slice) {
  return VolumeGeometry{.orientation = *slice.geometry.orientation}.slice_direction();
}

// What the slice has otherwise than the first one; "" if it fits.
std::string difference(const Frame& first, const Frame& slice) {
  if (slice.pixels.size() != first.pixels.size())
    return fmt::format("{} x {} pixels, not {} x {}", slice.pixels.rows, slice.pixels.cols, first.pixels.rows,
                       first.pixels.cols);
  if (slice.pixels.depth() != first.pixels.depth())
    return fmt::format("depth {}, not {}", depth_name(slice.pixels.depth()),
                       depth_name(first.pixels.depth()));
  if (slice.units != first.units) return fmt::format("units {}, not {}", slice.units, first.units);
  if (slice.photometric != first.photometric)
    return fmt::format("{}, not {}", name(slice.photometric), name(first.photometric));
  const Spacing &one = *first.geometry.spacing, &other = *slice.geometry.spacing;
  const auto near = [](double a, double b) { return std::abs(a - b) <= 1e-3 * std::max(a, b); };
  if (!near(one.row, other.row) || !near(one.column, other.column))
    return fmt::format("pixels of {:.4g} x {:.4g} mm, not {:.4g} x {:.4g}", other.row, other.column, one.row,
                       one.column);
  for (std::size_t i = 0; i < 6; ++i)
    if (std::abs((*slice.geometry.orientation)[i] - (*first.geometry.orientation)[i]) > same_direction)
      return fmt::format("the orientation [{:.3f}], not [{:.3f}]",
                         fmt::join(*slice.geometry.orientation, ", "),
                         fmt::join(*first.geometry.orientation, ", "));
  return "";
}

}  // namespace

std::optional<Error> Stack::add(Frame slice) {
  if (auto error = require_grey(slice, "assemble")) return error;
  if (auto error = require_values(slice, "assemble")) return error;
  const Geometry& geometry = slice.geometry;
  if (!geometry.spacing || !geometry.position || !geometry.orientation)
    return Error{"no_position",
                 fmt::format("the {} of the slice is unknown", !geometry.spacing    ? "spacing"
                                                               : !geometry.position ? "position"
                                                                                    : "orientation")};
  if (!slices_.empty())
    if (const std::string other = difference(slices_.front(), slice); !other.empty())
      return Error{"other_slice", "unlike the slices before it, it has " + other};
  bytes_ += slice.bytes();
  slices_.push_back(std::move(slice));
  return std::nullopt;
}

std::optional<Error> Stack::sort() {
  if (slices_.size() < 2) return Error{"too_few_slices", "one slice does not say how far apart slices are"};
  const Vector along = normal(slices_.front());
  const auto at = [&](const Frame& slice) { return dot(*slice.geometry.position, along); };
  std::ranges::sort(slices_, {}, at);

  std::vector<double> steps;
  for (std::size_t i = 1; i < slices_.size(); ++i) steps.push_back(at(slices_[i]) - at(slices_[i - 1]));
  std::vector<double> sorted = steps;
  std::ranges::nth_element(sorted, sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2));
  const double usual = sorted[sorted.size() / 2];
  for (std::size_t i = 0; i < steps.size(); ++i)
    if (steps[i] <= same_mm)
      return Error{
          "same_place",
          fmt::format("two of {} slices lie at one place, {:.2f} mm along their normal: they are of two "
                      "phases, echoes or reconstructions, or one came twice",
                      slices_.size(), at(slices_[i]))};
  const auto uneven = [&](double step) {
    return std::abs(step - usual) > std::max(same_mm, same_share * usual);
  };
  if (const auto wrong = std::ranges::find_if(steps, uneven); wrong != steps.end())
    return Error{
        "uneven_slices",
        fmt::format("{} of {} distances between slices differ from {:.4g} mm, the first is {:.4g} mm at "
                    "{:.2f} mm along their normal: slices are missing, or were not made evenly",
                    std::ranges::count_if(steps, uneven), steps.size(), usual, *wrong,
                    at(slices_[static_cast<std::size_t>(wrong - steps.begin())]))};
  const Vector& first = *slices_.front().geometry.position;
  for (const Frame& slice : slices_) {
    const double way = at(slice) - at(slices_.front());
    for (std::size_t i = 0; i < 3; ++i) {
      const double aside = (*slice.geometry.position)[i] - first[i] - way * along[i];
      if (std::abs(aside) > std::max(same_mm, 1e-3 * way))
        return Error{
            "sheared",
            fmt::format("the slices are shifted against each other within their plane, by {:.2f} mm over "
                        "{:.1f} mm: a tilted gantry, or a curved reconstruction",
                        std::abs(aside), way)};
    }
  }
  spacing_ = (at(slices_.back()) - at(slices_.front())) / static_cast<double>(steps.size());
  return std::nullopt;
}

Volume Stack::volume() && {
  const Frame first = slices_.front();
  Volume volume;
  volume.units = first.units;
  volume.photometric = first.photometric;
  volume.modality = first.modality;
  volume.windows = first.windows;
  volume.voi_luts = first.voi_luts;
  volume.geometry = {{spacing_, first.geometry.spacing->row, first.geometry.spacing->column},
                     *first.geometry.position,
                     *first.geometry.orientation};
  const int size[] = {static_cast<int>(slices_.size()), first.pixels.rows, first.pixels.cols};
  volume.voxels.create(3, size, first.pixels.type());
  if (std::ranges::any_of(slices_, [](const Frame& slice) { return !slice.valid.empty(); }))
    volume.valid = cv::Mat(3, size, CV_8U, cv::Scalar{255});
  for (std::size_t i = 0; i < slices_.size(); ++i) {
    const Frame slice = std::move(slices_[i]);
    slice.pixels.copyTo(slice_of(volume.voxels, static_cast<int>(i)));
    if (!slice.valid.empty()) slice.valid.copyTo(slice_of(volume.valid, static_cast<int>(i)));
    volume.bits_stored = i == 0 ? slice.bits_stored : std::max(volume.bits_stored, slice.bits_stored);
  }
  return volume;
}

}  // namespace radflow
