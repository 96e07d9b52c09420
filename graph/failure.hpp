// Failure: one reason why a record, or a part of it, gave no result.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "graph/result.hpp"

namespace radflow {

struct Failure {
  std::vector<std::uint32_t> part;  // which frame: indices from the record down; empty: the whole record
  std::vector<std::pair<std::string, std::string>> ids;
  std::string node;
  std::string type;
  Error error;
};

}  // namespace radflow
