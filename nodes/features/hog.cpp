// hog: histograms of oriented gradients (Dalal and Triggs 2005); the numbers are scikit-image's hog (0.19.3) of the values
// as they are, to 1e-6. Gradients are differences of the neighbours on both sides, 0 at the frame's edge. A gradient that
// padding has a part in counts as none. Rows and columns that fill no whole cell are left out. Features stand block after
// block along the rows, in a block cell after cell, in a cell by angle: every frame of a graph must have one size.
//   - hog: {bins: 9, cell: 8, block: 3}
#include <cmath>
#include <numbers>
#include <opencv2/core.hpp>
#include <span>

#include "graph/node.hpp"
#include "nodes/features/gradients.hpp"
#include "nodes/imaging/require.hpp"
#include "nodes/types/facts.hpp"
#include "nodes/types/feature_names.hpp"
#include "nodes/types/features.hpp"

namespace radflow {
namespace {

enum class Norm { L1, L1Sqrt, L2, L2Hys };
Choices<Norm> choices_of(Norm) {
  return {{Norm::L1, "l1", "Divided by the sum of the magnitudes."},
          {Norm::L1Sqrt, "l1_sqrt", "The root of l1."},
          {Norm::L2, "l2", "Divided by the root of the sum of squares."},
          {Norm::L2Hys, "l2_hys", "l2, cut off at 0.2, and l2 again."}};
}

enum class Root { None, Input, Output };
Choices<Root> choices_of(Root) {
  return {
      {Root::None, "none", "No root."},
      {Root::Input, "input", "Of the frame's values, before the gradients (scikit-image's transform_sqrt)."},
      {Root::Output, "output", "Of the features."}};
}

struct Params {
  int bins = 9;
  int cell = 8;
  int block = 3;
  Norm norm = Norm::L2Hys;
  Root sqrt = Root::None;
  TakesPhotometric photometric = TakesPhotometric::Monochrome2;
};

// What scikit-image adds so that a flat block is divided by something.
constexpr double epsilon = 1e-5;

void divide(std::span<double> block, double by) {
  for (double& value : block) value /= by;
}
void divide_by_l2(std::span<double> block) {
  double squares = 0;
  for (const double value : block) squares += value * value;
  divide(block, std::sqrt(squares + epsilon * epsilon));
}
void divide_by_l1(std::span<double> block) {
  double sum = 0;
  for (const double value : block) sum += std::abs(value);
  divide(block, sum + epsilon);
}

void normalize(std::span<double> block, Norm norm) {
  switch (norm) {
    case Norm::L1:
      return divide_by_l1(block);
    case Norm::L1Sqrt:
      divide_by_l1(block);
      for (double& value : block) value = std::sqrt(value);
      return;
    case Norm::L2:
      return divide_by_l2(block);
    case Norm::L2Hys:
      divide_by_l2(block);
      for (double& value : block) value = std::min(value, 0.2);
      return divide_by_l2(block);
  }
}

// The angle of a gradient without its sign, in degrees, 0 <= angle <= 180, as NumPy's % rounds it.
double unsigned_angle(double along_rows, double along_columns) {
  const double angle = std::atan2(along_rows, along_columns) * (180 / std::numbers::pi);
  return angle < 0 ? angle + 180 : std::fmod(angle, 180);
}

class Hog {
 public:
  // Throws ParamError where frames are known to be too small.
  Hog(const Params& params, const BuildInfo& info) : params_{params}, names_{info.name} {
    const auto* size = info.known.empty() ? nullptr : info.known.front().get<KnownSize>();
    if (!size) return;
    const int rows = size->height / params.cell - params.block + 1,
              columns = size->width / params.cell - params.block + 1;
    if (rows < 1 || columns < 1)
      throw ParamError{"", fmt::format("needs {0} x {0} pixels for one block, and frames of {1} x {2} arrive",
                                       params.block * params.cell, size->width, size->height)};
    const std::size_t in_block = static_cast<std::size_t>(params.block) * params.block * params.bins;
    known_.set(KnownFeatures{*names_.numbered(in_block * rows * columns)});
  }

  Known known() const { return known_; }

  Result<Features> operator()(const Frame& frame) const {
    if (auto error = require_monochrome2(frame, "hog", params_.photometric)) return *error;
    if (auto error = require_values(frame, "hog")) return *error;
    const int rows = frame.pixels.rows / params_.cell, columns = frame.pixels.cols / params_.cell;
    if (rows < params_.block || columns < params_.block)
      return Error{
          "frame_too_small",
          fmt::format(
              "hog needs a frame of {0} x {0} pixels for one block of {1} x {1} cells of {2} pixels, this "
              "one has {3} x {4}",
              params_.block * params_.cell, params_.block, params_.cell, frame.pixels.rows,
              frame.pixels.cols)};
    cv::Mat values;
    if (frame.pixels.depth() == CV_8U && params_.sqrt != Root::Input)
      values = frame.pixels;
    else
      frame.pixels.convertTo(values, CV_64F);
    if (params_.sqrt == Root::Input) {
      double least = 0;
      cv::minMaxLoc(values, &least, nullptr, nullptr, nullptr, frame.valid);
      if (least < 0) return Error{"negative_values", "hog cannot take the root of values below 0"};
      cv::max(values, 0, values);  // padding may be below
      cv::sqrt(values, values);
    }
    std::vector<double> features = blocks(cells(values, frame.valid, rows, columns), rows, columns);
    for (const double value : features)
      if (!std::isfinite(value))
        return Error{"not_finite", "hog got a frame with values that are not finite"};
    return Features{names_.numbered(features.size()), std::move(features), frame.units,
                    std::string{name(frame.photometric)}};
  }

