// Steps: what is done to features before an algorithm sees them, in this order: standardize, pca, select. They are
// fitted on the training samples, with the algorithm, and stand in its model file.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "graph/param_codec.hpp"
#include "nodes/classify/classifier.hpp"
#include "nodes/classify/model_bytes.hpp"

namespace radflow {

enum class Blocks { One, UpstreamNode };
Choices<Blocks> choices_of(Blocks);
enum class Scale { Deviation, Rms };
Choices<Scale> choices_of(Scale);
enum class Missing { Refuse, Mean };
Choices<Missing> choices_of(Missing);
enum class SelectBy { Anova };
Choices<SelectBy> choices_of(SelectBy);

struct StandardizeParams {
  Blocks blocks = Blocks::One;
  Scale scale = Scale::Deviation;
  Missing missing = Missing::Refuse;
  std::optional<std::vector<std::vector<std::string>>> together;
  static Fields<StandardizeParams> fields();
};
struct PcaParams {
  int components = 10;
  static Fields<PcaParams> fields();
};
struct SelectParams {
  SelectBy by = SelectBy::Anova;
  int k = 10;
  static Fields<SelectParams> fields();
};
struct StepParams {
  std::optional<StandardizeParams> standardize;
  std::optional<PcaParams> pca;
  std::optional<SelectParams> select;

  bool empty() const { return !standardize && !pca && !select; }
  bool takes_missing() const { return standardize && standardize->missing == Missing::Mean; }
  // In the order in which they are done: "standardize", "pca", "select".
  std::vector<std::string> names() const;
};

// Immutable; any thread.
class Steps {
 public:
  // `names` are the features', "node.feature". Throws std::runtime_error if a step wants more features than come to it.
  Steps(const StepParams& params, const TrainingSet& set, const std::vector<std::string>& names);
  // Throws ParamError.
  Steps(ModelBytes& bytes, std::size_t features);

  std::size_t outputs() const { return outputs_; }
  bool takes_missing() const { return takes_missing_; }
  std::vector<float> operator()(std::span<const float> features) const;
  TrainingSet operator()(const TrainingSet& set) const;
  std::string bytes() const;

 private:
  void fit_standardize(const StandardizeParams& params, const TrainingSet& set,
                       const std::vector<std::string>& names);
  void fit_pca(int components, const TrainingSet& set);
  void fit_select(int k, const TrainingSet& set);

  std::size_t inputs_ = 0, outputs_ = 0;
  bool takes_missing_ = false;
  // Each may be empty: the step is not done then.
  std::vector<double> mean_, factor_;        // standardize: (value - mean) * factor
  std::vector<double> centre_, components_;  // pca: components row by row
  std::vector<std::uint32_t> kept_;          // select
};

// The F value of each column: the variance between the classes over that within them (scikit-learn's f_classif). A
// column without any variance has 0.
std::vector<double> anova(const TrainingSet& set);

}  // namespace radflow
