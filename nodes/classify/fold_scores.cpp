#include "nodes/classify/fold_scores.hpp"

#include <algorithm>
#include <numeric>
#include <stdexcept>

#include "nodes/classify/cut_off.hpp"
#include "nodes/classify/evaluation.hpp"
#include "nodes/classify/folds.hpp"
#include "nodes/classify/kernel_matrix.hpp"

namespace radflow {
namespace {

constexpr std::size_t kept = 2;

using Scores = std::vector<std::vector<double>>;  // [sample][class]

// Mean over the thresholds at which a positive comes in, of the share of positives above: scikit-learn's
// average_precision_score, equal scores together.
double average_precision(std::vector<std::pair<double, bool>> scores) {
  std::ranges::sort(scores, std::ranges::greater{});
  double positives = 0, seen = 0, sum = 0;
  for (std::size_t i = 0, next = 0; i < scores.size(); i = next) {
    double own = 0;
    for (next = i; next < scores.size() && scores[next].first == scores[i].first; ++next)
      own += scores[next].second;
    positives += own;
    seen = static_cast<double>(next);
    sum += own * positives / seen;
  }
  return sum / positives;
}

double of_class(const Scores& scores, const std::vector<int>& labels, std::size_t c, Metric metric) {
  std::vector<double> positives, negatives;
  std::vector<std::pair<double, bool>> all;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const bool positive = labels[i] == static_cast<int>(c);
    (positive ? positives : negatives).push_back(scores[i][c]);
    all.emplace_back(scores[i][c], positive);
  }
  if (metric == Metric::AveragePrecision) return average_precision(std::move(all));
  if (metric == Metric::Auc) return auc(positives, negatives)->value;
  double hits = 0;  // sensitivity
  for (std::size_t i = 0; i < scores.size(); ++i)
    hits += labels[i] == static_cast<int>(c) &&
            std::ranges::max_element(scores[i]) - scores[i].begin() == static_cast<std::ptrdiff_t>(c);
  return hits / static_cast<double>(positives.size());
}

std::string text_of(const StepParams& params) {
  const std::vector<ParamSpec> fields = Fields<StepParams>{}
                                            .param(&StepParams::standardize, "standardize", any(), "")
                                            .param(&StepParams::pca, "pca", any(), "")
                                            .param(&StepParams::select, "select", any(), "")
                                            .list;
  std::string text;
  for (const ParamSpec& field : fields) text += field.name + field.get(&params) + "\n";
  return text;
}

void require_classes(const TrainingSet& part, const char* which) {
  for (int label = 0; label < part.classes; ++label)
    if (std::ranges::find(part.labels, label) == part.labels.end())
      throw std::runtime_error{fmt::format("{} a fold {} has no sample: its samples are in too few groups",
                                           which, class_called(part, label))};
}

}  // namespace

Choices<Metric> choices_of(Metric) {
  return {{Metric::Auc, "auc", "Area under the ROC, the mean of the classes."},
          {Metric::AveragePrecision, "average_precision", "The mean of the classes."},
          {Metric::BalancedAccuracy, "balanced_accuracy", "The mean of the classes' sensitivities."},
          {Metric::Accuracy, "accuracy", "The share of right labels."}};
}

FoldScores::FoldScores(const TrainingSet& set, const std::vector<std::string>& names,
                       const std::vector<int>& fold_of, int fold)
    : others_{part_of(set, [&](std::size_t i) { return fold_of[i] != fold; })},
      held_{part_of(set, [&](std::size_t i) { return fold_of[i] == fold; })},
      names_{names} {
  require_classes(others_, "without");
  require_classes(held_, "in");
  others_.pairs = std::make_shared<SharedPairs>();
}

const FoldScores::Prepared& FoldScores::prepared(const StepParams& params) {
  const std::string text = text_of(params);
  const auto known = std::ranges::find_if(prepared_, [&](const auto& one) { return one->steps == text; });
  if (known != prepared_.end()) {
    std::rotate(known, known + 1, prepared_.end());
    return *prepared_.back();
  }
  if (prepared_.size() == kept) prepared_.erase(prepared_.begin());
  auto made = std::make_unique<Prepared>(Prepared{text, others_, held_});
  if (!params.empty()) {
    const Steps steps{params, others_, names_};
    made->others = steps(others_);
    made->held = steps(held_);
    made->others.pairs = std::make_shared<SharedPairs>();
  }
  return *prepared_.emplace_back(std::move(made));
}

double FoldScores::operator()(const Candidate& candidate, Metric metric) {
  const Algorithm& algorithm = *Algorithms::instance().find(candidate.training.name);
  const void* const params = candidate.training.params.get();
  const Prepared& fold = prepared(algorithm.shared(params).steps);
  const std::unique_ptr<Classifier> fitted = algorithm.train(fold.others, algorithm.own(params));
  const auto classes = static_cast<std::size_t>(held_.classes);
  Scores scores(held_.labels.size(), std::vector<double>(classes));
  for (std::size_t i = 0; i < scores.size(); ++i) {
    end_if_cut_off();
    fitted->probabilities(
        {fold.held.samples.ptr<float>(static_cast<int>(i)), static_cast<std::size_t>(fold.held.samples.cols)},
        scores[i]);
  }
  double sum = 0;
  for (std::size_t c = 0; c < classes; ++c) {
    const auto own = static_cast<double>(std::ranges::count(held_.labels, static_cast<int>(c)));
    const double share = metric == Metric::Accuracy ? own / static_cast<double>(scores.size())
                                                    : 1 / static_cast<double>(classes);
    sum += share * of_class(scores, held_.labels, c, metric);
  }
  return sum;
}

}  // namespace radflow
