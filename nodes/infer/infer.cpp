// infer: gives frames a label by a network in ONNX, which OpenVINO runs on the CPU, in float32.
//   - infer:
//       model: pneumonia.onnx
//       input: {scale: 255}
//       output: {labels: [normal, pneumonia], activation: softmax}
//       batch: {size: 16, wait: 5ms}
//
// Beside the model lies its self-test, which runs when the graph is checked and when it starts (nodes/infer/network.hpp).
// What the network gives for an image has the same bits however many share the call, and is ONNX Runtime's to 1e-4.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "graph/node.hpp"
#include "nodes/infer/image_input.hpp"
#include "nodes/infer/image_network.hpp"
#include "nodes/types/facts.hpp"
#include "nodes/types/prediction.hpp"

namespace radflow {
namespace {

enum class Activation { Softmax, Sigmoid, None };
Choices<Activation> choices_of(Activation) {
  return {{Activation::Softmax, "softmax", "The network gives a logit for each label."},
          {Activation::Sigmoid, "sigmoid", "The network gives one logit: that of the second of two labels."},
          {Activation::None, "none",
           "The network gives probabilities: one for each label, or that of the second of two."}};
}

struct OutputParams {
  std::vector<std::string> labels;
  Activation activation = Activation::Softmax;
  std::string name;
  std::optional<double> threshold;

  static Fields<OutputParams> fields() {
    return Fields<OutputParams>{}
        .param(&OutputParams::labels, "labels", any(), "The classes, in the order of the network's outputs.")
        .param(&OutputParams::activation, "activation", any(),
               "What makes probabilities of what the network gives.")
        .param(&OutputParams::name, "name", any(), "Which output, where the network has several.")
        .param(&OutputParams::threshold, "threshold", range(0, 1),
               "Of two labels the second is given from this probability on; absent: the more probable one.");
  }
};

struct Params {
  std::string model;
  InputParams input;
  OutputParams output;
  TakesPhotometric photometric = TakesPhotometric::Monochrome2;
  std::optional<TileParams> tiles;
};

class Infer {
 public:
  static constexpr bool exclusive = true;

  // Throws ParamError.
  Infer(const Params& params, const BuildInfo& info)
      : params_{params.output},
        network_{{params.model, params.input, params.photometric, params.tiles},
                 info,
                 "infer",
                 params.output.name} {
    const std::vector<std::string>& labels = params_.labels;
    if (labels.size() < 2 || std::set(labels.begin(), labels.end()).size() != labels.size())
      throw ParamError{"output.labels", "it needs two labels or more, each once"};
    if (params_.threshold && labels.size() != 2)
      throw ParamError{"output.threshold",
                       fmt::format("it is for two labels, and there are {}", labels.size())};
    check_output(network_.network());
    answer_.classes = std::make_shared<const std::vector<std::string>>(labels);
    answer_.model = network_.network().name();
    answer_.model_digest = network_.network().digest();
    for (const std::string& label : labels)
      predicted_.push_back(&info.metrics->counter("predictions", label));
  }

  Known known() const { return Known{}.set(KnownLabels{params_.labels}); }

  std::vector<Result<Prediction>> operator()(Batch<Frame> in) {
    std::vector<Result<Prediction>> predictions;
    if (network_.tiled()) {
      for (std::size_t i = 0; i < in.size(); ++i) predictions.push_back(by_tile(in[i]));
      return predictions;
    }
    for (const Result<Tensor>& given : network_(in)) {
      if (given)
        predictions.push_back(prediction_of(shares_of(given->values)));
      else
        predictions.push_back(given.error());
    }
    return predictions;
  }

