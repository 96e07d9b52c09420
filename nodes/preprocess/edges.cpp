// edges: a mask of the edges of each frame by J. Canny's method (1986): where the gradient is a maximum across the edge and
// above `high`, or above `low` and connected with such a pixel. On 8 bit equal to OpenCV's Canny; it computes in the
// frame's own units, so no depth needs a range. Gradients are those of Sobel's 3x3 kernel, four times the difference of
// pixels two apart. A gradient that padding or NaN has a part in is none.
//   - edges: {low: 100, high: 200}
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "graph/node.hpp"
#include "nodes/imaging/require.hpp"
#include "nodes/types/mask.hpp"

namespace radflow {
namespace {

enum class Norm { L1, L2 };
Choices<Norm> choices_of(Norm) {
  return {{Norm::L1, "l1", "The sum of its two parts, as OpenCV's default."},
          {Norm::L2, "l2", "Its length."}};
}

struct Params {
  double low = 0;
  double high = 0;
  Norm norm = Norm::L1;
};

class Edges {
 public:
  explicit Edges(const Params& params) : params_{params} {
    if (params.low > params.high) throw ParamError{"low", "is greater than `high`"};
  }

  Result<Mask> operator()(const Frame& frame) const {
    if (auto error = require_grey(frame, "edges")) return *error;
    if (auto error = require_values(frame, "edges")) return *error;
    cv::Mat values, across, down;
    frame.pixels.convertTo(values, CV_64F);
    cv::Sobel(values, across, CV_64F, 1, 0, 3, 1, 0, cv::BORDER_REPLICATE);
    cv::Sobel(values, down, CV_64F, 0, 1, 3, 1, 0, cv::BORDER_REPLICATE);
    const cv::Mat lengths = lengths_of(across, down, frame.valid);
    Mask edges{cv::Mat::zeros(values.size(), CV_16U), {}, frame.geometry};
    // What an edge may go on to and has not yet, with a border: each ridge is worked out once, however often edges pass it.
    cv::Mat waiting = cv::Mat::zeros(lengths.size(), CV_8U);
    std::vector<cv::Point> open;
    const auto take = [&](int column, int row) {
      waiting.ptr(row + 1)[column + 1] = 0;
      edges.labels.ptr<std::uint16_t>(row)[column] = 1;
      open.emplace_back(column, row);
    };
    for (int row = 0; row < values.rows; ++row)
      find_ridges(across, down, lengths, row, waiting.ptr(row + 1) + 1);
    for (int row = 0; row < values.rows; ++row)
      for (int column = 0; column < values.cols; ++column)
        if (waiting.ptr(row + 1)[column + 1] != 0 && lengths.ptr<double>(row + 1)[column + 1] > params_.high)
          take(column, row);
    while (!open.empty()) {
      const cv::Point at = open.back();
      open.pop_back();
      for (int y = at.y - 1; y <= at.y + 1; ++y)
        for (int x = at.x - 1; x <= at.x + 1; ++x)
          if (waiting.ptr(y + 1)[x + 1] != 0) take(x, y);
    }
    return edges;
  }

 private:
  // With a border of zeros.
  cv::Mat lengths_of(const cv::Mat& across, const cv::Mat& down, const cv::Mat& valid) const {
    cv::Mat lengths = cv::Mat::zeros(across.rows + 2, across.cols + 2, CV_64F), known;
    if (!valid.empty()) cv::erode(valid, known, cv::Mat::ones(3, 3, CV_8U));
    for (int row = 0; row < across.rows; ++row)
      for (int column = 0; column < across.cols; ++column) {
        const double x = across.ptr<double>(row)[column], y = down.ptr<double>(row)[column];
        const double length = params_.norm == Norm::L1 ? std::abs(x) + std::abs(y) : std::hypot(x, y);
        if (std::isfinite(length) && (known.empty() || known.ptr<std::uint8_t>(row)[column]))
          lengths.ptr<double>(row + 1)[column + 1] = length;
      }
    return lengths;
  }

  // Where the gradient is above the low bound and greatest among its neighbours along itself, in one of four directions,
  // with the slopes and the choice among equals of OpenCV.
  void find_ridges(const cv::Mat& across, const cv::Mat& down, const cv::Mat& lengths, int row,
                   std::uint8_t* ridges) const {
    static constexpr double slope = 13573.0 / 32768;  // tan(22.5 degrees) in OpenCV's fixed point
    const auto *dx = across.ptr<double>(row), *dy = down.ptr<double>(row);
    const auto *above = lengths.ptr<double>(row) + 1, *line = lengths.ptr<double>(row + 1) + 1,
               *below = lengths.ptr<double>(row + 2) + 1;
    for (int i = 0; i < across.cols; ++i) {
      const double here = line[i], x = std::abs(dx[i]), y = std::abs(dy[i]);
      if (!(here > params_.low)) continue;
      const int side = (dx[i] < 0) != (dy[i] < 0) ? -1 : 1;
      const bool flat = y<x * slope, steep = y> x * (slope + 2);
      const double before = flat ? line[i - 1] : steep ? above[i] : above[i - side];
      const double after = flat ? line[i + 1] : steep ? below[i] : below[i + side];
      ridges[i] = here > before && (here > after || (here == after && (flat || steep))) ? 1 : 0;
    }
  }

  Params params_;
};

const Register<Edges, Params> registered{
    NodeSpec{"edges",
             "Labels 1 the edges of each frame by Canny's method, equal to OpenCV's Canny on 8 bit; a frame "
             "of one "
             "value has none."}
        .param(&Params::low, "low", required(at_least(0)),
               "Gradient from which an edge goes on: four times the frame's units per pixel.")
        .param(&Params::high, "high", required(at_least(0)), "Gradient at which an edge begins.")
        .param(&Params::norm, "norm", any(), "What counts as the size of a gradient.")
        .errors({colour_not_supported, codes_not_supported})
        .example("- edges: {low: 100, high: 200}")};

}  // namespace
}  // namespace radflow
