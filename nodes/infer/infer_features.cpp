// infer_features: what a network makes of frames before it decides, its embedding, as features for `classify`. OpenVINO runs
// it on the CPU, in float32; see infer.
//   - infer_features:
//       model: backbone.onnx
//       input: {scale: 255, mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225], repeat_grey: true}
//       output: {name: embedding}
#include <fmt/format.h>

#include "graph/node.hpp"
#include "nodes/infer/image_input.hpp"
#include "nodes/infer/image_network.hpp"
#include "nodes/types/facts.hpp"
#include "nodes/types/feature_names.hpp"
#include "nodes/types/features.hpp"

namespace radflow {
namespace {

constexpr std::size_t most_features = 65536;

struct OutputParams {
  std::string name;

  static Fields<OutputParams> fields() {
    return Fields<OutputParams>{}.param(&OutputParams::name, "name", any(),
                                        "Which output, where the network has several.");
  }
};

struct Params {
  std::string model;
  InputParams input;
  OutputParams output;
  TakesPhotometric photometric = TakesPhotometric::Monochrome2;
};

class InferFeatures {
 public:
  static constexpr bool exclusive = true;

  // Throws ParamError.
  InferFeatures(const Params& params, const BuildInfo& info)
      : network_{{params.model, params.input, params.photometric},
                 info,
                 "infer_features",
                 params.output.name},
        names_{info.name} {
    const std::vector<std::int64_t>& extents = network_.network().output();
    std::size_t count = 1;
    for (std::size_t i = 1; i < extents.size(); ++i) {
      if (extents[i] < 0) return;  // it depends on the frame
      count *= static_cast<std::size_t>(extents[i]);
      if (count > most_features)
        throw ParamError{"output",
                         fmt::format("the network gives {}, which are more than {} features: export one "
                                     "with a mean over the image",
                                     shape_text(extents), most_features)};
    }
    known_.set(KnownFeatures{*names_.numbered(count)});
  }

  Known known() const { return known_; }

  std::vector<Result<Features>> operator()(Batch<Frame> in) {
    const std::vector<Result<Tensor>> given = network_(in);
    std::vector<Result<Features>> features;
    for (std::size_t i = 0; i < given.size(); ++i)
      if (!given[i])
        features.push_back(given[i].error());
      else if (given[i]->values.size() > most_features)
        features.push_back(
            Error{"too_many_values", fmt::format("the network gave {} values for the frame, and a feature "
                                                 "vector has up to {}",
                                                 given[i]->values.size(), most_features)});
      else
        features.push_back(Features{names_.numbered(given[i]->values.size()),
                                    {given[i]->values.begin(), given[i]->values.end()},
                                    in[i].units,
                                    std::string{name(in[i].photometric)}});
    return features;
  }

 private:
  ImageNetwork network_;
  FeatureNames names_;
  Known known_;
};

const Register<InferFeatures, Params> registered{
    NodeSpec{"infer_features",
             "What a network in ONNX gives for frames, its embedding, as features <name>.0, <name>.1, ..., "
             "with zeros "
             "before them so that all are as long as the last."}
        .param(&Params::model, "model", required(input_file()), model_sentence)
        .param(&Params::input, "input", any(), input_sentence)
        .param(&Params::output, "output", any(), "Which of the network's outputs.")
        .param(&Params::photometric, "photometric", any(), photometric_sentence)
        .keeps_known<KnownMeaning>()
        .errors(input_errors)
        .errors({{"too_many_values", "The network gave more than 65536 values for the frame."}})
        .example("- infer_features:\n    model: backbone.onnx\n    input: {scale: 255, repeat_grey: true}\n  "
                 "  output: "
                 "{name: embedding}")};

}  // namespace
}  // namespace radflow
