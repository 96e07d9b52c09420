// lbp: local binary patterns, a frame of codes; the numbers are scikit-image's local_binary_pattern (0.19.3).
// Codes by method: default and ror 2^points, uniform points + 2, nri_uniform points * (points - 1) + 3; var
// gives variances in squared units of the frame, NaN where all neighbours are equal.
//   - lbp: {points: 8, radius: 1}
#include "graph/node.hpp"
#include "nodes/features/local_binary_pattern.hpp"
#include "nodes/imaging/require.hpp"
#include "nodes/types/facts.hpp"
#include "nodes/types/frame.hpp"

namespace radflow {
namespace {

using Method = LocalBinaryPattern::Method;

struct Params {
  int points = 8;
  double radius = 1;
  Method method = Method::Default;
  TakesPhotometric photometric = TakesPhotometric::Monochrome2;
};

class Lbp {
 public:
  explicit Lbp(const Params& params)
      : photometric_{params.photometric}, patterns_{params.points, params.radius, params.method} {}

  Known known() const {
    return Known{}.set(KnownMeaning{units(), "MONOCHROME2"}).set(KnownLevels{patterns_.levels()});
  }

  Result<Frame> operator()(const Frame& frame) const {
    if (auto error = require_monochrome2(frame, "lbp", photometric_)) return *error;
    Frame codes = frame.with_pixels(patterns_(frame.pixels));
    if (!frame.valid.empty()) codes.valid = patterns_.valid(frame.valid);
    codes.units = units();
    codes.levels = patterns_.levels();
    codes.photometric = Photometric::Monochrome2;
    codes.windows.clear();
    codes.voi_luts.clear();
    return codes;
  }

 private:
  std::string units() const { return patterns_.levels() > 0 ? "lbp" : "lbp_var"; }

  TakesPhotometric photometric_;
  LocalBinaryPattern patterns_;
};

const Register<Lbp, Params> registered{
    NodeSpec{"lbp", "Local binary patterns: a frame of codes, as scikit-image's local_binary_pattern."}
        .param(&Params::points, "points", range(2, 24), "Neighbours on the circle.")
        .param(&Params::radius, "radius", range(0.5, 64), "Of the circle, in pixels.")
        .param(&Params::method, "method", any(), "What becomes of the pattern of a pixel's neighbours.")
        .param(&Params::photometric, "photometric", any(), photometric_sentence)
        .keeps_known<KnownSize>()
        .errors({colour_not_supported, monochrome1})
        .example("- lbp: {points: 8, radius: 1}")};

}  // namespace
}  // namespace radflow
