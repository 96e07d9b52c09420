// KeptResults: what a file of results holds that can be judged, before it is.
#pragma once

#include <cstdint>
#include <istream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "cli/evaluated_results.hpp"

namespace radflow::cli {

struct KeptResults {
  bool numbers = false;        // Payloads are Regression, not Prediction: what the first result was.
  EvaluatedResults evaluated;  // Graph, model, classes, how many failed and how many came again; no cases.
  std::vector<Tapped> messages;
  std::map<std::pair<std::string, std::int64_t>, std::string>
      places;  // in a topic, of a record's key and offset

  // One per record, which warnings name by its place: keys may tell of people. The messages have it as their key then.
  std::vector<LabelledImage> images();
};

// As read_results_file() reads them (cli/evaluated_results.hpp), of either kind.
KeptResults read_kept(std::istream& in, const std::string& name, const Judging& judging);
KeptResults read_kept_file(const std::string& path, const Judging& judging);
// The cases of predictions. Throws std::runtime_error if they are numbers.
EvaluatedResults classes_of(KeptResults kept, const std::string& name, const Judging& judging);

}  // namespace radflow::cli
