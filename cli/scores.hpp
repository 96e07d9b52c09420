// Scores: a CSV file of what a model says of images that it was not trained on, out of fold. Its columns are path and label,
// digest and group if there are, and for each class NODE.CLASS: the probability that the node of that name gives it.
#pragma once

#include <string>
#include <vector>

#include "nodes/classify/combining.hpp"
#include "nodes/classify/samples.hpp"

namespace radflow::cli {

// Throws std::runtime_error if it cannot be written.
void write_scores(const std::string& path, const std::string& node, const std::vector<std::string>& classes,
                  const std::vector<Sample>& samples, const std::vector<std::vector<double>>& probabilities);

struct ReadScores {
  std::vector<std::string> classes;
  std::vector<MemberScores> scores;
  std::string left_out;  // A line about images that not every member has, or "".
};
// Of these members, in this order. Files are joined by path. Throws ConfigError with file and line.
ReadScores read_scores(const std::vector<std::string>& files, const std::vector<std::string>& members);

}  // namespace radflow::cli
