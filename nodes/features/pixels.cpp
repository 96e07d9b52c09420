// pixels: the values of a small frame as features, row by row. Every frame of a graph must have one size: put
// resize before it. Padding has no value of its own and stands as `fill`.
//   - pixels: {fill: 0}
#include <opencv2/core.hpp>

#include "graph/node.hpp"
#include "nodes/imaging/require.hpp"
#include "nodes/types/facts.hpp"
#include "nodes/types/feature_names.hpp"
#include "nodes/types/features.hpp"

namespace radflow {
namespace {

constexpr std::size_t most_pixels = 65536;

struct Params {
  double fill = 0;
  TakesPhotometric photometric = TakesPhotometric::Monochrome2;
};

class Pixels {
 public:
  Pixels(const Params& params, const BuildInfo& info) : params_{params}, names_{info.name} {
    if (info.known.empty()) return;
    if (const auto* meaning = info.known.front().get<KnownMeaning>()) known_.set(*meaning);
  }

  Known known() const { return known_; }

  // Errors: colour_not_supported, monochrome1, too_many_pixels.
  Result<Features> operator()(const Frame& frame) const {
    if (auto error = require_monochrome2(frame, "pixels", params_.photometric)) return *error;
    if (frame.pixels.total() > most_pixels)
      return Error{"too_many_pixels", "pixels takes up to 65536: put resize before it"};
    cv::Mat values;
    frame.pixels.convertTo(values, CV_64F);  // a copy, never the frame's own
    if (values.data == frame.pixels.data) values = values.clone();
    if (!frame.valid.empty()) values.setTo(params_.fill, frame.valid == 0);
    return Features{names_.numbered(values.total()),
                    std::vector<double>(values.begin<double>(), values.end<double>()), frame.units,
                    std::string{name(frame.photometric)}};
  }

 private:
  Params params_;
  FeatureNames names_;
  Known known_;
};

const Register<Pixels, Params> registered{
    NodeSpec{"pixels",
             "The values of a small frame, row by row; features <name>.0, <name>.1, ..., with zeros before "
             "them so that all are as long as the last: of 64 pixels <name>.00 to <name>.63."}
        .param(&Params::fill, "fill", any(), "Stands for padding, in the frame's units.")
        .param(&Params::photometric, "photometric", any(), photometric_sentence)
        .errors({colour_not_supported,
                 monochrome1,
                 {"too_many_pixels", "The frame has more than 65536 pixels: put resize before it."}})
        .example("- pixels: {fill: 0}")};

}  // namespace
}  // namespace radflow
