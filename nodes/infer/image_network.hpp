// ImageNetwork: a network to which frames are given; what the nodes of this family have in common.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "graph/batch.hpp"
#include "nodes/infer/image_input.hpp"
#include "nodes/infer/network.hpp"
#include "nodes/infer/tiles.hpp"

namespace radflow {

struct ImageNetworkParams {
  std::string model;
  InputParams input;
  TakesPhotometric photometric = TakesPhotometric::Monochrome2;
  std::optional<TileParams> tiles;
};

inline constexpr const char* model_sentence =
    "The ONNX file, with its self-test beside it: of x.onnx x.input.npy and x.output.npy, what the network "
    "was given once "
    "and what it gave, both float32.";
inline constexpr const char* input_sentence = "How a frame becomes the network's input.";

// What the network gave for each tile of a frame.
struct TilesGiven {
  std::vector<cv::Rect> tiles;
  std::vector<Tensor> given;
};

// Not to be called concurrently: each instance of a node has its own, and all of a graph share the network.
class ImageNetwork {
 public:
  // Throws ParamError.
  ImageNetwork(const ImageNetworkParams& params, const BuildInfo& info, std::string_view node,
               const std::string& output);

  // For each frame what the network gives, without the extent of the batch, or why the frame could not be given to it.
  std::vector<Result<Tensor>> operator()(const Batch<Frame>& in);

  // The same for frames that are cut, where `tiles` is given: for each the calls are its own.
  bool tiled() const { return tiles_.has_value(); }
  Result<TilesGiven> by_tile(const Frame& frame);

  const Network& network() const { return *network_; }

 private:
  Result<Tensor> input_of(const Frame& frame) const;
  std::vector<Result<Tensor>> given_for(std::vector<Result<Tensor>> inputs);

  const std::string node_;
  const TakesPhotometric photometric_;
  const TensorLayout layout_;
  std::shared_ptr<const Network> network_;
  ImageInput input_;
  std::optional<Tiles> tiles_;
  NetworkCall call_;
};

}  // namespace radflow