 private:
  // How many numbers an image gets, where the network says so.
  void check_output(const Network& network) const {
    std::int64_t values = 1;
    for (std::size_t i = 1; i < network.output().size(); ++i)
      values = network.output()[i] < 0 || values < 0 ? -1 : values * network.output()[i];
    if (values < 0) return;
    if (const std::string wrong = wrong_count(static_cast<std::size_t>(values)); !wrong.empty())
      throw ParamError{"output", wrong};
  }
  // "" if the labels and the activation take so many numbers.
  std::string wrong_count(std::size_t values) const {
    const std::size_t labels = params_.labels.size();
    const bool one = values == 1 && labels == 2 && params_.activation != Activation::Softmax;
    if (one || (values == labels && params_.activation != Activation::Sigmoid)) return "";
    return fmt::format(
        "the network gives {} value{} for an image, and there are {} labels with activation {}", values,
        values == 1 ? "" : "s", labels, choice_name(params_.activation));
  }

  // The mean of the probabilities of all tiles.
  Result<Prediction> by_tile(const Frame& frame) {
    const Result<TilesGiven> tiles = network_.by_tile(frame);
    if (!tiles) return tiles.error();
    std::vector<double> mean(params_.labels.size());
    for (const Tensor& given : tiles->given) {
      const Result<std::vector<double>> shares = shares_of(given.values);
      if (!shares) return shares.error();
      for (std::size_t k = 0; k < mean.size(); ++k)
        mean[k] += (*shares)[k] / static_cast<double>(tiles->given.size());
    }
    return prediction_of(std::move(mean));
  }

  // In double, so that they add up to one.
  Result<std::vector<double>> shares_of(const std::vector<float>& values) const {
    if (const std::string wrong = wrong_count(values.size()); !wrong.empty())
      return Error{"no_probabilities", wrong};
    std::vector<double> shares(values.begin(), values.end());
    if (params_.activation == Activation::Softmax) {
      const double most = *std::ranges::max_element(shares);
      for (double& share : shares) share = std::exp(share - most);
      const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
      for (double& share : shares) share /= sum;
    } else if (shares.size() == 1) {
      const double second =
          params_.activation == Activation::Sigmoid ? 1 / (1 + std::exp(-shares[0])) : shares[0];
      shares = {1 - second, second};
    }
    constexpr double slack = 1e-3;
    const auto share_is_wrong = [](double share) { return share < 0 || share > 1; };
    if (std::ranges::any_of(shares, share_is_wrong) ||
        std::abs(std::accumulate(shares.begin(), shares.end(), 0.0) - 1) > slack)
      return Error{"no_probabilities",
                   "the network's values are no probabilities of one label: give output.activation"};
    return shares;
  }

  Result<Prediction> prediction_of(Result<std::vector<double>> of) const {
    if (!of) return of.error();
    Prediction prediction = answer_;
    prediction.probabilities = std::move(*of);
    const std::vector<double>& shares = prediction.probabilities;
    prediction.label = static_cast<std::size_t>(std::ranges::max_element(shares) - shares.begin());
    if (params_.threshold) prediction.label = shares[1] >= *params_.threshold ? 1 : 0;
    predicted_[prediction.label]->add();
    return prediction;
  }

  const OutputParams params_;
  ImageNetwork network_;
  Prediction answer_;                // all but probabilities and label
  std::vector<Counter*> predicted_;  // One for each label.
};

const Register<Infer, Params> registered{
    NodeSpec{"infer", "Gives frames a label and the probability of every class, by a network in ONNX."}
        .param(&Params::model, "model", required(input_file()), model_sentence)
        .param(&Params::input, "input", any(), input_sentence)
        .param(&Params::output, "output", any(), "What the network's output means.")
        .param(&Params::photometric, "photometric", any(), photometric_sentence)
        .param(
            &Params::tiles, "tiles", any(),
            "How frames larger than the network's input are cut. The probabilities are the mean of those of "
            "all tiles.")
        .errors(input_errors)
        .errors(
            {{"no_probabilities", "The network's values do not fit the labels, or are no probabilities."}})
        .counter(
            "predictions",
            "Predictions by label: what a model says is apt to change before anybody hears that it is wrong.",
            "label")
        .example("- infer:\n    model: pneumonia.onnx\n    input: {scale: 255}\n    output: {labels: "
                 "[normal, pneumonia], "
                 "activation: sigmoid}\n    batch: {size: 16, wait: 5ms}")};

}  // namespace
}  // namespace radflow
