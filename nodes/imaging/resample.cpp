#include "nodes/imaging/resample.hpp"

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>

#include "nodes/imaging/depth.hpp"
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

// out[j] = sum over the run of weight * line[position], for one row of `channels` interleaved values.
template <typename T>
void along_row(const T* line, const AxisWeights& columns, int channels, double* out) {
  for (const auto& [first, count, at] : columns.runs)
    for (int channel = 0; channel < channels; ++channel) {
      const T* value = line + static_cast<std::ptrdiff_t>(first) * channels + channel;
      double sum = 0;
      for (int k = 0; k < count; ++k)
        sum += columns.weights[at + k] * value[static_cast<std::ptrdiff_t>(k) * channels];
      *out++ = sum;
    }
}

// out[j] = sum over the run of weight * image(position, j).
template <typename T>
void along_column(const cv::Mat& image, const AxisWeights& rows, std::size_t row, std::vector<double>& out) {
  const auto& [first, count, at] = rows.runs[row];
  std::fill(out.begin(), out.end(), 0.0);
  for (int k = 0; k < count; ++k) {
    const T* line = image.ptr<T>(first + k);
    const double weight = rows.weights[at + k];
    for (std::size_t j = 0; j < out.size(); ++j) out[j] += weight * line[j];
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
  return axis;
}

cv::Mat resample(const cv::Mat& pixels, const AxisWeights& rows, const AxisWeights& columns) {
  const int channels = pixels.channels();
  const int height = static_cast<int>(rows.runs.size()), width = static_cast<int>(columns.runs.size());
  cv::Mat result(height, width, pixels.type());
  for_depth(pixels.depth(), [&](auto zero) {
    using T = decltype(zero);
    const auto store = [&](const double* line, int row) {
      T* out = result.ptr<T>(row);
      for (int j = 0; j < width * channels; ++j) out[j] = cv::saturate_cast<T>(line[j]);
    };
    if (height < pixels.rows) {  // fewer rows first: the rest has less to do
      std::vector<double> tall(static_cast<std::size_t>(pixels.cols) * channels);
      std::vector<double> line(static_cast<std::size_t>(width) * channels);
      for (int row = 0; row < height; ++row) {
        along_column<T>(pixels, rows, row, tall);
        along_row(tall.data(), columns, channels, line.data());
        store(line.data(), row);
      }
      return;
    }
    cv::Mat wide(pixels.rows, width * channels, CV_64F);
    for (int row = 0; row < pixels.rows; ++row)
      along_row(pixels.ptr<T>(row), columns, channels, wide.ptr<double>(row));
    std::vector<double> line(static_cast<std::size_t>(width) * channels);
    for (int row = 0; row < height; ++row) {
      along_column<double>(wide, rows, row, line);
      store(line.data(), row);
    }
  });
  return result;
}

cv::Mat resample_valid(const cv::Mat& valid, const AxisWeights& rows, const AxisWeights& columns) {
  const int height = static_cast<int>(rows.runs.size()), width = static_cast<int>(columns.runs.size());
  cv::Mat result(height, width, CV_8U);
  std::vector<std::uint8_t> line(valid.cols);
  for (int row = 0; row < height; ++row) {
    std::fill(line.begin(), line.end(), std::uint8_t{255});
    const auto& [top, count, at] = rows.runs[row];
    for (int k = 0; k < count; ++k) {
      const auto* old = valid.ptr<std::uint8_t>(top + k);
      for (int j = 0; j < valid.cols; ++j) line[j] &= old[j];
    }
    auto* out = result.ptr<std::uint8_t>(row);
    for (int column = 0; column < width; ++column) {
      const auto begin = line.begin() + columns.runs[column].first;
      out[column] = *std::min_element(begin, begin + columns.runs[column].count);
    }
  }
  return result;
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
