// clahe: contrast-limited adaptive histogram equalisation, tile by tile, by OpenCV's algorithm and on 8 bit equal to its
// CLAHE. OpenCV's own 16-bit form counts 65536 levels, which a tile's pixels cannot fill; here `bins` equal bins of `range`
// are counted, linear between their centres. Padding is not counted and stays, as NaN does.
//   - clahe: {clip: 2, tiles: [8, 8]}
#include <algorithm>
#include <array>
#include <opencv2/core.hpp>

#include "graph/node.hpp"
#include "nodes/imaging/counts.hpp"
#include "nodes/imaging/require.hpp"
#include "nodes/imaging/shades.hpp"

namespace radflow {
namespace {

struct Params {
  double clip = 2;
  std::array<int, 2> tiles{8, 8};
  std::optional<Interval> range;
  int bins = 256;
};

// What a bin has above `limit` goes to all bins; of what is left, one to each of some at equal distances.
void clip(std::vector<int>& counts, int limit) {
  const int bins = static_cast<int>(counts.size());
  int clipped = 0;
  for (int& count : counts)
    if (count > limit) {
      clipped += count - limit;
      count = limit;
    }
  for (int& count : counts) count += clipped / bins;
  int left = clipped % bins;
  if (left == 0) return;
  const int step = std::max(bins / left, 1);
  for (int i = 0; i < bins && left > 0; i += step, --left) ++counts[i];
}

// Between which two tiles a pixel lies along one axis, and how near it is to the second.
struct Between {
  Between(int position, int size, int tiles) {
    const float at = static_cast<float>(position) * (1.0F / static_cast<float>(size)) - 0.5F;
    const int floor = cvFloor(at);
    second_share = at - static_cast<float>(floor);
    first = std::max(floor, 0);
    second = std::min(floor + 1, tiles - 1);
  }
  int first, second;
  float second_share;
};

class Clahe {
 public:
  explicit Clahe(const Params& params) : params_{params} {}

  Result<Frame> operator()(const Frame& frame) const {
    if (auto error = require_grey(frame, "clahe")) return *error;
    if (auto error = require_values(frame, "clahe")) return *error;
    const auto bins = bins_of(frame, params_.range, params_.bins, "clahe");
    if (!bins) return bins.error();
    const auto [across, down] = params_.tiles;
    // Whole tiles: where one axis does not divide, OpenCV extends both.
    cv::Mat pixels = frame.pixels, valid = frame.valid;
    if (pixels.cols % across != 0 || pixels.rows % down != 0)
      for (cv::Mat* image : {&pixels, &valid})
        if (!image->empty())
          cv::copyMakeBorder(*image, *image, 0, down - image->rows % down, 0, across - image->cols % across,
                             cv::BORDER_REFLECT_101);
    const cv::Size tile{pixels.cols / across, pixels.rows / down};
    std::vector<std::vector<float>> tables;
    for (int y = 0; y < down; ++y)
      for (int x = 0; x < across; ++x) {
        const cv::Rect at{x * tile.width, y * tile.height, tile.width, tile.height};
        tables.push_back(
            table(pixels(at), valid.empty() ? valid : valid(at), *bins, frame.pixels.depth() == CV_8U));
      }
    std::vector<Between> columns;
    for (int column = 0; column < frame.pixels.cols; ++column)
      columns.emplace_back(column, tile.width, across);
    const auto of_row = [&, across = across](int row) {
      const Between y{row, tile.height, params_.tiles[1]};
      const std::vector<float>*upper = &tables[static_cast<std::size_t>(y.first) * across],
            *lower = &tables[static_cast<std::size_t>(y.second) * across];
      const float y2 = y.second_share, y1 = 1.0F - y2;
      return [&columns, upper, lower, y1, y2 ](const ShadeScale::Place& at, int column)
          __attribute__((always_inline)) {
        const Between& x = columns[column];
        const float x2 = x.second_share, x1 = 1.0F - x2;
        return (at.of(upper[x.first].data()) * x1 + at.of(upper[x.second].data()) * x2) * y1 +
               (at.of(lower[x.first].data()) * x1 + at.of(lower[x.second].data()) * x2) * y2;
      };
    };
    return shaded(frame, ShadeScale{*bins}, of_row);
  }

 private:
  // The shade of every bin, in a tile; of a tile that is all padding, each bin its own.
  std::vector<float> table(const cv::Mat& tile, const cv::Mat& valid, const Binning& bins,
                           bool rounds) const {
    const std::vector<double> exact = count_values_(tile, valid, bins);
    std::vector<int> counts(exact.begin(), exact.end());
    int total = 0;
    for (const int count : counts) total += count;
    std::vector<float> shades(counts.size());
    if (total == 0) {
      for (std::size_t i = 0; i < shades.size(); ++i) shades[i] = static_cast<float>(i);
      return shades;
    }
    clip(counts, std::max(static_cast<int>(params_.clip * total / static_cast<double>(counts.size())), 1));
    const float scale = static_cast<float>(counts.size() - 1) / static_cast<float>(total);
    int sum = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      sum += counts[i];
      shades[i] = static_cast<float>(sum) * scale;
      if (rounds) shades[i] = static_cast<float>(cv::saturate_cast<std::uint8_t>(shades[i]));
    }
    return shades;
  }

  Params params_;
  ValueCounter count_values_;
};

const Register<Clahe, Params> registered{
    NodeSpec{"clahe",
             "Equalises each frame tile by tile, with a limit to the contrast. On 8 bit equal to "
             "OpenCV's CLAHE; NaN stays."}
        .param(&Params::clip, "clip", range(0.01, 1000), "Most pixels of one bin, as a multiple of the mean.")
        .param(&Params::tiles, "tiles", range(1, 256), "[columns, rows] of tiles.")
        .param(&Params::range, "range", any(), range_sentence)
        .param(&Params::bins, "bins", range(2, 65536),
               "Bins of the range; 8 bit without one has one per value.")
        .keeps_known()
        .errors({colour_not_supported, codes_not_supported, range_required})
        .example("- clahe: {clip: 2, tiles: [8, 8]}")};

}  // namespace
}  // namespace radflow
