#include <algorithm>
#include <cmath>

#include "nodes/imaging/resample.hpp"
#include "nodes/imaging/spline.hpp"

namespace radflow {
namespace {

// -2 -1 [0 1 2 3] 4 5 is 2 1 [0 1 2 3] 2 1.
int mirrored(int position, int size) {
  if (size == 1) return 0;
  const int period = 2 * (size - 1);
  position = std::abs(position) % period;
  return position < size ? position : period - position;
}

// R. Keys, Cubic convolution interpolation for digital image processing, IEEE TASSP 29 (1981), a = -0.5.
double keys(double x) {
  x = std::abs(x);
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  if (x < 2) return ((-0.5 * x + 2.5) * x - 4) * x + 2;
  return 0;
}

// The kernel of scipy.ndimage.gaussian_filter: truncated at 4 sigma, of sum 1.
std::vector<double> gaussian(double sigma) {
  const int radius = static_cast<int>(4 * sigma + 0.5);
  std::vector<double> kernel(2 * radius + 1, 1.0);
  double sum = 0;
  for (int i = -radius; i <= radius && radius > 0; ++i)
    sum += kernel[i + radius] = std::exp(-0.5 * i * i / (sigma * sigma));
  for (double& weight : kernel) weight /= radius > 0 ? sum : 1;
  return kernel;
}

// Collects the weights of one new position, then appends their run.
class RunBuilder {
 public:
  explicit RunBuilder(int size) : dense_(size, 0.0) {}

  void add(int position, double weight) {
    if (weight == 0) return;
    dense_[position] += weight;
    low_ = std::min(low_, position);
    high_ = std::max(high_, position);
  }
  void append_to(AxisWeights& axis) {
    axis.runs.push_back({low_, high_ - low_ + 1, axis.weights.size()});
    axis.weights.insert(axis.weights.end(), dense_.begin() + low_, dense_.begin() + high_ + 1);
    std::fill(dense_.begin() + low_, dense_.begin() + high_ + 1, 0.0);
    low_ = static_cast<int>(dense_.size());
    high_ = -1;
  }

 private:
  std::vector<double> dense_;
  int low_ = static_cast<int>(dense_.size());
  int high_ = -1;
};

// What `new_position` covers of the old pixels.
void add_area(RunBuilder& run, int new_position, int from, double factor) {
  const double begin = new_position * factor, end = std::min((new_position + 1) * factor, from * 1.0);
  for (int i = static_cast<int>(begin); i < end; ++i)
    run.add(i, (std::min(end, i + 1.0) - std::max(begin, i * 1.0)) / (end - begin));
}

// The Gaussian of a factor near 1 has outer weights that no float feels.
WeightRun without_least(WeightRun run, const std::vector<double>& weights) {
  const auto least = [&](int k) { return std::abs(weights[run.at + k]) < least_float_weight; };
  while (run.count > 1 && least(run.count - 1)) --run.count;
  for (; run.count > 1 && least(0); --run.count) ++run.first, ++run.at;
  return run;
}

// Finds the stretch of runs that are alike and two apart.
void find_same_runs(AxisWeights& axis) {
  const auto follows = [&](std::size_t i) {
    const WeightRun &run = axis.float_runs[i], &next = axis.float_runs[i + 1];
    return next.first == run.first + 2 && next.count == run.count &&
           std::equal(axis.float_weights.begin() + run.at, axis.float_weights.begin() + run.at + run.count,
                      axis.float_weights.begin() + next.at);
  };
  for (std::size_t from = 0, to = 1; from < axis.runs.size(); from = to++) {
    while (to < axis.runs.size() && follows(to - 1)) ++to;
    if (to - from > axis.same_to - axis.same_from && to - from > 1) axis.same_from = from, axis.same_to = to;
  }
}

}  // namespace

AxisWeights axis_weights(int from, int to, double factor, Interpolation interpolation, bool anti_aliasing) {
  const bool nearest = interpolation == Interpolation::Nearest, area = interpolation == Interpolation::Area;
  const bool smooths = anti_aliasing && factor > 1 && !nearest && !area;
  const std::vector<double> kernel = smooths ? gaussian((factor - 1) / 2) : std::vector<double>{1.0};
  const int radius = static_cast<int>(kernel.size() / 2);

  AxisWeights axis;
  RunBuilder run{from};
  const auto add = [&](int position, double weight) {
    const int inside = mirrored(position, from);
    for (int k = -radius; k <= radius && weight != 0; ++k)
      run.add(mirrored(inside + k, from), weight * kernel[k + radius]);
  };
  for (int i = 0; i < to; ++i) {
    const double centre = (i + 0.5) * factor - 0.5;
    const int left = static_cast<int>(std::floor(centre));
    if (nearest) {
      run.add(std::min(static_cast<int>((i + 0.5) * factor), from - 1), 1);
    } else if (area) {
      add_area(run, i, from, factor);
    } else if (interpolation == Interpolation::Linear) {
      add(left, 1 - (centre - left));
      add(left + 1, centre - left);
    } else {
      const auto weight = interpolation == Interpolation::Cubic ? keys : spline_weight;
      for (int k = left - 1; k <= left + 2; ++k) add(k, weight(centre - k));
    }
    run.append_to(axis);
  }
  axis.float_weights.assign(axis.weights.begin(), axis.weights.end());
  for (const WeightRun& run : axis.runs) {
    axis.float_runs.push_back(without_least(run, axis.weights));
    if (axis.float_runs.back().count < run.count) axis.float_runs_leave_out = true;
  }
  find_same_runs(axis);
  return axis;
}

Choices<Interpolation> choices_of(Interpolation) {
  return {
      {Interpolation::Nearest, "nearest", "The pixel that the new centre lies in: keeps codes and labels."},
      {Interpolation::Linear, "linear", "As scikit-image's default."},
      {Interpolation::Cubic, "cubic", "Keys' kernel, kept within the frame's range."},
      {Interpolation::Area, "area", "The mean of what a new pixel covers."},
      {Interpolation::BSpline, "bspline",
       "A cubic B-spline, scikit-image's order 3 to 1e-6, kept within the frame's range."}};
}

}  // namespace radflow
