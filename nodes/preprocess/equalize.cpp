// equalize: spreads the values of each frame so that all parts of a range are equally frequent. On 8 bit without padding
// equal to OpenCV's equalizeHist; elsewhere by the same formula over `bins` equal bins of `range`, linear between their
// centres. Values outside the range are clipped to it and not counted. Depth, padding and NaN stay; a frame of one value
// stays as it is.
//   - equalize: {range: [-1000, 400]}
#include <algorithm>
#include <numeric>
#include <opencv2/core.hpp>

#include "graph/node.hpp"
#include "nodes/imaging/counts.hpp"
#include "nodes/imaging/require.hpp"
#include "nodes/imaging/shades.hpp"

namespace radflow {
namespace {

struct Params {
  std::optional<Interval> range;
  int bins = 256;
};

class Equalize {
 public:
  explicit Equalize(const Params& params) : params_{params} {}

  Result<Frame> operator()(const Frame& frame) const {
    if (auto error = require_grey(frame, "equalize")) return *error;
    if (auto error = require_values(frame, "equalize")) return *error;
    const auto bins = bins_of(frame, params_.range, params_.bins, "equalize");
    if (!bins) return bins.error();
    const std::vector<double> counts = count_values_(frame.pixels, frame.valid, *bins);
    const auto first = std::ranges::find_if(counts, [](double count) { return count > 0; });
    double total = 0;
    for (const double count : counts) total += count;
    if (first == counts.end() || *first == total) return frame;
    // In single precision, as OpenCV.
    const auto scale = static_cast<float>(counts.size() - 1) / static_cast<float>(total - *first);
    std::vector<float> shades(counts.size());
    int sum = 0;
    for (auto count = first + 1; count != counts.end(); ++count) {
      sum += static_cast<int>(*count);
      shades[count - counts.begin()] = static_cast<float>(sum) * scale;
    }
    const auto of_row = [&](int) {
      return [&shades](const ShadeScale::Place& at, int) { return at.of(shades.data()); };
    };
    if (frame.pixels.depth() != CV_8U) return shaded(frame, ShadeScale{*bins}, of_row);
    Frame bytes{.pixels = cv::Mat(1, 256, CV_8U)};
    std::iota(bytes.pixels.begin<std::uint8_t>(), bytes.pixels.end<std::uint8_t>(), std::uint8_t{0});
    cv::Mat result;
    cv::LUT(frame.pixels, shaded(bytes, ShadeScale{*bins}, of_row).pixels, result);
    if (!frame.valid.empty()) frame.pixels.copyTo(result, frame.valid == 0);
    return frame.with_pixels(std::move(result));
  }

 private:
  Params params_;
  ValueCounter count_values_;
};

const Register<Equalize, Params> registered{
    NodeSpec{
        "equalize",
        "Spreads the values of each frame evenly over a range. On 8 bit equal to OpenCV's equalizeHist; a "
        "frame of one value stays as it is, NaN stays."}
        .param(&Params::range, "range", any(), range_sentence)
        .param(&Params::bins, "bins", range(2, 65536),
               "Bins of the range; 8 bit without one has one per value.")
        .keeps_known()
        .errors({colour_not_supported, codes_not_supported, range_required})
        .example("- equalize: {range: [-1000, 400]}")};

}  // namespace
}  // namespace radflow
