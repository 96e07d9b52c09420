// svm: a support vector machine, trained by cv::ml; several classes one against the rest.
//   - classify: {model: lesions.model, train: {algorithm: svm, C: 4, standardize: {scale: rms}, gamma: 1}}
//
// The scores are worked out here, from the support vectors, which lie in the model file: for cv::ml a prediction of one
// row costs several copies, and is not to be called concurrently.
#include <algorithm>
#include <cmath>
#include <optional>

#include <opencv2/ml.hpp>

#include "nodes/classify/algorithm.hpp"
#include "nodes/classify/cut_off.hpp"
#include "nodes/classify/kernel_matrix.hpp"
#include "nodes/classify/linear.hpp"
#include "nodes/classify/model_bytes.hpp"

namespace radflow {
namespace {

enum class Kernel : std::uint32_t { Rbf, Linear };
Choices<Kernel> choices_of(Kernel) {
  return {{Kernel::Rbf, "rbf", "exp(-gamma * squared distance)"},
          {Kernel::Linear, "linear", "The scalar product."}};
}

struct Params {
  Kernel kernel = Kernel::Rbf;
  double c = 1;
  std::optional<double> gamma;
  LossWeight class_weight = LossWeight::None;
};

// One class against the rest, by an RBF.
struct Machine {
  std::vector<double> factors;  // one a support vector
  std::vector<float> vectors;   // row by row
  double intercept = 0;
};

// scikit-learn's gamma='scale': 1 / (features * variance of all values).
double gamma_of(const TrainingSet& set) {
  cv::Scalar mean, deviation;
  cv::meanStdDev(set.samples, mean, deviation);
  const double variance = deviation[0] * deviation[0];
  return variance > 0 ? 1 / (set.samples.cols * variance) : 1;
}

// What cv::ml asks for while it trains on the numbers of the samples instead of the samples themselves.
class ByMatrix final : public cv::ml::SVM::Kernel {
 public:
  explicit ByMatrix(cv::Mat kernel) : kernel_{std::move(kernel)} {}
  int getType() const override { return cv::ml::SVM::CUSTOM; }
  void calc(int count, int, const float* numbers, const float* other, float* results) override {
    end_if_cut_off();
    const float* const row = kernel_.ptr<float>(static_cast<int>(*other));
    for (int i = 0; i < count; ++i) results[i] = row[static_cast<int>(numbers[i])];
  }

 private:
  cv::Mat kernel_;
};

// Of every two samples; empty where it would be too large, and cv::ml works it out as it goes.
cv::Mat kernel_matrix(const TrainingSet& set, Kernel kernel, double gamma) {
  if (set.samples.rows > most_kernel_rows) return {};
  const Pairs which = kernel == Kernel::Linear ? Pairs::ScalarProducts : Pairs::SquaredDistances;
  const cv::Mat pairs = set.pairs ? set.pairs->of(set.samples, which) : pairs_of(set.samples, which);
  if (kernel == Kernel::Linear) return pairs;
  cv::Mat matrix;
  pairs.convertTo(matrix, CV_32F, -gamma);  // a copy: others may share the distances
  cv::exp(matrix, matrix);
  return matrix;
}

class Svm final : public Classifier {
 public:
  static constexpr bool gives_scores = true;

  static std::unique_ptr<Classifier> train(const TrainingSet& set, const Params& params) {
    auto svm = std::make_unique<Svm>();
    svm->kernel_ = params.kernel;
    svm->gamma_ = params.gamma.value_or(gamma_of(set));
    const std::size_t rows = Linear::rows(static_cast<std::size_t>(set.classes));
    const cv::Mat matrix = kernel_matrix(set, params.kernel, svm->gamma_);
    for (std::size_t row = 0; row < rows; ++row)
      svm->add(set, params, matrix, static_cast<int>(rows == 1 ? 1 : row));
    return svm;
  }
  static std::unique_ptr<Classifier> read(std::string_view bytes, std::size_t features, std::size_t classes) {
    const std::string part = "the support vector machine";
    ModelBytes numbers{bytes, part};
    auto svm = std::make_unique<Svm>();
    svm->kernel_ = numbers.one<Kernel>();
    numbers.expect(svm->kernel_ == Kernel::Rbf || svm->kernel_ == Kernel::Linear, "it has no such kernel");
    if (svm->kernel_ == Kernel::Linear) {
      svm->linear_ = Linear::read(numbers.rest(), features, classes, part);
      return svm;
    }
    svm->gamma_ = numbers.finite<double>(1).front();
    numbers.expect(svm->gamma_ > 0, "its gamma is not above 0");
    for (std::size_t row = 0; row < Linear::rows(classes); ++row) {
      const auto count = numbers.one<std::uint32_t>();
      Machine& machine = svm->machines_.emplace_back();
      machine.intercept = numbers.finite<double>(1).front();
      machine.factors = numbers.finite<double>(count);
      machine.vectors = numbers.finite<float>(std::uint64_t{count} * features);
    }
    numbers.expect_end();
    return svm;
  }
  static std::string balanced_by(const Params& params) { return radflow::balanced_by(params.class_weight); }

