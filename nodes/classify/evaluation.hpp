// Evaluation: how well predictions agree with the labels known to be true. From counts alone, so that the
// order of the cases changes no digit.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "nodes/classify/confidence.hpp"

namespace radflow {

struct Case {
  std::string expected;
  std::string label;                  // the prediction's
  std::vector<double> probabilities;  // one per class
  std::string group = {};             // cases of one group are not independent: those of a patient
  std::string subgroup = {};          // what is evaluated apart besides: the scanner, the hospital
};

// hits of `of`; with none of it there is no share.
struct Share {
  std::int64_t hits = 0;
  std::int64_t of = 0;

  std::optional<double> value() const;
  // By wilson().
  std::optional<ConfidenceInterval> interval() const;
};

// Area under the receiver operating characteristic: the probability that a positive scores above a negative,
// ties counting half (Mann-Whitney). Absent without positives or negatives.
struct Auc {
  double value = 0;
  std::optional<ConfidenceInterval>
      interval;  // DeLong et al. 1988; absent below two positives or two negatives, and where nothing varies
};
std::optional<Auc> auc(const std::vector<double>& positives, const std::vector<double>& negatives);

// Of the cases whose probability of a class lies in one tenth: above low, up to high.
struct CalibrationBin {
  double low = 0, high = 0;
  std::int64_t cases = 0;
  double mean_probability = 0;
  double share = 0;  // how many are of the class
};

struct ClassScore {
  std::string name;
  std::int64_t cases = 0;                   // with this label expected
  Share sensitivity;                        // how many of the class's cases were given its label
  Share specificity;                        // how many of the other cases were not
  std::optional<Auc> auc;                   // the class against all others, by its probability
  std::vector<Estimate> estimates;          // Measures::of_class()
  std::vector<CalibrationBin> calibration;  // those with cases
  double calibration_error = 0;             // mean distance of share and mean probability, by cases
};

struct Evaluation {
  std::int64_t cases = 0;
  Share accuracy;
  // Mean of those classes' that have cases (with two classes both are the same number); absent if only one has.
  std::optional<double> auc;
  std::vector<ClassScore> classes;
  std::vector<std::vector<std::int64_t>> confusion;  // [expected][label]
  std::vector<Estimate> estimates;                   // Measures::of_all()
  std::int64_t groups = 0;                           // 0: the cases have none
  std::string intervals;                             // how they were found
};

// Throws std::runtime_error if there is no case, or one of a class that is not among `classes`.
// Intervals are by bootstrap over the groups where the cases have groups, else by Wilson for shares, by DeLong for areas
// of a class and by bootstrap over the cases for the rest. Where all draws are the same a share's is Wilson's of as many
// cases as there are groups that have such cases, and other measures have none (nodes/classify/confidence.hpp).
Evaluation evaluate(const std::vector<std::string>& classes, const std::vector<Case>& cases);

}  // namespace radflow
