#include "nodes/infer/image_input.hpp"

#include <fmt/format.h>

#include <opencv2/core.hpp>

#include "nodes/types/facts.hpp"

namespace radflow {

Choices<TensorLayout> choices_of(TensorLayout) {
  return {{TensorLayout::Nchw, "nchw", "Batch, channels, height, width: as PyTorch exports."},
          {TensorLayout::Nhwc, "nhwc", "Batch, height, width, channels: as TensorFlow exports."}};
}

Fields<InputParams> InputParams::fields() {
  return Fields<InputParams>{}
      .param(&InputParams::layout, "layout", any(), "The order of the input's extents.")
      .param(&InputParams::scale, "scale", range(1e-9, 1e9),
             "Values are divided by it: 255 makes 0 to 1 of 8 bit. Then mean is taken off, then they are "
             "divided by "
             "deviation.")
      .param(&InputParams::mean, "mean", any(),
             "Taken off, in scaled values: a list of one number, or one per channel.")
      .param(&InputParams::deviation, "deviation", range(1e-9, 1e9),
             "What the rest is divided by: a list of one number, or one per channel.")
      .param(&InputParams::repeat_grey, "repeat_grey", any(),
             "A grey frame goes into every channel of the network.")
      .param(&InputParams::padding, "padding", any(),
             "What the network sees where the frame is padding, in the frame's units.");
}

ImageInput::ImageInput(const InputParams& params, const std::vector<std::int64_t>& extents,
                       const Known& known, Size fit)
    : params_{params}, extents_{extents}, size_{fit} {
  const std::int64_t channels = extent(1);
  if (channels != 1 && channels != 3 && channels >= 0)
    throw ParamError{
        "model", fmt::format("the network takes {}, by `input.layout` {} channels, and frames have 1 or 3",
                             shape_text(extents), channels)};
  for (const auto& [name, list] :
       {std::pair{"input.mean", &params.mean}, {"input.deviation", &params.deviation}})
    if (*list && (*list)->size() != 1 && channels >= 0 && std::cmp_not_equal((*list)->size(), channels))
      throw ParamError{name, fmt::format("it has {} numbers, and the network takes {} channels",
                                         (*list)->size(), channels)};
  const auto* size = known.get<KnownSize>();
  if (size && !fits(size->height, size->width))
    throw ParamError{
        "model", fmt::format("the network takes {} (`input.layout` says in which order), and frames of {} x "
                             "{} pixels (width x height) arrive; {}",
                             shape_text(extents), size->width, size->height, remedy())};
}

std::int64_t ImageInput::extent(int nchw) const {
  constexpr int places[] = {0, 3, 1, 2};
  return extents_.at(static_cast<std::size_t>(params_.layout == TensorLayout::Nchw ? nchw : places[nchw]));
}

bool ImageInput::fits(int rows, int columns) const {
  const auto one = [this](int is, std::int64_t asked) {
    return asked < 0 || (size_ == Size::Equal ? is == asked : is >= asked);
  };
  return one(rows, extent(2)) && one(columns, extent(3));
}

const char* ImageInput::remedy() const {
  return size_ == Size::Equal ? "put resize or crop before it, or say how larger ones are cut: tiles"
                              : "a tile must lie within the frame, so put resize or pad before it";
}

std::optional<Error> ImageInput::misfit(const Frame& frame) const {
  const cv::Mat& pixels = frame.pixels;
  if (!fits(pixels.rows, pixels.cols))
    return Error{"wrong_size", fmt::format("the network takes {}, the frame has {} rows and {} columns: {}",
                                           shape_text(extents_), pixels.rows, pixels.cols, remedy())};
  const bool repeats = params_.repeat_grey && pixels.channels() == 1;
  if (extent(1) >= 0 && pixels.channels() != extent(1) && !repeats)
    return Error{
        "wrong_channels",
        fmt::format("the network takes {} channels, the frame has {}: {}", extent(1), pixels.channels(),
                    pixels.channels() == 1 ? "say input: {repeat_grey: true}" : "put to_grey before it")};
  if (!frame.valid.empty() && !params_.padding && cv::countNonZero(frame.valid == 0) > 0)
    return Error{"padding",
                 "the frame has padding, and the network sees every pixel: say input: {padding: VALUE}"};
  return std::nullopt;
}

double ImageInput::entry(const std::optional<std::vector<double>>& list, int channel,
                         double otherwise) const {
  if (!list || list->empty()) return otherwise;
  return list->size() == 1 ? list->front() : list->at(static_cast<std::size_t>(channel));
}

Result<Tensor> ImageInput::of(const Frame& frame) const {
  if (auto error = misfit(frame)) return *error;
  const cv::Mat& pixels = frame.pixels;
  const int channels = static_cast<int>(extent(1) >= 0        ? extent(1)
                                        : params_.repeat_grey ? 3
                                                              : pixels.channels());
  std::vector<cv::Mat> planes;
  for (int channel = 0; channel < channels; ++channel) {
    const double deviation = entry(params_.deviation, channel, 1), mean = entry(params_.mean, channel, 0);
    cv::Mat plane;
    cv::extractChannel(pixels, plane, pixels.channels() == 1 ? 0 : channel);
    plane.convertTo(plane, CV_32F, 1 / (params_.scale * deviation), -mean / deviation);
    if (!frame.valid.empty() && params_.padding)
      plane.setTo((*params_.padding / params_.scale - mean) / deviation, frame.valid == 0);
    if (!cv::checkRange(plane)) return Error{"not_finite", "the frame has values that are not finite"};
    planes.push_back(std::move(plane));
  }
  Tensor tensor;
  tensor.values.resize(pixels.total() * static_cast<std::size_t>(channels));
  if (params_.layout == TensorLayout::Nchw) {
    tensor.shape = {1, channels, pixels.rows, pixels.cols};
    for (int channel = 0; channel < channels; ++channel)
      planes[static_cast<std::size_t>(channel)].copyTo(
          cv::Mat{pixels.rows, pixels.cols, CV_32F,
                  tensor.values.data() + pixels.total() * static_cast<std::size_t>(channel)});
  } else {
    tensor.shape = {1, pixels.rows, pixels.cols, channels};
    cv::merge(planes, cv::Mat{pixels.rows, pixels.cols, CV_32FC(channels), tensor.values.data()});
  }
  return tensor;
}

}  // namespace radflow
