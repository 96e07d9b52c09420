// A plug-in with an algorithm: every message gets the classes as often as the training set had them.
#include <cmath>
#include <cstring>

#include "nodes/classify/algorithm.hpp"

namespace guessing {
namespace {

using namespace radflow;

struct Params {
  double power = 1;
};

class Majority final : public Classifier {
 public:
  explicit Majority(std::vector<double> shares) : shares_{std::move(shares)} {}

  static std::unique_ptr<Classifier> train(const TrainingSet& set, const Params& params) {
    std::vector<double> shares(static_cast<std::size_t>(set.classes));
    for (const int label : set.labels) ++shares[static_cast<std::size_t>(label)];
    double sum = 0;
    for (double& share : shares) sum += share = std::pow(share, params.power);
    for (double& share : shares) share /= sum;
    return std::make_unique<Majority>(std::move(shares));
  }
  static std::unique_ptr<Classifier> read(std::string_view bytes, std::size_t, std::size_t classes) {
    if (bytes.size() != classes * sizeof(double)) throw ParamError{"model", "the shares are damaged"};
    std::vector<double> shares(classes);
    std::memcpy(shares.data(), bytes.data(), bytes.size());
    return std::make_unique<Majority>(std::move(shares));
  }

  void probabilities(std::span<const float>, std::span<double> out) const override {
    std::copy(shares_.begin(), shares_.end(), out.begin());
  }
  std::string bytes() const override {
    return {reinterpret_cast<const char*>(shares_.data()), shares_.size() * sizeof(double)};
  }

 private:
  std::vector<double> shares_;
};

const RegisterAlgorithm<Majority, Params> registered{
    "majority", "How often each class is.",
    Fields<Params>{}.param(&Params::power, "power", range(0, 10), "Above 1 the frequent ones count more.")};

}  // namespace
}  // namespace guessing
