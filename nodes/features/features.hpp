// Features: named numbers that describe one message. Names are shared between messages: compare the pointer first.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace radflow {

struct Features {
  static constexpr std::string_view payload_name = "features";

  std::shared_ptr<const std::vector<std::string>> names;
  std::vector<double> values;  // as many as names
};

}  // namespace radflow
