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

struct MaskTileParams {
  std::optional<int> size;
  int overlap = 0, edge = 0;

  static Fields<MaskTileParams> fields() {
    return Fields<MaskTileParams>{}
        .param(&MaskTileParams::size, "size", range(1, 65536), tile_size_sentence)
        .param(&MaskTileParams::overlap, "overlap", range(0, 65535), tile_overlap_sentence)
        .param(&MaskTileParams::edge, "edge", range(0, 32767),
               "Values so near to a side of a tile do not count, but at the frame's own side. From the "
               "radius on "
               "within "
               "which the network looks, the mask is that of the whole frame.");
  }
};

struct Params {
  std::string model;
  InputParams input;
  OutputParams output;
  TakesPhotometric photometric = TakesPhotometric::Monochrome2;
  std::optional<MaskTileParams> tiles;

  std::optional<TileParams> cut() const {
    return tiles ? std::optional{TileParams{tiles->size, tiles->overlap}} : std::nullopt;
  }
};

class InferMask {
 public:
  static constexpr bool exclusive = true;

  // Throws ParamError.
  InferMask(const Params& params, const BuildInfo& info)
      : params_{params.output},
        last_{params.input.layout == TensorLayout::Nhwc},
        edge_{params.tiles ? params.tiles->edge : 0},
        network_{{params.model, params.input, params.photometric, params.cut()},
                 info,
                 "infer_mask",
                 params.output.name},
        names_{params.output.labels} {
    const std::vector<std::string>& labels = params_.labels;
    if (labels.empty() || std::set(labels.begin(), labels.end()).size() != labels.size())
      throw ParamError{"output.labels", "it needs a label or more, each once"};
    if (params.tiles && 2 * edge_ > params.tiles->overlap)
      throw ParamError{"tiles.edge",
                       fmt::format("it is {}: then neighbours must share {} pixels or more, and "
                                   "overlap is {}",
                                   edge_, 2 * edge_, params.tiles->overlap)};
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
    std::vector<Result<Mask>> masks;
    if (network_.tiled()) {
      for (std::size_t i = 0; i < in.size(); ++i) masks.push_back(by_tile(in[i]));
      return masks;
    }
    const std::vector<Result<Tensor>> given = network_(in);
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

  // Why what the network gave is no mask of so many pixels.
  std::optional<Error> misfit(const std::vector<std::int64_t>& shape, cv::Size size) const {
    if (shape.size() != 3)
      return Error{"no_mask", fmt::format("the network gave {} for a frame", shape_text(shape))};
    const std::int64_t channels = shape[last_ ? 2 : 0], rows = shape[last_ ? 0 : 1],
                       columns = shape[last_ ? 1 : 2];
    if (rows != size.height || columns != size.width)
      return Error{
          "no_mask",
          fmt::format(
              "the network gave {} rows and {} columns for {} and {}: a mask lies on the frame's pixels",
              rows, columns, size.height, size.width)};
    if (!fits(channels)) return Error{"no_mask", wrong_channels(channels)};
    return std::nullopt;
  }

  Result<Mask> by_tile(const Frame& frame) {
    const Result<TilesGiven> tiles = network_.by_tile(frame);
    if (!tiles) return tiles.error();
    for (std::size_t i = 0; i < tiles->tiles.size(); ++i)
      if (auto error = misfit(tiles->given[i].shape, tiles->tiles[i].size())) return *error;
    const TensorLayout layout = last_ ? TensorLayout::Nhwc : TensorLayout::Nchw;
    return mask_of(merge(tiles->given, layout, tiles->tiles, frame.pixels.size(), edge_), frame);
  }

  Result<Mask> mask_of(const Tensor& given, const Frame& frame) const {
    const std::vector<std::int64_t>& shape = given.shape;
    if (auto error = misfit(shape, frame.pixels.size())) return *error;
    const std::int64_t channels = shape[last_ ? 2 : 0], rows = shape[last_ ? 0 : 1],
                       columns = shape[last_ ? 1 : 2];
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
  const int edge_;
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
        .param(
            &Params::tiles, "tiles", any(),
            "How frames larger than the network's input are cut. Where tiles overlap, each of the network's "
            "values is the mean of theirs.")
        .errors(input_errors)
        .errors({{"no_mask",
                  "The network gave something else than a value for each label at each pixel of the frame."}})
        .example("- infer_mask:\n    model: lungs.onnx\n    input: {scale: 255}\n    output: {labels: [left "
                 "lung, right "
                 "lung]}")};

}  // namespace
}  // namespace radflow
