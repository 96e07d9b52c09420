// EvaluatedResults: predictions with their true labels, from a graph that ran here or from results that were kept.
#pragma once

#include <cstdint>
#include <istream>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "cli/importances.hpp"
#include "cli/labels.hpp"
#include "cli/same_images.hpp"
#include "nodes/classify/evaluation.hpp"

namespace radflow::cli {

struct EvaluatedResults {
  std::string graph, graph_digest;
  std::string model, model_digest;
  std::vector<std::string> classes;
  std::vector<Case> cases;
  std::vector<std::string> names;     // The cases' records and frames: "ill/7.png", "a.dcm#3".
  std::vector<std::string> places;    // Of kept results the same by position: "frames:0:17#3".
  std::vector<LabelledImage> images;  // one per record
  std::int64_t repeated =
      0;  // results that stood there twice (at least once is no more than that); counted once
  std::int64_t failed = 0;  // records that gave no result
  std::string grouped_by = "image";
  std::string subgroups_by;                  // what Case::subgroup is; "" if they have none
  std::string threshold;                     // a sentence on the model's; "" if it has none, or is not known
  double threshold_value = 0.5;              // The least probability of the positive class.
  std::size_t positive = 1;                  // An index of two classes; 1 where no model says.
  Permutation permutation = {};              // what `importances` are of
  std::vector<Importance> importances = {};  // empty where nobody asked for them
};

// What the evaluation is told besides the results.
struct Judging {
  const Labels* labels = nullptr;
  std::string split = "test", group, by;

  // What --group means where it is not given: the patients that the labels name.
  std::string grouping() const;
};

// Its record, and its frame where that is not the first: "a.dcm#3"; of a tile both numbers: "a.dcm#1.4".
std::string name_of(const Tapped& message);

// A case of each message, whose payload is a Prediction. Throws std::runtime_error where one has no label.
void add_cases(std::vector<Tapped>& messages, const Judging& judging, EvaluatedResults& evaluated);

// Reads results, one JSON object a line, as `radflow tail --json` and the sink ndjson write them, from a file, or standard
// input for "-". Lines of other kinds than predictions are passed over, dead letters are counted as failed. Throws
// ConfigError if the file cannot be read, and std::runtime_error with the line's number: not JSON, not a result, of another
// graph or model than the lines before; and if there is no prediction at all, or one without its true label.
EvaluatedResults read_results_file(const std::string& path, const Judging& judging = {});

// Every number with all its digits.
nlohmann::ordered_json to_json(const EvaluatedResults& evaluated, const Evaluation& evaluation);
// An evaluation of each subgroup, by name.
std::vector<std::pair<std::string, Evaluation>> subgroups(const EvaluatedResults& evaluated);
// "npv" as "NPV", "balanced_accuracy" as "balanced accuracy".
std::string in_words(std::string measure);
// Of all classes: "F1 (macro)", as it is the mean of the classes' and none of theirs; of more than two "AUC (macro)".
std::string in_words_of_all(const std::string& measure, std::size_t classes);
// " (no variance)"; "" where there is nothing to say.
std::string in_brackets(const std::string& without);
// "0.9412 (0.901 to 0.976)", "1.0000 (no variance)" or "-".
std::string shown(const Estimate& one);
// What the words mean that stand in the place of intervals, a line each; "" if none does.
std::string without_interval(const std::vector<Estimate>& estimates);
// These, what stands in the place of values, and over which classes the means are.
std::string explained(const Evaluation& evaluation);
// Tables for a person.
std::string to_text(const EvaluatedResults& evaluated, const Evaluation& evaluation);

}  // namespace radflow::cli
