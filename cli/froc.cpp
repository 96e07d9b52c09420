#include "cli/froc.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <tuple>

namespace radflow::cli {
namespace {

constexpr int draws = 1000;

struct Judged {
  double score;
  bool right;
  std::size_t image;
};

void judge(const ImageBoxes& image, std::size_t index, double least, std::vector<Judged>& all) {
  std::vector<std::tuple<double, double, std::size_t, std::size_t>> pairs;
  for (std::size_t i = 0; i < image.found.size(); ++i)
    for (std::size_t j = 0; j < image.reference.size(); ++j)
      if (const double iou = iou_of(image.found[i].where, image.reference[j]); iou > 0 && iou >= least)
        pairs.emplace_back(-image.found[i].score, -iou, i, j);
  std::ranges::sort(pairs);
  std::vector<bool> right(image.found.size()), taken(image.reference.size());
  for (const auto& [score, iou, i, j] : pairs)
    if (!right[i] && !taken[j]) right[i] = taken[j] = true;
  for (std::size_t i = 0; i < image.found.size(); ++i) all.push_back({image.found[i].score, right[i], index});
}

// Of boxes from the surest on, where each image counts so many times.
std::vector<FrocPoint> curve_of(const std::vector<Judged>& sorted, const std::vector<double>& times,
                                double images, double references) {
  std::vector<FrocPoint> curve;
  double right = 0, wrong = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    (sorted[i].right ? right : wrong) += times[sorted[i].image];
    if (i + 1 == sorted.size() || sorted[i + 1].score != sorted[i].score)
      curve.push_back({sorted[i].score, wrong / images, right / references});
  }
  return curve;
}

// At each of the rates, then their mean.
std::array<double, froc_rates.size() + 1> read_off(const std::vector<FrocPoint>& curve) {
  std::array<double, froc_rates.size() + 1> values{};
  for (std::size_t r = 0; r < froc_rates.size(); ++r) {
    for (const FrocPoint& point : curve)  // both coordinates only grow
      if (point.false_positives <= froc_rates[r]) values[r] = point.sensitivity;
    values.back() += values[r] / static_cast<double>(froc_rates.size());
  }
  return values;
}

}  // namespace

Froc froc_of(const std::vector<ImageBoxes>& images, double least) {
  std::vector<Judged> judged;
  double references = 0;
  for (std::size_t i = 0; i < images.size(); ++i) {
    judge(images[i], i, least, judged);
    references += static_cast<double>(images[i].reference.size());
  }
  std::ranges::stable_sort(judged, std::ranges::greater{}, &Judged::score);

  Froc froc;
  for (const double rate : froc_rates) froc.at.push_back({fmt::format("{}", rate), {}, {}});
  froc.mean.name = "mean";
  if (references == 0) return froc;
  const auto count = static_cast<double>(images.size());
  froc.curve = curve_of(judged, std::vector<double>(images.size(), 1.0), count, references);
  const auto values = read_off(froc.curve);

  std::vector<std::vector<double>> drawn(values.size());
  std::mt19937_64 random{1};
  for (int draw = 0; draw < draws && images.size() > 1; ++draw) {
    std::vector<double> times(images.size());
    double right = 0;
    for (std::size_t i = 0; i < images.size(); ++i) {
      const std::size_t one = random() % images.size();
      ++times[one];
      right += static_cast<double>(images[one].reference.size());
    }
    if (right == 0) continue;
    const auto again = read_off(curve_of(judged, times, count, right));
    for (std::size_t v = 0; v < again.size(); ++v) drawn[v].push_back(again[v]);
  }
  for (std::size_t v = 0; v < values.size(); ++v) {
    Estimate& one = v < froc.at.size() ? froc.at[v] : froc.mean;
    one.value = values[v];
    const Drawn found = interval_of(std::move(drawn[v]), draws);
    one.interval = found.interval;
    one.without = found.without;
    if (v == froc.at.size() || one.without != no_variance) continue;
    const auto with_boxes =
        std::ranges::count_if(images, [](const auto& of) { return !of.reference.empty(); });
    one.interval = wilson(values[v], static_cast<double>(with_boxes));
    one.without = "";
  }
  return froc;
}

}  // namespace radflow::cli
