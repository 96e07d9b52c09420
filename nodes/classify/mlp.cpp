// mlp: a perceptron with hidden layers, trained by cv::ml (resilient backpropagation); several classes one against the
// rest, an output each.
//   - classify: {model: lesions.model, train: {algorithm: mlp, hidden: [32, 8], standardize: {}}}
//
// cv::ml begins with the same weights each time, and does not let a seed choose others: here the seed chooses the order in
// which the features get them. The same samples and seed give the same model.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include <opencv2/ml.hpp>

#include "nodes/classify/algorithm.hpp"
#include "nodes/classify/cut_off.hpp"
#include "nodes/classify/linear.hpp"
#include "nodes/classify/model_bytes.hpp"

namespace radflow {
namespace {

struct Params {
  std::vector<int> hidden = {32};
  int rounds = 300;
  std::optional<int> seed;
  std::optional<LossWeight> class_weight;
};

// The column of each feature. Without a seed, and of one feature, it is its own.
std::vector<int> order_of(int features, std::optional<int> seed) {
  std::vector<int> order(static_cast<std::size_t>(features));
  std::iota(order.begin(), order.end(), 0);
  if (!seed) return order;
  cv::RNG random{static_cast<std::uint64_t>(*seed)};
  for (int i = features; i > 1; --i)
    std::swap(order[static_cast<std::size_t>(i - 1)], order[static_cast<std::size_t>(random.uniform(0, i))]);
  return order;
}

// cv::ml's symmetric sigmoid with its default parameters: 1.7159 tanh(x / 3).
double activation(double x) { return 1.7159 * std::tanh(x / 3); }

class Mlp final : public Classifier {
 public:
  static constexpr bool gives_scores = true;

  static std::unique_ptr<Classifier> train(const TrainingSet& set, const Params& params) {
    const std::size_t outputs = Linear::rows(static_cast<std::size_t>(set.classes));
    cv::Mat targets(set.samples.rows, static_cast<int>(outputs), CV_32F);
    for (int i = 0; i < targets.rows; ++i)
      for (std::size_t k = 0; k < outputs; ++k)
        targets.ptr<float>(i)[k] =
            set.labels[static_cast<std::size_t>(i)] == static_cast<int>(outputs == 1 ? 1 : k) ? 1.0F : -1.0F;
    const std::vector<int> column = order_of(set.samples.cols, params.seed);
    cv::Mat samples(set.samples.size(), CV_32F), weights;
    for (std::size_t j = 0; j < column.size(); ++j)
      set.samples.col(static_cast<int>(j)).copyTo(samples.col(column[j]));
    if (params.class_weight == LossWeight::Balanced)
      cv::Mat(sample_weights(set, *params.class_weight)).convertTo(weights, CV_32F);
    std::vector<int> sizes{set.samples.cols};
    sizes.insert(sizes.end(), params.hidden.begin(), params.hidden.end());
    sizes.push_back(targets.cols);
    auto network = cv::ml::ANN_MLP::create();
    network->setLayerSizes(sizes);
    network->setActivationFunction(cv::ml::ANN_MLP::SIGMOID_SYM, 0, 0);
    network->setTrainMethod(cv::ml::ANN_MLP::RPROP, 0.1);
    network->setTermCriteria({cv::TermCriteria::MAX_ITER | cv::TermCriteria::EPS, params.rounds, 1e-6});
    end_if_cut_off();  // the library does all rounds in one call
    network->train(cv::ml::TrainData::create(samples, cv::ml::ROW_SAMPLE, targets, cv::noArray(),
                                             cv::noArray(), weights));

    auto mlp = std::make_unique<Mlp>();
    mlp->sizes_.assign(sizes.begin(), sizes.end());
    for (std::size_t layer = 0; layer <= sizes.size(); ++layer) {
      const cv::Mat weights = network->getWeights(static_cast<int>(layer));
      // Two numbers scale a feature, a row of the first layer's weights is a feature's; the last one is added.
      mlp->append(weights, layer == 0 ? 2 : weights.cols, layer < 2 ? column : std::vector<int>{});
    }
    return mlp;
  }
  static std::unique_ptr<Classifier> read(std::string_view bytes, std::size_t features, std::size_t classes) {
    ModelBytes numbers{bytes, "the perceptron"};
    auto mlp = std::make_unique<Mlp>();
    const auto layers = numbers.one<std::uint32_t>();
    mlp->sizes_ = numbers.many<std::uint32_t>(layers);
    numbers.expect(
        layers >= 2 && mlp->sizes_.front() == features && mlp->sizes_.back() == Linear::rows(classes),
        "its layers do not fit its features and classes");
    std::uint64_t count = 2 * std::uint64_t{mlp->sizes_.front()} + 2 * std::uint64_t{mlp->sizes_.back()};
    for (std::size_t layer = 1; layer < layers; ++layer) {
      numbers.expect(mlp->sizes_[layer] > 0 && mlp->sizes_[layer] <= most_neurons,
                     "a layer has no such size");
      count += (std::uint64_t{mlp->sizes_[layer - 1]} + 1) * mlp->sizes_[layer];
    }
    mlp->weights_ = numbers.finite<double>(count);
    numbers.expect_end();
    return mlp;
  }

