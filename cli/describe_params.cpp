#include "cli/describe_params.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iostream>
#include <set>
#include <tuple>

#include "graph/param_value.hpp"

namespace radflow::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string type_name(const Shape& shape) {
  switch (shape.type) {
    case ParamType::Boolean:
      return "true or false";
    case ParamType::Integer:
      return "integer";
    case ParamType::Number:
      return "number";
    case ParamType::Text:
    case ParamType::Choice:
      return "text";
    case ParamType::Bytes:
      return "size";
    case ParamType::Duration:
      return "duration";
    case ParamType::Interval:
      return "interval";
    case ParamType::List:
      return list_name(shape.item.front().type, shape.length);
    case ParamType::Map:
      if (shape.item.empty()) return "map";
      return fmt::format("map of names to {}", type_name(shape.item.front()));
    case ParamType::Struct:
    case ParamType::Selection:
      return "map";
  }
  return "";
}

// The shape that choices and limits are about.
const Shape& innermost(const Shape& shape) {
  return shape.item.empty() ? shape : innermost(shape.item.front());
}

std::vector<std::string> choice_names(const Shape& shape) {
  std::vector<std::string> names;
  for (const NamedChoice& choice : shape.choices) names.push_back(choice.name);
  return names;
}

// A row lists so many choices; more of them stand only below it, each with its sentence.
constexpr std::size_t most_in_a_row = 8;

std::string one_of(const std::vector<std::string>& names) {
  return names.size() > most_in_a_row ? fmt::format("one of the {} below", names.size())
                                      : fmt::format("one of {}", fmt::join(names, ", "));
}

// "integer, 0 to 10", "one of a, b", "file"
std::string allowed(const Shape& shape) {
  const Limits& limits = shape.limits;
  if (!shape.choices.empty()) return one_of(choice_names(shape));
  std::string text = limits.file ? "file" : type_name(shape);
  if (const Shape& inner = innermost(shape); !inner.choices.empty())
    return fmt::format("{}, each {}", text, one_of(choice_names(inner)));
  if (std::isfinite(limits.low) && std::isfinite(limits.high))
    text += fmt::format(", {} to {}", limits.low, limits.high);
  else if (std::isfinite(limits.low))
    text += fmt::format(", at least {}", limits.low);
  else if (std::isfinite(limits.high))
    text += fmt::format(", at most {}", limits.high);
  return text;
}

struct Row {
  std::string name, allowed, standard, sentence;
  std::vector<NamedChoice> choices;
};

bool is_same(const Row& a, const Row& b) {
  const auto whole = [](const Row& row) {
    return std::tie(row.name, row.allowed, row.standard, row.sentence);
  };
  return whole(a) == whole(b) &&
         std::ranges::equal(a.choices, b.choices, {}, &NamedChoice::sentence, &NamedChoice::sentence);
}

std::string standard(const ParamSpec& param, const std::string& path, const std::string& text,
                     const std::vector<std::string>& any_of) {
  if (param.limits().required) return "required";
  if (std::ranges::find(any_of, path) != any_of.end())
    return fmt::format("{}: one is required", fmt::join(any_of, ", "));
  return text.empty() ? "" : "default " + text;
}

// What stands in the maps of a list ("regions[].low") or under the names of a map ("weights.NAME.low").
void add_items(const Shape& shape, const std::string& path, std::vector<Row>& rows) {
  if (shape.item.empty()) return;
  const Shape& item = shape.item.front();
  const std::string inside = path + (shape.type == ParamType::List ? "[]" : ".NAME");
  for (const ParamSpec& field : item.fields) {
    const std::string name = inside + "." + field.name;
    rows.push_back({name, allowed(field.shape), standard(field, "", field.default_text, {}), field.sentence,
                    field.shape.choices});
    add_items(field.shape, name, rows);
  }
  add_items(item, inside, rows);
}

