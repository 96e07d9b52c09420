// Regressors: what `radflow train` may fit where a number is to be predicted, the node `regress`. As an algorithm of
// `classify` (nodes/classify/algorithm.hpp), but for numbers instead of classes:
//
//   struct Mean : Regressor {
//     static std::unique_ptr<Regressor> train(const RegressionSet& set, const Params& params);
//     // Throws ParamError if the bytes are not what bytes() wrote, whatever they are.
//     static std::unique_ptr<Regressor> read(std::string_view bytes, std::size_t features);
//     ...
//   };
//   const RegisterRegressor<Mean, Params> registered{"mean", "The mean of the training.", Fields<Params>{}};
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <opencv2/core/mat.hpp>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nodes/classify/algorithm.hpp"

namespace radflow {

struct RegressionSet {
  cv::Mat samples;              // one row per sample, one column per feature, CV_32F, finite
  std::vector<double> targets;  // one for each row, finite
  std::vector<int> groups;      // one for each row: a group is held out as one
};

// Immutable; any thread.
class Regressor {
 public:
  virtual ~Regressor() = default;
  virtual double operator()(std::span<const float> features) const = 0;
  // What `read` reads; the same for the same training set and parameters.
  virtual std::string bytes() const = 0;
};

template <typename Params>
struct RegressorParams {
  Params own;
  StepParams steps;
};

struct RegressorAlgorithm {
  std::function<std::unique_ptr<Regressor>(const RegressionSet& set, const void* params)> train;
  std::function<std::unique_ptr<Regressor>(std::string_view bytes, std::size_t features)> read;
  std::function<const StepParams&(const void* params)> steps;
};

// Filled before main(), and by plug-ins. Read-only afterwards.
class Regressors {
 public:
  static Regressors& instance();
  // Throws std::logic_error if the name is taken.
  void add(Alternative about, RegressorAlgorithm algorithm);
  // Null if there is none of that name.
  const RegressorAlgorithm* find(std::string_view name) const;
  const Alternatives& all() const { return all_; }

 private:
  Regressors();

  Alternatives all_;
  std::map<std::string, RegressorAlgorithm, std::less<>> algorithms_;
};

// Steps that need no classes.
std::vector<ParamSpec> regression_steps();

template <typename R, typename Params>
class RegisterRegressor {
 public:
  RegisterRegressor(std::string name, std::string sentence, Fields<Params> fields) {
    using Whole = RegressorParams<Params>;
    RegressorAlgorithm algorithm;
    algorithm.train = [](const RegressionSet& set, const void* params) -> std::unique_ptr<Regressor> {
      return R::train(set, static_cast<const Whole*>(params)->own);
    };
    algorithm.read = &R::read;
    algorithm.steps = [](const void* params) -> const StepParams& {
      return static_cast<const Whole*>(params)->steps;
    };
    std::vector<ParamSpec> all = fields_within(regression_steps(), &Whole::steps);
    for (ParamSpec& field : fields_within(std::move(fields.list), &Whole::own))
      all.push_back(std::move(field));
    Regressors::instance().add(
        {std::move(name), std::move(sentence), std::move(all), [] { return std::make_shared<Whole>(); }},
        std::move(algorithm));
  }
};

// The parameter `train` of the node `regress`.
struct RegressorTraining : Selection {
  static const Alternatives& alternatives() { return Regressors::instance().all(); }
};

}  // namespace radflow
