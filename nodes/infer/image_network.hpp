// ImageNetwork: a network to which frames are given; what the nodes of this family have in common.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "graph/batch.hpp"
#include "nodes/infer/image_input.hpp"
#include "nodes/infer/network.hpp"

namespace radflow {

struct ImageNetworkParams {
  std::string model;
  InputParams input;
  TakesPhotometric photometric = TakesPhotometric::Monochrome2;
};

inline constexpr const char* model_sentence =
    "The ONNX file, with its self-test beside it: of x.onnx x.input.npy and x.output.npy, what the network "
    "was given once "
    "and what it gave, both float32.";
inline constexpr const char* input_sentence = "How a frame becomes the network's input.";

// Not to be called concurrently: each instance of a node has its own, and all of a graph share the network.
class ImageNetwork {
 public:
  // Throws ParamError.
  ImageNetwork(const ImageNetworkParams& params, const BuildInfo& info, std::string_view node,
               const std::string& output);

  // For each frame what the network gives, without the extent of the batch, or why the frame could not be given to it.
  std::vector<Result<Tensor>> operator()(const Batch<Frame>& in);

  const Network& network() const { return *network_; }

 private:
  Result<Tensor> input_of(const Frame& frame) const;

  const std::string node_;
  const TakesPhotometric photometric_;
  std::shared_ptr<const Network> network_;
  ImageInput input_;
  NetworkCall call_;
};

}  // namespace radflow
