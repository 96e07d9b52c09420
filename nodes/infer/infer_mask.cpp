// infer_mask: what a network sees at each pixel of a frame, as a mask on the frame's grid. OpenVINO runs it on the CPU, in
// float32; see infer.
//   - infer_mask:
//       model: lungs.onnx
//       input: {scale: 255}
//       output: {labels: [left lung, right lung]}
#include <fmt/format.h>

#include <set>

#include "graph/node.hpp"
#include "nodes/infer/image_input.hpp"
#include "nodes/infer/image_network.hpp"
#include "nodes/types/mask.hpp"

namespace radflow {
namespace {

struct OutputParams {
  std::vector<std::string> labels;
  std::string name;
  double threshold = 0;

  static Fields<OutputParams> fields() {
    return Fields<OutputParams>{}
        .param(&OutputParams::labels, "labels", any(),
               "Names of the labels 1, 2, ...: of the network's channels behind the first, which is the "
               "background; or "
               "of its only channel.")
        .param(&OutputParams::name, "name", any(), "Which output, where the network has several.")
        .param(&OutputParams::threshold, "threshold", any(),
               "Of an only channel: a pixel whose value is more has the label. 0 is even odds of a logit; "
               "where the "
               "network gives probabilities, say 0.5.");
  }
};

struct Params {
  std::string model;
  InputParams input;
  OutputParams output;
  TakesPhotometric photometric = TakesPhotometric::Monochrome2;
};

class InferMask {
 public:
  static constexpr bool exclusive = true;

  // Throws ParamError.
  InferMask(const Params& params, const BuildInfo& info)
      : params_{params.output},
        last_{params.input.layout == Layout::Nhwc},
        network_{{params.model, params.input, params.photometric}, info, "infer_mask", params.output.name},
        names_{params.output.labels} {
    const std::vector<std::string>& labels = params_.labels;
    if (labels.empty() || std::set(labels.begin(), labels.end()).size() != labels.size())
      throw ParamError{"output.labels", "it needs a label or more, each once"};
    const std::vector<std::int64_t>& extents = network_.network().output();
    if (extents.size() != 4)
      throw ParamError{"output",
                       fmt::format("the network gives {}, which is no mask: it has four extents (batch, "
                                   "channels, height, width)",
                                   shape_text(extents))};
    const std::int64_t channels = extents[last_ ? 3 : 1];
    if (channels >= 0 && !fits(channels)) throw ParamError{"output.labels", wrong_channels(channels)};
  }

  std::vector<Result<Mask>> operator()(Batch<Frame> in) {
    const std::vector<Result<Tensor>> given = network_(in);
    std::vector<Result<Mask>> masks;
    for (std::size_t i = 0; i < given.size(); ++i) {
      if (given[i])
        masks.push_back(mask_of(*given[i], in[i]));
      else
        masks.push_back(given[i].error());
    }
    return masks;
  }

 private:
  bool fits(std::int64_t channels) const {
    const auto labels = static_cast<std::int64_t>(params_.labels.size());
    return channels == labels + 1 || (channels == 1 && labels == 1);
  }
  std::string wrong_channels(std::int64_t channels) const {
    return fmt::format(
        "the network gives {} channels (`input.layout` says where they stand), and {} labels need {}",
        channels, params_.labels.size(),
        params_.labels.size() == 1 ? "1 or 2" : std::to_string(params_.labels.size() + 1));
  }

  Result<Mask> mask_of(const Tensor& given, const Frame& frame) const {
    const std::vector<std::int64_t>& shape = given.shape;
    if (shape.size() != 3)
      return Error{"no_mask", fmt::format("the network gave {} for a frame", shape_text(shape))};
    const std::int64_t channels = shape[last_ ? 2 : 0], rows = shape[last_ ? 0 : 1],
                       columns = shape[last_ ? 1 : 2];
    if (rows != frame.pixels.rows || columns != frame.pixels.cols)
      return Error{
          "no_mask",
          fmt::format("the network gave {} rows and {} columns for a frame of {} and {}: a mask lies "
                      "on the frame's pixels",
                      rows, columns, frame.pixels.rows, frame.pixels.cols)};
    if (!fits(channels)) return Error{"no_mask", wrong_channels(channels)};
    const auto pixels = static_cast<std::size_t>(rows * columns), many = static_cast<std::size_t>(channels);
    const auto at = [&](std::size_t pixel, std::size_t channel) {
      return given.values[last_ ? pixel * many + channel : channel * pixels + pixel];
    };
    cv::Mat labels(frame.pixels.size(), CV_16U);
    auto* const to = labels.ptr<std::uint16_t>();
    for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
      std::size_t best = 0;
      for (std::size_t channel = 1; channel < many; ++channel)
        if (at(pixel, channel) > at(pixel, best)) best = channel;
      to[pixel] = static_cast<std::uint16_t>(many > 1 ? best : at(pixel, 0) > params_.threshold ? 1 : 0);
    }
    if (!frame.valid.empty()) labels.setTo(0, frame.valid == 0);
    return Mask{std::move(labels), names_, frame.geometry};
  }

  const OutputParams params_;
  const bool last_;  // channels stand last
  ImageNetwork network_;
  const SharedTable<std::string> names_;
};

const Register<InferMask, Params> registered{
    NodeSpec{"infer_mask",
             "Labels the pixels of frames by a network in ONNX: each gets the label of its largest value."}
        .param(&Params::model, "model", required(input_file()), model_sentence)
        .param(&Params::input, "input", any(), input_sentence)
        .param(&Params::output, "output", any(), "What the network's output means.")
        .param(&Params::photometric, "photometric", any(), photometric_sentence)
        .errors(input_errors)
        .errors({{"no_mask",
                  "The network gave something else than a value for each label at each pixel of the frame."}})
        .example("- infer_mask:\n    model: lungs.onnx\n    input: {scale: 255}\n    output: {labels: [left "
                 "lung, right "
                 "lung]}")};

}  // namespace
}  // namespace radflow
