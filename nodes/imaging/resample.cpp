#include "nodes/imaging/resample.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <opencv2/core.hpp>

#include "nodes/imaging/depth.hpp"
#include "nodes/imaging/finite.hpp"
#include "nodes/imaging/simd/common_bits.hpp"
#include "nodes/imaging/simd/exact_sums.hpp"
#include "nodes/imaging/simd/rounding.hpp"

namespace radflow {
namespace {

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

FloatAxis float_axis(const AxisWeights& axis) {
  return {axis.float_runs.data(), axis.float_weights.data(), axis.runs.size(), axis.same_from, axis.same_to};
}

int most_weights(const AxisWeights& axis) {
  int most = 0;
  for (const WeightRun& run : axis.runs) most = std::max(most, run.count);
  return most;
}

// One new pixel of bytes, in the order of operations of the sums in double where the result has no fewer rows.
double across_first(const cv::Mat& pixels, const AxisWeights& rows, const AxisWeights& columns,
                    std::size_t row, std::size_t column) {
  const WeightRun &down = rows.runs[row], &across = columns.runs[column];
  double sum = 0;
  for (int k = 0; k < down.count; ++k) {
    const auto* line = pixels.ptr<std::uint8_t>(down.first + k) + across.first;
    double inner = 0;
    for (int i = 0; i < across.count; ++i) inner += columns.weights[across.at + i] * line[i];
    sum += rows.weights[down.at + k] * inner;
  }
  return sum;
}

void sum_in_double(const cv::Mat& pixels, const AxisWeights& rows, const AxisWeights& columns,
                   const std::vector<std::uint32_t>& places, cv::Mat& result) {
  const std::size_t width = columns.runs.size();
  if (static_cast<int>(rows.runs.size()) < pixels.rows)
    exact_bytes(pixels.ptr(), pixels.step1(), {rows.runs.data(), rows.weights.data(), rows.runs.size()},
                {columns.runs.data(), columns.weights.data(), width}, places.data(), places.size(),
                result.ptr());
  else
    for (const std::uint32_t place : places)
      result.ptr()[place] =
          cv::saturate_cast<std::uint8_t>(across_first(pixels, rows, columns, place / width, place % width));
}

// By the kernels in float; bytes near a tie in double.
cv::Mat resample_in_float(const cv::Mat& pixels, const AxisWeights& rows, const AxisWeights& columns) {
  const int height = static_cast<int>(rows.runs.size()), width = static_cast<int>(columns.runs.size());
  const FloatAxis down = float_axis(rows), across = float_axis(columns);
  cv::Mat floats(height, width, CV_32F);
  if (pixels.depth() == CV_32F) {
    resample_floats(pixels.ptr<float>(), pixels.step1(), pixels.cols, down, across, floats.ptr<float>());
    return floats;
  }
  resample_bytes(pixels.ptr(), pixels.step1(), pixels.cols, down, across, floats.ptr<float>());
  cv::Mat result(height, width, CV_8U);
  // Twice what rounding weights, products and sums may move a sum of weights that are 1 together, and what is left out.
  const float error = static_cast<float>(most_weights(rows) + most_weights(columns) + 5) * 255 * 0x1p-23F;
  std::vector<std::uint32_t> doubtful;
  round_to_bytes(floats.ptr<float>(), floats.total(), error, result.ptr(), doubtful);
  sum_in_double(pixels, rows, columns, doubtful, result);
  return result;
}

// For each old position the first and the last new one whose run holds it: runs begin and end in order.
struct Users {
  Users(const AxisWeights& axis, int old) : first(old, 0), last(old, -1) {
    const int size = static_cast<int>(axis.runs.size());
    for (int i = size - 1; i >= 0; --i)
      std::fill_n(first.begin() + axis.runs[i].first, axis.runs[i].count, i);
    for (int i = 0; i < size; ++i) std::fill_n(last.begin() + axis.runs[i].first, axis.runs[i].count, i);
  }
  std::vector<int> first, last;
};

}  // namespace

cv::Mat resample(const cv::Mat& pixels, const AxisWeights& rows, const AxisWeights& columns,
                 Precision precision) {
  const bool as_float =
      pixels.type() == CV_8UC1 || (pixels.type() == CV_32FC1 && precision == Precision::Float32);
  const bool bytes = pixels.depth() == CV_8U;
  // What is not finite makes every sum that it has a part in so. The sums in float are looked at where they are fewer than the
  // pixels and leave none of them out.
  const bool look_at_sums = !rows.float_runs_leave_out && !columns.float_runs_leave_out &&
                            rows.runs.size() * columns.runs.size() < pixels.total();
  if (as_float && pixels.cols >= static_cast<int>(least_resample_columns()) &&
      (bytes || look_at_sums || all_finite(pixels))) {
    const cv::Mat result = resample_in_float(pixels, rows, columns);
    if (bytes || !look_at_sums || all_finite(result)) return result;
  }
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
  const Users users{columns, valid.cols};
  cv::Mat result(height, width, CV_8U, cv::Scalar{255});
  const int size = valid.cols;
  std::vector<std::uint8_t> common(size);  // what the rows of a run have in common in each old column
  std::uint8_t* line = common.data();
  std::vector<const std::uint8_t*> old_rows;
  for (int row = 0; row < height; ++row) {
    auto* out = result.ptr<std::uint8_t>(row);
    const auto [top, count, at] = rows.runs[row];
    old_rows.clear();
    for (int k = 0; k < count; ++k) old_rows.push_back(valid.ptr<std::uint8_t>(top + k));
    common_bits(old_rows.data(), count, size, line);
    for (int i = 0; i < size;) {
      const void* padding = std::memchr(line + i, 0, size - i);
      if (!padding) break;
      const int begin = static_cast<int>(static_cast<const std::uint8_t*>(padding) - line);
      for (i = begin + 1; i < size && line[i] == 0;) ++i;
      // Old positions without a new one that uses them lie between runs.
      int from = width, to = -1;
      for (int j = begin; j < i && from == width; ++j)
        if (users.last[j] >= 0) from = users.first[j];
      for (int j = i - 1; j >= begin && to < 0; --j) to = users.last[j];
      if (from <= to) std::fill(out + from, out + to + 1, std::uint8_t{0});
    }
  }
  return result;
}

}  // namespace radflow
