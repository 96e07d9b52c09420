// lbp: local binary patterns, a frame of codes; the numbers are scikit-image's local_binary_pattern (0.19.3).
// Codes by method: default and ror 2^points, uniform points + 2, nri_uniform points * (points - 1) + 3; var
// gives variances in squared units of the frame, NaN where all neighbours are equal.
//   - lbp: {points: 8, radius: 1}
#include <map>

#include "graph/node.hpp"
#include "nodes/features/local_binary_pattern.hpp"
#include "nodes/imaging/require.hpp"
#include "nodes/types/facts.hpp"
#include "nodes/types/frame.hpp"

namespace radflow {
namespace {

struct Params {
  int points = 8;
  double radius = 1;
  std::string method = "default";
  std::string photometric = "monochrome2";
};

LocalBinaryPattern::Method method_named(const std::string& name) {
  using Method = LocalBinaryPattern::Method;
  static const std::map<std::string, Method> methods{{"default", Method::Default},
                                                     {"ror", Method::Ror},
                                                     {"uniform", Method::Uniform},
                                                     {"nri_uniform", Method::NriUniform},
                                                     {"var", Method::Var}};
  return methods.at(name);
}

class Lbp {
 public:
  explicit Lbp(const Params& params)
      : photometric_{params.photometric},
        patterns_{params.points, params.radius, method_named(params.method)} {}

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

  std::string photometric_;
  LocalBinaryPattern patterns_;
};

const Register<Lbp, Params> registered{
    NodeSpec{"lbp", "Local binary patterns: a frame of codes, as scikit-image's local_binary_pattern."}
        .param(&Params::points, "points", range(2, 24), "Neighbours on the circle.")
        .param(&Params::radius, "radius", range(0.5, 64), "Of the circle, in pixels.")
        .param(&Params::method, "method", choice({"default", "ror", "uniform", "nri_uniform", "var"}),
               "default: the pattern; ror: turned to the least; uniform: ones of patterns with at most 2 "
               "changes; "
               "nri_uniform: the same, each turn a code of its own; var: variance of the neighbours.")
        .param(&Params::photometric, "photometric", choice({"monochrome2", "as_stored"}),
               std::string{photometric_sentence})
        .errors({colour_not_supported, monochrome1})
        .example("- lbp: {points: 8, radius: 1}")};

}  // namespace
}  // namespace radflow