 private:
  // [row][column][bin]: the magnitudes of the gradients of a cell, by angle, over the cell's pixels.
  std::vector<double> cells(const cv::Mat& values, const cv::Mat& valid, int rows, int columns) const {
    std::vector<double> sums(static_cast<std::size_t>(rows) * columns * params_.bins, 0.0);
    Gradients gradients{columns * params_.cell};
    for (int row = 0; row < rows * params_.cell; ++row) {
      gradients.read(values, row, 1 / width_);
      find_other_bins(gradients);
      if (!valid.empty()) leave_out_padding(valid, row, gradients);
      gradients.add_to(sums.data() + static_cast<std::size_t>(row / params_.cell) * columns * params_.bins,
                       params_.cell, params_.bins);
    }
    divide(sums, params_.cell * params_.cell);
    return sums;
  }

  // What vectors could not tell. Few gradients are so, and most stretches of a row have none.
  void find_other_bins(Gradients& gradients) const {
    const std::size_t count = gradients.bin.size();
    for (std::size_t begin = 0; begin < count; begin += stretch) {
      const std::size_t end = std::min(begin + stretch, count);
      if (begin + stretch <= count && all_found(gradients.bin.data() + begin)) continue;
      for (std::size_t i = begin; i < end; ++i)
        if (gradients.bin[i] < 0) find_bin(gradients, i);
    }
  }
  static constexpr std::size_t stretch = 16;
  static bool all_found(const std::int32_t* bins) {
    std::int32_t sign = 0;
    for (std::size_t i = 0; i < stretch; ++i) sign |= bins[i];
    return sign >= 0;
  }
  // What has no bin becomes a gradient of no length.
  void find_bin(Gradients& gradients, std::size_t i) const {
    const auto [across, down] = gradients.difference(i);
    double& length = gradients.length[i];
    if (!(length > 1e-140 && length < 1e150)) length = std::hypot(down, across);  // the square is not exact
    int bin = std::isfinite(length) ? bin_of(unsigned_angle(down, across)) : 0;
    if (bin >= params_.bins) bin = 0, length = 0;
    gradients.bin[i] = bin;
  }
  static void leave_out_padding(const cv::Mat& valid, int row, Gradients& gradients) {
    const int last_column = valid.cols - 1;
    const auto* here = valid.ptr(row);
    const auto* above = valid.ptr(std::max(row - 1, 0));
    const auto* below = valid.ptr(std::min(row + 1, valid.rows - 1));
    for (int i = 0; i < static_cast<int>(gradients.bin.size()); ++i) {
      const bool whole = here[i] != 0 && above[i] != 0 && below[i] != 0 && here[std::max(i - 1, 0)] != 0 &&
                         here[std::min(i + 1, last_column)] != 0;
      if (!whole) gradients.length[i] = 0;
    }
  }

  // The quotient may be rounded to the wrong side of an edge; an angle that is rounded up to 180 has no bin.
  int bin_of(double angle) const {
    const int bin = static_cast<int>(angle / width_);
    if (angle < width_ * bin) return bin - 1;
    return angle >= width_ * (bin + 1) ? bin + 1 : bin;
  }

  std::vector<double> blocks(const std::vector<double>& cells, int rows, int columns) const {
    const int block = params_.block;
    const std::size_t in_row = static_cast<std::size_t>(block) * params_.bins;
    std::vector<double> features;
    features.reserve((rows - block + 1) * (columns - block + 1) * block * in_row);
    for (int row = 0; row + block <= rows; ++row)
      for (int column = 0; column + block <= columns; ++column) {
        const std::size_t begin = features.size();
        for (int inside = 0; inside < block; ++inside) {
          const auto first =
              cells.begin() + ((static_cast<std::ptrdiff_t>(row) + inside) * columns + column) * params_.bins;
          features.insert(features.end(), first, first + static_cast<std::ptrdiff_t>(in_row));
        }
        normalize(std::span{features}.subspan(begin), params_.norm);
      }
    if (params_.sqrt == Root::Output)
      for (double& value : features) value = std::sqrt(value);
    return features;
  }

  Params params_;
  double width_ = 180.0 / params_.bins;  // a bin's, in degrees
  FeatureNames names_;
  Known known_;
};

const Register<Hog, Params> registered{
    NodeSpec{"hog",
             "Histograms of oriented gradients, as scikit-image's hog; features <name>.0, <name>.1, ..., "
             "with zeros before "
             "them so that all are as long as the last."}
        .param(&Params::bins, "bins", range(1, 180), "Angles between 0 and 180 degrees.")
        .param(&Params::cell, "cell", range(1, 512), "Rows and columns of a cell, in pixels.")
        .param(&Params::block, "block", range(1, 64), "Rows and columns of a block, in cells.")
        .param(&Params::norm, "norm", any(), "What a block is divided by.")
        .param(&Params::sqrt, "sqrt", any(), "Where a root is taken.")
        .param(&Params::photometric, "photometric", any(), photometric_sentence)
        .keeps_known<KnownMeaning>()
        .errors({colour_not_supported,
                 monochrome1,
                 codes_not_supported,
                 {"frame_too_small", "The frame is smaller than one block."},
                 {"negative_values", "`sqrt: input` is for values of at least 0."},
                 pixels_not_finite})
        .example("- hog: {bins: 9, cell: 8, block: 3}")};

}  // namespace
}  // namespace radflow
