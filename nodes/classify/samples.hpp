// Samples: labelled features, and the training set that they make.
#pragma once

#include <string>
#include <vector>

#include "nodes/classify/classifier.hpp"
#include "nodes/types/features.hpp"

namespace radflow {

struct Sample {
  Features features;
  std::string label;
  std::string name;         // the record's key, which messages name
  std::string digest = {};  // "xxh3:..." of the record's bytes; "" if it is not known
  std::string group = {};   // samples of one group are held out together; "": each is a group
};

// One row a sample, with groups: samples of one digest are in one, and groups that share an image are one. Throws
// std::runtime_error if a sample has other names, units or photometric interpretation than `first`, a label that is none
// of the classes, or a value that is not finite; NaN may stand for a missing value where that is allowed.
TrainingSet training_set(const std::vector<Sample>& samples, const std::vector<std::string>& classes,
                         const Features& first, bool takes_missing);

// Those whose image is none of `seen`.
std::vector<Sample> unseen(const std::vector<Sample>& samples, const std::vector<Sample>& seen);

}  // namespace radflow
