// gamma: bends the values within a range: 0..1 of it becomes 0..1 to the power of gamma. Values outside are clipped to the
// range; depth and range stay, padding and NaN too. On 8 bit equal to scikit-image's adjust_gamma.
//   - gamma: {gamma: 0.5}
#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>

#include "graph/node.hpp"
#include "nodes/imaging/counts.hpp"
#include "nodes/imaging/depth.hpp"
#include "nodes/imaging/require.hpp"

namespace radflow {
namespace {

struct Params {
  double gamma = 1;
  std::optional<Interval> range;
};

class Gamma {
 public:
  explicit Gamma(const Params& params) : params_{params} {}

  Result<Frame> operator()(const Frame& frame) const {
    if (auto error = require_values(frame, "gamma")) return *error;
    const auto range = range_of(frame, params_.range, "gamma");
    if (!range) return range.error();
    const double low = range->low, width = range->high - range->low;
    cv::Mat bent(frame.pixels.size(), frame.pixels.type());
    for_depth(frame.pixels.depth(), [&](auto zero) {
      using T = decltype(zero);
      const auto value_of = [&](T value) -> T {
        if constexpr (std::is_floating_point_v<T>)
          if (std::isnan(value)) return value;
        const double share = std::clamp((static_cast<double>(value) - low) / width, 0.0, 1.0);
        return cv::saturate_cast<T>(low + width * std::pow(share, params_.gamma));
      };
      std::vector<T> table;  // One entry for each 8-bit value.
      if constexpr (sizeof(T) == 1)
        for (int i = 0; i < 256; ++i) table.push_back(value_of(static_cast<T>(i)));
      const int values = frame.pixels.cols * frame.pixels.channels();
      for (int row = 0; row < bent.rows; ++row)
        std::transform(frame.pixels.ptr<T>(row), frame.pixels.ptr<T>(row) + values, bent.ptr<T>(row),
                       [&](T value) {
                         if constexpr (sizeof(T) == 1)
                           return table[static_cast<std::uint8_t>(value)];
                         else
                           return value_of(value);
                       });
    });
    if (!frame.valid.empty()) frame.pixels.copyTo(bent, frame.valid == 0);
    return frame.with_pixels(std::move(bent));
  }

 private:
  Params params_;
};

const Register<Gamma, Params> registered{
    NodeSpec{"gamma",
             "Raises values, as a share of a range, to a power: below 1 brightens, above 1 darkens. On"
             " 8 bit equal to scikit-image's adjust_gamma; NaN stays."}
        .param(&Params::gamma, "gamma", required(range(0.01, 100)), "The power.")
        .param(&Params::range, "range", any(), range_sentence)
        .keeps_known()
        .errors({codes_not_supported, range_required})
        .example("- gamma: {gamma: 0.5}")};

}  // namespace
}  // namespace radflow
