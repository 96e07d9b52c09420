// threshold: a mask of the pixels whose value lies between two bounds, both included. NaN lies nowhere.
//   - threshold: {min: -160, max: 240}
#include "graph/node.hpp"
#include "nodes/imaging/masked.hpp"
#include "nodes/imaging/require.hpp"
#include "nodes/segment/labels.hpp"

namespace radflow {
namespace {

struct Params {
  std::optional<double> min;
  std::optional<double> max;
  std::optional<int> label;
  std::optional<std::vector<std::string>> names;
};

class Threshold {
 public:
  explicit Threshold(const Params& params)
      : params_{params}, names_{params.names.value_or(std::vector<std::string>{})} {
    if (params.min && params.max && *params.min > *params.max)
      throw ParamError{"min", "is greater than `max`"};
  }

  Result<Mask> operator()(const Frame& frame, const Mask* mask) const {
    if (auto error = require_grey(frame, "threshold")) return *error;
    if (mask)
      if (auto error = require_same_grid(frame, *mask, "threshold")) return *error;
    const auto within = [&](double value) {
      return value == value && (!params_.min || value >= *params_.min) &&
             (!params_.max || value <= *params_.max);
    };
    return labelled(frame, selected(frame, mask, params_.label), names_, within);
  }

 private:
  Params params_;
  SharedTable<std::string> names_;
};

const Register<Threshold, Params> registered{
    NodeSpec{"threshold", "Labels 1 the pixels between two values, of the image alone or within a mask."}
        .param(&Params::min, "min", any(), "The least value, in the frame's units; included.")
        .param(&Params::max, "max", any(), "The greatest value; included.")
        .any_of({"min", "max"})
        .param(&Params::label, "label", range(1, Mask::most_labels), label_sentence)
        .param(&Params::names, "names", any(), names_sentence)
        .inputs({"image", "mask"})
        .errors({colour_not_supported, geometry_mismatch})
        .example("- threshold: {min: -160, max: 240}")};

}  // namespace
}  // namespace radflow
