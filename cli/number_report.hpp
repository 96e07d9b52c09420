// An evaluation of predicted numbers: what was judged, and its page.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/importances.hpp"
#include "nodes/classify/number_measures.hpp"

namespace radflow::cli {

struct EvaluatedNumbers {
  std::string graph, graph_digest, model, model_digest;
  std::vector<NumberCase> cases;
  std::vector<std::string> names;   // the cases' records and frames: "7.png", "a.dcm#3"
  std::vector<std::string> values;  // Each case's subgroup; empty where there are none.
  std::string grouped_by = "image", subgroups_by;
  std::int64_t failed = 0, repeated = 0;
  Permutation permutation = {};              // what `importances` are of
  std::vector<Importance> importances = {};  // empty where nobody asked for them
};

// Bland and Altman, Lancet 327 (1986) 307: the mean of the differences found - expected, and between which limits 95 % of
// them lie if they are Gaussian, 1.96 deviations to both sides; absent below two cases.
struct Agreement {
  double bias = 0;
  std::optional<std::pair<double, double>> limits;
};
Agreement agreement_of(const std::vector<NumberCase>& cases);

// An evaluation of each subgroup, by name.
std::vector<std::pair<std::string, NumberEvaluation>> subgroups(const EvaluatedNumbers& evaluated);

// "R^2" of "r2".
std::string number_measure_name(const std::string& measure);

// One page as that of classes (cli/report.hpp): the measures, the estimates against the true numbers, residuals, agreement,
// and as thumbnails the cases that are farthest off, where their files lie in the folder `input`.
std::string to_html(const EvaluatedNumbers& evaluated, const NumberEvaluation& evaluation,
                    const std::string& input);

}  // namespace radflow::cli