  static std::string balanced_by(const Params& params) {
    return radflow::balanced_by(params.class_weight.value_or(LossWeight::None));
  }

  void probabilities(std::span<const float> features, std::span<double> out) const override {
    const double* weight = weights_.data();
    std::vector<double> values(features.begin(), features.end());
    scale(values, weight);
    for (std::size_t layer = 1; layer < sizes_.size(); ++layer) {
      std::vector<double> next(sizes_[layer]);
      for (const double value : values)
        for (double& sum : next) sum += value * *weight++;
      for (double& sum : next) sum = activation(sum + *weight++);
      values = std::move(next);
    }
    scale(values, weight);
    std::ranges::copy(values, out.begin());
    if (values.size() > 1) return;
    out[1] = out[0];
    out[0] = -out[1];
  }
  std::string bytes() const override {
    std::string bytes;
    append_value(bytes, static_cast<std::uint32_t>(sizes_.size()));
    append_values(bytes, sizes_);
    append_values(bytes, weights_);
    return bytes;
  }

 private:
  static constexpr std::uint32_t most_neurons = 10000;

  // Of the features' scales and of the first layer the places of each feature go back to where the feature stands.
  void append(const cv::Mat& weights, int each, const std::vector<int>& column) {
    const auto first = static_cast<std::ptrdiff_t>(weights_.size());
    weights_.insert(weights_.end(), weights.begin<double>(), weights.end<double>());
    for (std::size_t j = 0; j < column.size(); ++j)
      std::copy_n(weights.begin<double>() + each * column[j], each,
                  weights_.begin() + first + each * static_cast<std::ptrdiff_t>(j));
  }

  static void scale(std::vector<double>& values, const double*& weight) {
    for (double& value : values) {
      value = value * weight[0] + weight[1];
      weight += 2;
    }
  }

  std::vector<std::uint32_t> sizes_;  // Neurons of each layer, the features first.
  // As cv::ml has them: a factor and a summand for each feature; of each layer a row of weights for each value that
  // comes, and one of what is added; a factor and a summand for each output.
  std::vector<double> weights_;
};

const RegisterAlgorithm<Mlp, Params> registered{
    "mlp", "A perceptron with hidden layers; probabilities by Platt.",
    Fields<Params>{}
        .param(&Params::hidden, "hidden", range(1, 10000), "Neurons of each hidden layer.")
        .param(&Params::rounds, "rounds", range(1, 100000),
               "Times that training goes through all samples, at most.")
        .param(&Params::seed, "seed", range(1, 2147483647),
               "Which feature gets which of the first weights; absent: in their order. Of one feature it "
               "changes nothing.")
        .param(&Params::class_weight, "class_weight", any(), "How much the classes count; absent: none.")};

}  // namespace
}  // namespace radflow
