// Network: an ONNX model as OpenVINO runs it on the CPU, in float32. It is loaded once for a graph and may be called by
// several workers at a time, each through a NetworkCall of its own.
//
// Every model carries a self-test: x.onnx has x.input.npy and x.output.npy beside it, what it was given once and what
// came out, from where it was trained. Loading runs it: a runtime that gives other numbers, on this processor or in this
// version, is found before the first image.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "nodes/infer/tensor.hpp"

namespace radflow {

class Network {
 public:
  // How far an output may be from the self-test's: of 1, or of its own size where that is more.
  static constexpr double tolerance = 1e-4;

  // The output is named where the model has several; "" is its only one. `calls` may go on at a time. Throws ParamError of
  // "model" or "output.name".
  Network(const std::string& path, const std::string& output, int calls);
  ~Network();

  const std::string& name() const { return name_; }      // the file's, without folder
  const std::string& digest() const { return digest_; }  // "sha256:..." of its bytes
  // Extents of the input and of the output; -1: any. The first one is the batch.
  const std::vector<std::int64_t>& input() const { return input_; }
  const std::vector<std::int64_t>& output() const { return output_; }

 private:
  friend class NetworkCall;
  struct Compiled;

  void self_test(const std::string& path, const std::string& output_name);

  std::string name_, digest_;
  std::vector<std::int64_t> input_, output_;
  std::unique_ptr<Compiled> compiled_;
};

// What one worker calls the network by. Not thread-safe.
class NetworkCall {
 public:
  explicit NetworkCall(std::shared_ptr<const Network> network);
  NetworkCall(NetworkCall&&) noexcept;
  ~NetworkCall();

  // The first extent counts the images: what the network gives for each, one behind the other. The bits do not depend on how
  // many share the call: the first time that so many do, they are compared, and where they would differ each image gets a
  // call of its own from then on. Throws what OpenVINO throws, and std::runtime_error.
  Tensor operator()(const Tensor& input);

 private:
  Tensor run(const Tensor& input, std::int64_t first, std::int64_t count);
  Tensor one_by_one(const Tensor& input);
  bool same_bits(const Tensor& input);

  struct Request;
  std::shared_ptr<const Network> network_;
  std::unique_ptr<Request> request_;
};

}  // namespace radflow
