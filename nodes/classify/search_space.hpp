// SearchSpace: one entry of `search`, what `radflow train --select` compares. A list of values stands for as many
// candidates, and several lists for all their combinations:
//   train: {search: [{algorithm: svm, C: [1, 4, 16]}, {algorithm: mlp, hidden: [[8], [32, 8]]}]}
#pragma once

#include <string>
#include <vector>

#include "graph/param_codec.hpp"
#include "graph/value.hpp"

namespace radflow {

struct SearchSpace {
  Value map;
};

// The maps of its candidates, as they would stand under `train`.
std::vector<Value> candidates_of(const SearchSpace& space);
// What is wrong with any of them goes to `reading`.
void check_search(const SearchSpace& space, Reading& reading);
// As YAML, on one line.
std::string text_of(const Value& value);

template <>
struct ParamCodec<SearchSpace> {
  static Shape shape(const Limits& limits) { return {.type = ParamType::Map, .limits = limits}; }
  static void read(const Value& value, const Limits&, Reading& reading, SearchSpace& out) {
    if (value.kind != Value::Kind::Map) return reading.wrong(expected("a map", value));
    out.map = value;
    check_search(out, reading);
  }
  static std::string write(const SearchSpace& space, const Limits&, const Writing&) {
    return text_of(space.map);
  }
};

}  // namespace radflow
