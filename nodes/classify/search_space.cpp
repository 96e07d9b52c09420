#include "nodes/classify/search_space.hpp"

#include <algorithm>

#include "nodes/classify/algorithm.hpp"

namespace radflow {
namespace {

constexpr std::size_t most_candidates = 1000;

}  // namespace

std::vector<Value> candidates_of(const SearchSpace& space) {
  std::vector<Value> all{space.map};
  for (std::size_t key = 0; key < space.map.entries.size(); ++key) {
    const Value& given = space.map.entries[key].value;
    if (given.kind != Value::Kind::List) continue;
    std::vector<Value> more;
    for (const Value& one : all)
      for (const Value& value : given.items) {
        if (more.size() == most_candidates) break;
        more.push_back(one);
        more.back().entries[key].value = value;
      }
    all = std::move(more);
  }
  return all;
}

void check_search(const SearchSpace& space, Reading& reading) {
  const std::vector<Value> all = candidates_of(space);
  if (all.empty()) return reading.wrong("an empty list leaves no candidate");
  if (all.size() == most_candidates)
    return reading.wrong(fmt::format("makes {} candidates or more: give fewer values", most_candidates));
  bool clean = true;
  Reading inside = reading;
  inside.found = [&](const Mark& mark, const std::string& message) {
    clean = false;
    reading.found(mark, message);
  };
  for (const Value& one : all) {
    if (one.find("search")) return reading.wrong("a candidate has no search of its own");
    if (one.find("threshold")) return reading.wrong("the threshold stands beside search: it is one for all");
    Training ignored;
    read_selection(Training::alternatives(), ignored, one, inside);
    if (!clean) return;  // the others would say the same again
  }
}

std::string text_of(const Value& value) {
  std::string text;
  switch (value.kind) {
    case Value::Kind::Null:
      return "null";
    case Value::Kind::Scalar:
      return quoted_if_needed(value.text);
    case Value::Kind::List:
      for (const Value& item : value.items) text += (text.empty() ? "" : ", ") + text_of(item);
      return "[" + text + "]";
    case Value::Kind::Map:
      for (const auto& [key, mark, item] : value.entries)
        text += (text.empty() ? "" : ", ") + quoted_if_needed(key) + ": " + text_of(item);
      return "{" + text + "}";
  }
  return text;
}

}  // namespace radflow
