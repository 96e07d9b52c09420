// How well predicted numbers agree with those known to be true.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "nodes/classify/evaluation.hpp"

namespace radflow {

struct NumberCase {
  double expected = 0;
  double found = 0;
  std::string group = {};  // cases of one group are not independent: those of a patient
};

struct NumberEvaluation {
  std::int64_t cases = 0;
  std::int64_t groups = 0;          // 0: the cases have none
  std::string intervals;            // how they were found
  std::vector<Estimate> estimates;  // those of number_measures()
};

// "mae": mean absolute error; "rmse": root of the mean squared error; "r2": the share of the variance of the true numbers
// that is explained, 1 - squared errors / squared distances from their mean, absent where these are all 0.
const std::vector<std::string>& number_measures();

// 95 % intervals are by bootstrap, 1000 draws, over groups where the cases have them, else over the cases; where all
// draws are the same there is none. Throws
// std::runtime_error if there is no case.
NumberEvaluation evaluate_numbers(std::vector<NumberCase> cases);

}  // namespace radflow
