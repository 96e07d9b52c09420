// What travels in test graphs: numbers, and the records that they begin as.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "graph/node_body.hpp"
#include "graph/record.hpp"

namespace radflow::testing {

struct Number {
  static constexpr std::string_view payload_name = "number";
  std::int64_t value = 0;
};

using Function = std::function<Outcome(std::span<const Payload* const>, const Context&)>;

inline Outcome value(std::int64_t number, int port = 0) {
  return Outcome::of(Payload::of(Number{number}), port);
}
inline Outcome filtered() { return Outcome::filtered(); }
inline Outcome failed(std::string reason, bool transient = false) {
  return Outcome::failed({std::move(reason), "as the test wants", transient});
}
inline std::int64_t number(const Payload* payload) { return payload->as<Number>().value; }

// `count` records with the offsets 0.. and, of `keys` keys, one in turn; 0 keys: none has a key.
inline std::vector<Record> records(int count, int keys = 0, std::size_t bytes = 8) {
  std::vector<Record> made;
  for (int i = 0; i < count; ++i) {
    Record record;
    record.value = Bytes::of(std::string(bytes, 'x'));
    if (keys > 0) record.key = "key" + std::to_string(i % keys);
    record.position = {"topic", 0, i, 0};
    made.push_back(std::move(record));
  }
  return made;
}

// The node every test graph begins with: a record's offset as a number.
inline Outcome offset(std::span<const Payload* const> inputs, const Context&) {
  return value(inputs[0]->as<Record>().position.offset);
}

}  // namespace radflow::testing
