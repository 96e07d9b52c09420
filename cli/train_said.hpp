// What train says of the model that it has made.
#pragma once

#include <string>

#include "nodes/classify/model.hpp"

namespace radflow::cli {

// To standard output: `what` it is of, its samples, its threshold and how good it is. A warning goes to the log where it
// knows no better than the prior.
void say(const std::string& output, const Model& model, const std::string& what);

}  // namespace radflow::cli
