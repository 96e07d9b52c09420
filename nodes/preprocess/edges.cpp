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
    std::vector<cv::Point> open;
    for (int row = 0; row < values.rows; ++row)
      for (int column = 0; column < values.cols; ++column)
        if (lengths.ptr<double>(row + 1)[column + 1] > params_.high &&
            is_ridge(across, down, lengths, {column, row}) && mark(edges, {column, row}))
          open.emplace_back(column, row);
    while (!open.empty()) {
      const cv::Point at = open.back();
      open.pop_back();
      for (int y = std::max(at.y - 1, 0); y <= std::min(at.y + 1, values.rows - 1); ++y)
        for (int x = std::max(at.x - 1, 0); x <= std::min(at.x + 1, values.cols - 1); ++x)
          if (lengths.ptr<double>(y + 1)[x + 1] > params_.low && is_ridge(across, down, lengths, {x, y}) &&
              mark(edges, {x, y}))
            open.emplace_back(x, y);
    }
    return edges;
  }

 private:
  // False if the pixel is marked already.
  static bool mark(Mask& edges, cv::Point at) {
    std::uint16_t& label = edges.labels.ptr<std::uint16_t>(at.y)[at.x];
    if (label != 0) return false;
    label = 1;
    return true;
  }

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

  // Whether the gradient is greatest among its neighbours along itself, in one of four directions, with the slopes and the
  // choice among equals of OpenCV.
  static bool is_ridge(const cv::Mat& across, const cv::Mat& down, const cv::Mat& lengths, cv::Point at) {
    static constexpr double slope = 13573.0 / 32768;  // tan(22.5 degrees) in OpenCV's fixed point
    const double dx = across.ptr<double>(at.y)[at.x], dy = down.ptr<double>(at.y)[at.x];
    const double x = std::abs(dx), y = std::abs(dy);
    const auto length = [&](int column, int row) {
      return lengths.ptr<double>(at.y + 1 + row)[at.x + 1 + column];
    };
    const double here = length(0, 0);
    if (y < x * slope) return here > length(-1, 0) && here >= length(1, 0);
    if (y > x * (slope + 2)) return here > length(0, -1) && here >= length(0, 1);
    const int side = (dx < 0) != (dy < 0) ? -1 : 1;
    return here > length(-side, -1) && here > length(side, 1);
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
