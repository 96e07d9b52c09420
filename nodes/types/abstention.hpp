// Abstention: what is said instead of an answer about an image that is no ground for one: why, and what was measured.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "graph/result.hpp"

namespace radflow {

struct Abstention {
  static constexpr std::string_view payload_name = "abstention";

  std::vector<Error> reasons;  // One at least.
  std::shared_ptr<const std::vector<std::string>> names;
  std::vector<double> values;  // There are as many as names.

  std::size_t bytes() const;
};

// "why; and why"
std::string details(const std::vector<Error>& reasons);

}  // namespace radflow
