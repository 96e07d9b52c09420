// ImageInput: how a frame becomes the input of a network.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "graph/known.hpp"
#include "graph/param_codec.hpp"
#include "graph/result.hpp"
#include "graph/spec.hpp"
#include "nodes/imaging/require.hpp"
#include "nodes/infer/tensor.hpp"
#include "nodes/types/frame.hpp"

namespace radflow {

enum class TensorLayout { Nchw, Nhwc };
Choices<TensorLayout> choices_of(TensorLayout);

struct InputParams {
  TensorLayout layout = TensorLayout::Nchw;
  double scale = 1;
  std::optional<std::vector<double>> mean, deviation;
  bool repeat_grey = false;
  std::optional<double> padding;

  static Fields<InputParams> fields();
};

inline constexpr ReasonSpec input_errors[] = {
    {"wrong_size",
     "The frame is larger or smaller than what the network takes: put `resize` or `crop` before it, or cut "
     "it by `tiles`."},
    {"wrong_channels",
     "The network takes another number of channels: put `to_grey` before it, or say repeat_grey."},
    {"padding", "The network sees every pixel, and the frame has padding: say `input: {padding: VALUE}`."},
    {"not_finite", "The frame has values that are not finite, or the network gave such."},
    codes_not_supported,
    monochrome1};

class ImageInput {
 public:
  // Whether a frame must have the network's size, or at least that.
  enum class Size { Equal, AtLeast };

  // `extents`: of the network's input, -1 where any will do. `known`: of the frames that come. Throws ParamError.
  ImageInput(const InputParams& params, const std::vector<std::int64_t>& extents, const Known& known,
             Size size);

  // The frame as a batch of one.
  Result<Tensor> of(const Frame& frame) const;

  std::int64_t extent(int nchw) const;  // one of the network's four, by its place in nchw

 private:
  bool fits(int rows, int columns) const;
  const char* remedy() const;  // where one does not fit
  std::optional<Error> misfit(const Frame& frame) const;
  double entry(const std::optional<std::vector<double>>& list, int channel, double otherwise) const;

  const InputParams params_;
  const std::vector<std::int64_t> extents_;
  const Size size_;
};

}  // namespace radflow
