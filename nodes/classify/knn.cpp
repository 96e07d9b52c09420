// knn: the classes of the nearest training samples, by Euclidean distance; of equally near ones those that came first.
//   - classify: {model: lesions.model, train: {algorithm: knn, neighbours: 15, standardize: {}}}
//
// The model file holds the features of every training sample: who has it has them too. Not cv::ml's KNearest, which
// cannot be asked concurrently.
#include <algorithm>
#include <limits>

#include "nodes/classify/algorithm.hpp"
#include "nodes/classify/model_bytes.hpp"

namespace radflow {
namespace {

struct Params {
  int neighbours = 5;
};

class Knn final : public Classifier {
 public:
  static constexpr std::string_view gives = "shares of the nearest training samples";

  static std::unique_ptr<Classifier> train(const TrainingSet& set, const Params& params) {
    auto knn = std::make_unique<Knn>();
    knn->neighbours_ = static_cast<std::uint32_t>(std::min(params.neighbours, set.samples.rows));
    for (int i = 0; i < set.samples.rows; ++i) {
      const float* const row = set.samples.ptr<float>(i);
      knn->samples_.insert(knn->samples_.end(), row, row + set.samples.cols);
      knn->labels_.push_back(static_cast<std::uint32_t>(set.labels[static_cast<std::size_t>(i)]));
    }
    return knn;
  }
  static std::unique_ptr<Classifier> read(std::string_view bytes, std::size_t features, std::size_t classes) {
    ModelBytes numbers{bytes, "the training samples"};
    auto knn = std::make_unique<Knn>();
    knn->neighbours_ = numbers.one<std::uint32_t>();
    const auto count = numbers.one<std::uint32_t>();
    numbers.expect(knn->neighbours_ > 0 && knn->neighbours_ <= count, "it has too few samples");
    knn->labels_ = numbers.many<std::uint32_t>(count);
    for (const std::uint32_t label : knn->labels_)
      numbers.expect(label < classes, "a sample has no such class");
    knn->samples_ = numbers.finite<float>(std::uint64_t{count} * features);
    numbers.expect_end();
    return knn;
  }

  void probabilities(std::span<const float> features, std::span<double> out) const override {
    std::vector<std::pair<double, std::uint32_t>> distances;  // with the sample's place
    distances.reserve(labels_.size());
    for (std::size_t i = 0; i < labels_.size(); ++i) {
      const float* const sample = samples_.data() + i * features.size();
      double sum = 0;
      for (std::size_t j = 0; j < features.size(); ++j) {
        const double difference = double{features[j]} - double{sample[j]};
        sum += difference * difference;
      }
      distances.emplace_back(sum, static_cast<std::uint32_t>(i));
    }
    std::ranges::nth_element(distances, distances.begin() + neighbours_ - 1);
    std::ranges::fill(out, 0.0);
    for (std::uint32_t i = 0; i < neighbours_; ++i) out[labels_[distances[i].second]] += 1.0 / neighbours_;
  }
  std::string holds() const override {
    return fmt::format("the features of all {} training samples: keep it as you keep the images",
                       labels_.size());
  }
  std::string bytes() const override {
    std::string bytes;
    append_value(bytes, neighbours_);
    append_value(bytes, static_cast<std::uint32_t>(labels_.size()));
    append_values(bytes, labels_);
    append_values(bytes, samples_);
    return bytes;
  }

 private:
  std::uint32_t neighbours_ = 0;
  std::vector<std::uint32_t> labels_;
  std::vector<float> samples_;
};

const RegisterAlgorithm<Knn, Params> registered{
    "knn", "The shares of the nearest training samples; the model file holds the features of all of them.",
    Fields<Params>{}.param(&Params::neighbours, "neighbours", range(1, 10000), "How many count.")};

}  // namespace
}  // namespace radflow
