// Every parameter of every node is in the digest, or its specification says that it is of training only.
#include <fmt/format.h>

#include <cmath>

#include "graph/node.hpp"

namespace radflow {
namespace {

// Texts of two values that differ from each other, so that one differs from the default.
std::vector<std::string> two_values(const Shape& shape) {
  const double low = std::isfinite(shape.limits.low) ? shape.limits.low : 1;
  switch (shape.type) {
    case ParamType::Boolean:
      return {"true", "false"};
    case ParamType::Integer:
    case ParamType::Number:
      return {format_value(low), format_value(low + 1 <= shape.limits.high ? low + 1 : shape.limits.high)};
    case ParamType::Choice:
      return {shape.choices.front().name, shape.choices.back().name};
    case ParamType::Text:
      return {"a", "b"};
    case ParamType::Bytes:
      return {"1MiB", "2MiB"};
    case ParamType::Duration:
      return {"1s", "2s"};
    case ParamType::Interval:
      return {"[1, 2]", "[1, 3]"};
    case ParamType::List: {
      std::vector<std::string> values = two_values(shape.item.front());
      for (std::string& value : values) {
        std::string items = value;
        for (std::size_t i = 1; i < shape.length; ++i) items += ", " + value;
        value = "[" + items + "]";
      }
      return values;
    }
    case ParamType::Map: {
      if (shape.item.empty()) return {"{}", "{}"};  // parameters of training alone
      std::vector<std::string> values = two_values(shape.item.front());
      for (std::string& value : values) value = "{a: " + value + "}";
      return values;
    }
    case ParamType::Struct: {  // in a list or a map; leaves() goes into others
      const ParamSpec& first = shape.fields.front();
      std::vector<std::string> values = two_values(first.shape);
      for (std::string& value : values) value = "{" + first.name + ": " + value + "}";
      return values;
    }
    case ParamType::Selection:
      break;  // leaves() goes into it
  }
  return {"{}", "{}"};
}

std::string text_for_digest(const Spec& spec, const void* params) {
  return write_fields(spec.params, params,
                      {.digest = true, .model = [](const std::string& path) { return "bytes of " + path; }});
}

// What the digest covers of the node where this parameter has this value.
std::string text_with(const Spec& spec, const std::string& path, const std::string& value) {
  std::vector<Diagnostic> wrong;
  const Value map = read_yaml(path + ": " + value, "g.yaml", wrong);
  const auto params = spec.make_params();
  Reading reading{spec.name, [&](const Mark&, const std::string& message) {
                    // Another parameter that a graph would have to give with it is not asked about here.
                    if (message.find("needs the parameter") == std::string::npos)
                      wrong.push_back({{}, message});
                  }};
  const Value tree = nested(map, spec.params);
  for (const Value::Entry& entry : tree.entries)
    read_field(*find_field(spec.params, entry.key), params.get(), entry, reading);
  for (const Diagnostic& one : wrong) ADD_FAILURE() << one.message;
  return text_for_digest(spec, params.get());
}

// Whether it, or what holds it, is marked.
bool of_training(const Spec& spec, const std::string& path) {
  for (std::size_t dot = path.find('.');; dot = path.find('.', dot + 1)) {
    const ParamSpec* param = spec.param(path.substr(0, dot));
    if (param && param->training) return true;
    if (dot == std::string::npos) return false;
  }
}

TEST(DigestOfParameters, CoversAllButThoseOfTraining) {
  int seen = 0, training = 0;
  for (const Spec* spec : Registry::instance().all(ComponentKind::Node)) {
    const auto defaults = spec->make_params();
    for (const Leaf& leaf : leaves(spec->params, defaults.get())) {
      if (leaf.alternative.empty() && leaf.path == "train.algorithm") continue;  // there is one
      const std::vector<std::string> values = two_values(leaf.spec.shape);
      const bool differs = text_with(*spec, leaf.path, values[0]) != text_with(*spec, leaf.path, values[1]);
      EXPECT_EQ(differs, !of_training(*spec, leaf.path)) << spec->name << "." << leaf.path;
      ++seen;
      training += of_training(*spec, leaf.path);
    }
  }
  EXPECT_GT(seen, 50);
  EXPECT_EQ(training, 31)
      << "those of a random forest, what every algorithm has, 5 of combine and 6 of regress";
}

// What a node gets later is optional: a graph that does not give it keeps its digest.
TEST(DigestOfParameters, LeavesOutWhatIsAbsent) {
  const Spec& rotate = *Registry::instance().find(ComponentKind::Node, "rotate");
  const auto params = rotate.make_params();
  EXPECT_EQ(text_for_digest(rotate, params.get()), "{angle: 0, fill: 0}");
  EXPECT_EQ(text_with(rotate, "outside", "value"), "{angle: 0, fill: 0, outside: value}");
}

}  // namespace
}  // namespace radflow