std::vector<Row> rows_of(const std::vector<Leaf>& all, const std::vector<std::string>& any_of) {
  std::set<std::string> alternatives;
  for (const Leaf& leaf : all)
    if (!leaf.alternative.empty()) alternatives.insert(leaf.alternative);
  std::vector<Row> rows;
  std::vector<std::size_t> first;  // the rows of leaves
  std::vector<std::vector<std::string>> of;
  for (const Leaf& leaf : all) {
    // Within a map that is absent, what stands there once the map is given.
    const std::string& text = leaf.text.empty() ? leaf.spec.default_text : leaf.text;
    Row row{leaf.path, allowed(leaf.spec.shape), standard(leaf.spec, leaf.path, text, any_of),
            leaf.spec.sentence, innermost(leaf.spec.shape).choices};
    // What several alternatives have in common stands there once.
    const auto same = std::ranges::find_if(first, [&](std::size_t at) { return is_same(rows[at], row); });
    if (same != first.end() && !leaf.alternative.empty()) {
      of[static_cast<std::size_t>(same - first.begin())].push_back(leaf.alternative);
      continue;
    }
    first.push_back(rows.size());
    of.push_back(leaf.alternative.empty() ? std::vector<std::string>{} : std::vector{leaf.alternative});
    rows.push_back(std::move(row));
    add_items(leaf.spec.shape, leaf.path, rows);
  }
  for (std::size_t i = 0; i < first.size(); ++i)
    if (!of[i].empty() && of[i].size() < alternatives.size())
      rows[first[i]].sentence = fmt::format("{}: {}", fmt::join(of[i], ", "), rows[first[i]].sentence);
  return rows;
}

Json param_json(const ParamSpec& param, const std::string& path, const std::string& text) {
  Json json{{"name", path}, {"type", type_name(param.shape)}, {"sentence", param.sentence}};
  const Limits& limits = param.limits();
  if (limits.required)
    json["required"] = true;
  else if (!text.empty())
    json["default"] = text;
  if (std::isfinite(limits.low)) json["minimum"] = limits.low;
  if (std::isfinite(limits.high)) json["maximum"] = limits.high;
  const Shape& inner = innermost(param.shape);
  if (!inner.choices.empty()) json["choices"] = choice_names(inner);
  for (const NamedChoice& choice : inner.choices) json["choice_sentences"][choice.name] = choice.sentence;
  if (limits.file) json["file"] = true;
  for (const ParamSpec& field : inner.fields)
    json["fields"].push_back(param_json(field, field.name, field.default_text));
  return json;
}

}  // namespace

void print_params(const std::vector<ParamSpec>& params, const void* defaults,
                  const std::vector<std::string>& any_of) {
  const std::vector<Row> rows = rows_of(leaves(params, defaults, {}, Of::All), any_of);
  if (rows.empty()) return;
  std::cout << "\nparameters\n";
  std::size_t name_width = 0, allowed_width = 0, standard_width = 0;
  for (const Row& row : rows) {
    name_width = std::max(name_width, row.name.size());
    allowed_width = std::max(allowed_width, std::min<std::size_t>(row.allowed.size(), 30));
    standard_width = std::max(standard_width, std::min<std::size_t>(row.standard.size(), 30));
  }
  for (const Row& row : rows) {
    std::cout << fmt::format("  {:<{}}  {:<{}}  {:<{}}  {}\n", row.name, name_width, row.allowed,
                             allowed_width, row.standard, standard_width, row.sentence);
    std::size_t choice_width = 0;
    for (const NamedChoice& choice : row.choices) choice_width = std::max(choice_width, choice.name.size());
    for (const NamedChoice& choice : row.choices)
      std::cout << fmt::format("  {:<{}}    {:<{}}  {}\n", "", name_width, choice.name, choice_width,
                               choice.sentence);
  }
}

Json params_json(const std::vector<ParamSpec>& params, const void* defaults) {
  Json list = Json::array();
  for (const Leaf& leaf : leaves(params, defaults, {}, Of::All)) {
    list.push_back(param_json(leaf.spec, leaf.path, leaf.text));
    if (!leaf.alternative.empty()) list.back()["of"] = leaf.alternative;
  }
  return list;
}

}  // namespace radflow::cli
