// The order of a series' slices, and what is wrong with it.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cli/series.hpp"

namespace radflow::cli {
namespace {

constexpr std::size_t most_remarks = 4;

// Along the normal of the first slice's plane in mm; absent where a slice has no position or another plane.
std::optional<std::vector<double>> places_of(const std::vector<Slice>& slices) {
  std::vector<double> places;
  if (slices.empty() || !slices.front().geometry.orientation) return std::nullopt;
  const auto& o = *slices.front().geometry.orientation;
  const std::array<double, 3> normal{o[1] * o[5] - o[2] * o[4], o[2] * o[3] - o[0] * o[5],
                                     o[0] * o[4] - o[1] * o[3]};
  for (const Slice& slice : slices) {
    const Geometry& geometry = slice.geometry;
    if (!geometry.position || !geometry.orientation) return std::nullopt;
    for (std::size_t i = 0; i < 6; ++i)
      if (std::abs((*geometry.orientation)[i] - o[i]) > 1e-3) return std::nullopt;
    const auto& p = *geometry.position;
    places.push_back(normal[0] * p[0] + normal[1] * p[1] + normal[2] * p[2]);
  }
  return places;
}

void remark(Series& series, std::string text) {
  if (series.remarks.size() < most_remarks)
    series.remarks.push_back(std::move(text));
  else if (series.remarks.size() == most_remarks)
    series.remarks.emplace_back("and more of the kind");
}

void by_place(Series& series, const std::vector<double>& places) {
  std::vector<std::size_t> order(places.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::ranges::stable_sort(order, {}, [&](std::size_t i) { return places[i]; });
  std::vector<Slice> sorted;
  std::vector<double> steps;
  for (std::size_t i = 0; i < order.size(); ++i) {
    sorted.push_back(std::move(series.slices[order[i]]));
    if (i > 0) steps.push_back(places[order[i]] - places[order[i - 1]]);
  }
  series.slices = std::move(sorted);
  constexpr double same = 1e-3;  // mm
  std::vector<double> apart;
  for (const double step : steps)
    if (step > same) apart.push_back(step);
  if (const std::size_t at_once = steps.size() - apart.size(); at_once > 0)
    remark(series, fmt::format("{} slice{} at the place of another", at_once, at_once == 1 ? "" : "s"));
  if (apart.empty()) return;
  std::ranges::nth_element(apart, apart.begin() + static_cast<std::ptrdiff_t>(apart.size() / 2));
  series.between = apart[apart.size() / 2];
  for (std::size_t i = 1; i < order.size(); ++i)
    if (steps[i - 1] > 1.5 * *series.between)
      remark(series, fmt::format("gap: no slice between {:.6g} and {:.6g} mm, {:.3g} steps",
                                 places[order[i - 1]], places[order[i]], steps[i - 1] / *series.between));
    else if (steps[i - 1] > same && std::abs(steps[i - 1] - *series.between) > 0.01 * *series.between)
      remark(series, fmt::format("uneven: {:.6g} mm behind {:.6g} mm", steps[i - 1], places[order[i - 1]]));
}

void by_instance(Series& series) {
  std::ranges::stable_sort(series.slices, {}, [](const Slice& slice) { return *slice.instance; });
  for (std::size_t i = 1; i < series.slices.size(); ++i) {
    const std::int64_t before = *series.slices[i - 1].instance, here = *series.slices[i].instance;
    if (here - before == 2) remark(series, fmt::format("gap: instance {} is missing", before + 1));
    if (here - before > 2)
      remark(series, fmt::format("gap: instances {} to {} are missing", before + 1, here - 1));
    if (here == before && series.slices[i].file.path != series.slices[i - 1].file.path)
      remark(series, fmt::format("instance {} is there twice", here));
  }
}

}  // namespace

void arrange(Series& series) {
  if (const auto places = places_of(series.slices); places && places->size() > 1)
    by_place(series, *places);
  else if (std::ranges::all_of(series.slices, [](const Slice& slice) { return slice.instance.has_value(); }))
    by_instance(series);
}

}  // namespace radflow::cli
