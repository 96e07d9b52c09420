// match_histogram: gives each frame the distribution of values that a reference picture has, as scikit-image's
// match_histograms. The picture is an 8 or 16 bit PNG of one channel, in the units of the frames; its bytes are
// part of the graph's digest. Padding is not counted and stays.
//   - match_histogram: {reference: typical.png}
#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <opencv2/core.hpp>
#include <optional>
#include <vector>

#include "graph/node.hpp"
#include "nodes/imaging/counts.hpp"
#include "nodes/imaging/depth.hpp"
#include "nodes/imaging/png.hpp"
#include "nodes/imaging/require.hpp"

namespace radflow {
namespace {

struct Params {
  std::string reference;
};

// The different values of an image, in their order, and the share of pixels up to each of them.
struct Distribution {
  std::vector<double> values;
  std::vector<double> shares;

  explicit Distribution(std::vector<double> all) {
    std::ranges::sort(all);
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (i + 1 < all.size() && all[i + 1] == all[i]) continue;
      values.push_back(all[i]);
      shares.push_back(static_cast<double>(i + 1) / static_cast<double>(all.size()));
    }
  }

  // The value at a share, linear between those that there are, as numpy.interp.
  double value_at(double share) const {
    const auto above = std::ranges::lower_bound(shares, share);
    if (above == shares.begin()) return values.front();
    if (above == shares.end()) return values.back();
    const std::size_t i = static_cast<std::size_t>(above - shares.begin());
    return values[i - 1] +
           (values[i] - values[i - 1]) / (shares[i] - shares[i - 1]) * (share - shares[i - 1]);
  }
};

std::vector<double> values_of(const cv::Mat& pixels, const cv::Mat& valid) {
  std::vector<double> values;
  values.reserve(pixels.total());
  for_depth(pixels.depth(), [&](auto zero) {
    for_each_counted<decltype(zero)>(pixels, valid,
                                     [&](auto value) { values.push_back(static_cast<double>(value)); });
  });
  return values;
}

class MatchHistogram {
 public:
  MatchHistogram(const Params& params, const BuildInfo& info)
      : reference_{read(info.path(params.reference))} {}

  Result<Frame> operator()(const Frame& frame) const {
    if (auto error = require_grey(frame, "match_histogram")) return *error;
    if (auto error = require_values(frame, "match_histogram")) return *error;
    std::vector<double> values = values_of(frame.pixels, frame.valid);
    if (values.empty()) return Error{"no_valid_pixels", "match_histogram got a frame that is all padding"};
    if (!std::ranges::all_of(values, [](double value) { return std::isfinite(value); }))
      return Error{"not_finite", "match_histogram got pixels that are not finite numbers"};
    const Distribution own{std::move(values)};
    std::vector<double> matched;
    for (const double share : own.shares) matched.push_back(reference_.value_at(share));
    cv::Mat pixels(frame.pixels.size(), frame.pixels.type());
    for_depth(pixels.depth(), [&](auto zero) {
      using T = decltype(zero);
      for (int row = 0; row < pixels.rows; ++row)
        for (int column = 0; column < pixels.cols; ++column) {
          T& out = pixels.ptr<T>(row)[column] = frame.pixels.ptr<T>(row)[column];
          if (!frame.valid.empty() && !frame.valid.ptr<std::uint8_t>(row)[column]) continue;
          const auto at = std::ranges::lower_bound(own.values, static_cast<double>(out));
          out = cv::saturate_cast<T>(matched[static_cast<std::size_t>(at - own.values.begin())]);
        }
    });
    return frame.with_pixels(std::move(pixels));
  }

 private:
  static Distribution read(const std::string& path) {
    std::ifstream file{path, std::ios::binary};
    const std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>{file}, {}};
    const std::optional<cv::Mat> picture = read_png(bytes);
    if (!picture || picture->channels() != 1)
      throw ParamError{"reference", path + " is no PNG of one channel and 8 or 16 bit"};
    return Distribution{values_of(*picture, {})};
  }

  Distribution reference_;
};

const Register<MatchHistogram, Params> registered{
    NodeSpec{"match_histogram",
             "Gives each frame the distribution of values of a reference picture, to 1e-6 scikit-image's "
             "match_histograms; integers are rounded."}
        .param(&Params::reference, "reference", required(input_file()),
               "An 8 or 16 bit PNG of one channel, in the units of the frames.")
        .keeps_known()
        .errors({colour_not_supported,
                 codes_not_supported,
                 no_valid_pixels,
                 {"not_finite", "A pixel is no finite number."}})
        .example("- match_histogram: {reference: typical.png}")};

}  // namespace
}  // namespace radflow