  void probabilities(std::span<const float> features, std::span<double> out) const override {
    if (kernel_ == Kernel::Linear) return linear_.scores(features, out);
    for (std::size_t row = 0; row < machines_.size(); ++row) {
      const Machine& machine = machines_[row];
      double sum = machine.intercept;
      for (std::size_t i = 0; i < machine.factors.size(); ++i)
        sum += machine.factors[i] *
               std::exp(-gamma_ *
                        double{squared_distance(features, machine.vectors.data() + i * features.size())});
      out[row] = sum;
    }
    if (machines_.size() > 1) return;
    out[1] = out[0];
    out[0] = -out[1];
  }
  std::string holds() const override {
    std::size_t vectors = 0;
    for (const Machine& machine : machines_) vectors += machine.factors.size();
    if (vectors == 0) return "";
    return fmt::format(
        "the features of {} training samples (support vectors): keep it as you keep the images", vectors);
  }
  std::string bytes() const override {
    std::string bytes;
    append_value(bytes, kernel_);
    if (kernel_ == Kernel::Linear) return bytes + linear_.bytes();
    append_value(bytes, gamma_);
    for (const Machine& machine : machines_) {
      append_value(bytes, static_cast<std::uint32_t>(machine.factors.size()));
      append_value(bytes, machine.intercept);
      append_values(bytes, machine.factors);
      append_values(bytes, machine.vectors);
    }
    return bytes;
  }

 private:
  // `label` against all others.
  void add(const TrainingSet& set, const Params& params, const cv::Mat& matrix, int label) {
    end_if_cut_off();
    std::vector<int> is_label;
    for (const int one : set.labels) is_label.push_back(one == label);
    auto trained = cv::ml::SVM::create();
    trained->setType(cv::ml::SVM::C_SVC);
    trained->setKernel(params.kernel == Kernel::Rbf ? cv::ml::SVM::RBF : cv::ml::SVM::LINEAR);
    trained->setC(params.c);
    trained->setGamma(gamma_);
    trained->setTermCriteria({cv::TermCriteria::MAX_ITER | cv::TermCriteria::EPS, 10'000'000, 1e-5});
    if (params.class_weight == LossWeight::Balanced) {
      const double all = static_cast<double>(is_label.size());
      const auto own = static_cast<double>(std::ranges::count(is_label, 1));
      const cv::Matx12d weights{all / (2 * (all - own)), all / (2 * own)};
      trained->setClassWeights(cv::Mat(weights));
    }
    cv::Mat samples = set.samples;
    if (!matrix.empty()) {
      trained->setCustomKernel(cv::makePtr<ByMatrix>(matrix));
      samples = cv::Mat(set.samples.rows, 1, CV_32F);
      for (int i = 0; i < samples.rows; ++i) samples.at<float>(i) = static_cast<float>(i);
    }
    trained->train(cv::ml::TrainData::create(samples, cv::ml::ROW_SAMPLE, is_label));

    // cv::ml's score is above 0 for the rest.
    cv::Mat factors, index;
    const double rho = trained->getDecisionFunction(0, factors, index);
    const cv::Mat vectors = trained->getSupportVectors();
    Machine machine;
    machine.intercept = rho;
    for (std::size_t i = 0; i < factors.total(); ++i) {
      machine.factors.push_back(-factors.at<double>(static_cast<int>(i)));
      const float* vector = vectors.ptr<float>(index.at<int>(static_cast<int>(i)));
      if (!matrix.empty()) vector = set.samples.ptr<float>(static_cast<int>(*vector));
      machine.vectors.insert(machine.vectors.end(), vector, vector + set.samples.cols);
    }
    if (params.kernel == Kernel::Rbf) return machines_.push_back(std::move(machine));
    std::vector<double> weights(static_cast<std::size_t>(set.samples.cols));
    for (std::size_t i = 0; i < machine.factors.size(); ++i)
      for (std::size_t j = 0; j < weights.size(); ++j)
        weights[j] += machine.factors[i] * double{machine.vectors[i * weights.size() + j]};
    linear_.weights.insert(linear_.weights.end(), weights.begin(), weights.end());
    linear_.intercepts.push_back(machine.intercept);
  }

  Kernel kernel_ = Kernel::Rbf;
  double gamma_ = 0;
  std::vector<Machine> machines_;
  Linear linear_;
};

const RegisterAlgorithm<Svm, Params> registered{
    "svm", "A support vector machine; probabilities by Platt.",
    Fields<Params>{}
        .param(&Params::kernel, "kernel", any(), "How two samples are compared.")
        .param(&Params::c, "C", range(1e-6, 1e6), "What an error on a training sample costs.")
        .param(&Params::gamma, "gamma", range(1e-12, 1e6),
               "Of the RBF; absent: 1 / (features * variance of their values).")
        .param(&Params::class_weight, "class_weight", any(), "How much the classes count.")};

}  // namespace
}  // namespace radflow
