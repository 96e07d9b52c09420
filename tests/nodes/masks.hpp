// Masks small enough to compute by hand, and nodes that take frames and masks put through by hand.
#pragma once

#include "nodes/types/mask.hpp"
#include "tests/nodes/frames.hpp"

namespace radflow {

inline Mask mask_of(const std::vector<std::vector<int>>& rows, Geometry geometry = {}) {
  cv::Mat_<std::uint16_t> labels(static_cast<int>(rows.size()), static_cast<int>(rows.at(0).size()));
  for (int row = 0; row < labels.rows; ++row)
    for (int column = 0; column < labels.cols; ++column)
      labels(row, column) = static_cast<std::uint16_t>(rows[row][column]);
  return Mask{labels, {}, std::move(geometry)};
}

inline std::vector<std::vector<int>> rows_of(const Mask& mask) {
  std::vector<std::vector<int>> rows;
  for (int row = 0; row < mask.labels.rows; ++row) {
    const auto* line = mask.labels.ptr<std::uint16_t>(row);
    rows.emplace_back(line, line + mask.labels.cols);
  }
  return rows;
}

// The node is called with these values at its inputs; an empty payload is an input that is not wired.
inline Outcome call_with(const std::string& yaml, const std::vector<Payload>& values) {
  const auto node = make_node(yaml);
  std::vector<const Payload*> inputs;
  for (const Payload& value : values) inputs.push_back(value ? &value : nullptr);
  return node->call(inputs, FakeContext{});
}

// What the node makes of the values; the test fails if it is an error or of another type.
template <typename Result, typename... Value>
Result made(const std::string& yaml, const Value&... values) {
  const Outcome outcome = call_with(yaml, {Payload::of(values)...});
  if (outcome.value && outcome.value.get<Result>()) return outcome.value.as<Result>();
  ADD_FAILURE() << yaml << " failed: " << (outcome.error ? outcome.error->detail : "");
  return {};
}

template <typename... Value>
std::string why(const std::string& yaml, const Value&... values) {
  const Outcome outcome = call_with(yaml, {Payload::of(values)...});
  return outcome.error ? outcome.error->reason : "";
}

}  // namespace radflow
