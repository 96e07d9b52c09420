// Folds: which samples are held out together when an algorithm is fitted several times on parts of its samples.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "nodes/classify/classifier.hpp"

namespace radflow {

// The fold of each sample. Samples of one group are in the same fold, and the folds have about the same share of every
// class: the groups are dealt in an order that the seed fixes, the largest first, each to the fold that then is the most
// even. Fewer folds than asked for where a class has fewer groups. Throws std::runtime_error that names a class of one
// group only: without it there would be nothing to learn the class from.
std::vector<int> stratified_folds(const TrainingSet& set, int folds, unsigned seed);

// "class 'ill'"; "a class" where it has no name.
std::string class_called(const TrainingSet& set, int label);

// Folds in folds: what is chosen by the inner ones is judged by the outer one that had no part in it.
struct NestedFolds {
  std::vector<int> outer;  // the fold of each sample
  std::vector<std::vector<int>>
      inner;  // Each outer fold has the inner folds of the samples outside it, in their order.
  std::size_t least = 0,
              most = 0;  // How few and how many inner folds there are; a rare class makes them fewer.
  std::size_t all = 0;   // the inner folds of all outer ones
  // "3 folds", "2 to 3 folds".
  std::string inner_in_words() const;
  // What a choice among so many candidates was judged by, for the manifest.
  std::string judged_by(const std::string& grouped_by, std::size_t candidates) const;
};
inline constexpr int outer_folds = 5, inner_folds = 3;
// Throws std::runtime_error as stratified_folds().
NestedFolds nested_folds(const TrainingSet& set, unsigned seed);

// The samples of which `keep` is true of the index.
template <typename Keep>
TrainingSet part_of(const TrainingSet& set, const Keep& keep) {
  TrainingSet part;
  part.classes = set.classes;
  part.class_names = set.class_names;
  std::vector<int> rows;
  for (int i = 0; i < set.samples.rows; ++i)
    if (keep(static_cast<std::size_t>(i))) rows.push_back(i);
  part.samples.create(static_cast<int>(rows.size()), set.samples.cols, CV_32F);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    set.samples.row(rows[i]).copyTo(part.samples.row(static_cast<int>(i)));
    part.labels.push_back(set.labels[static_cast<std::size_t>(rows[i])]);
    if (!set.groups.empty()) part.groups.push_back(set.groups[static_cast<std::size_t>(rows[i])]);
  }
  return part;
}

}  // namespace radflow
