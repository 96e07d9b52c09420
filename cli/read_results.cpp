#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <tuple>

#include "cli/evaluated_results.hpp"

namespace radflow::cli {
namespace {

using Json = nlohmann::ordered_json;

// Throws with a sentence where it is not there or of another type.
template <typename T>
T field(const Json& result, const char* name) {
  if (const auto found = result.find(name); found != result.end()) try {
      return found->get<T>();
    } catch (const Json::exception&) {
      throw std::runtime_error{fmt::format("its field '{}' is {}", name, found->dump())};
    }
  throw std::runtime_error{fmt::format("it has no field '{}'", name)};
}

// As the sink ndjson and `tail --json` write it.
bool is_dead_letter(const Json& line) {
  const auto headers = line.find("headers");
  return headers != line.end() && headers->is_object() && headers->contains("radflow-error");
}

// Takes the value of the first result; later ones must have the same.
void agree(std::string& known, const Json& result, const char* name) {
  const auto value = field<std::string>(result, name);
  if (known.empty()) known = value;
  if (known != value)
    throw std::runtime_error{
        fmt::format("{} is '{}', in the results before it '{}': evaluate them apart", name, value, known)};
}

void add(const Json& result, EvaluatedResults& evaluated) {
  agree(evaluated.graph, result, "graph");
  agree(evaluated.graph_digest, result, "graph_digest");
  agree(evaluated.model, result, "model");
  agree(evaluated.model_digest, result, "model_digest");
  if (!result.contains("expected"))
    throw std::runtime_error{"it does not say what was expected: its input came without the header label"};
  Case one{field<std::string>(result, "expected"), field<std::string>(result, "label"), {}};
  std::vector<std::string> classes;
  const auto probabilities = field<Json>(result, "probabilities");
  for (const auto& [name, probability] : probabilities.items()) {
    classes.push_back(name);
    one.probabilities.push_back(field<double>(probabilities, name.c_str()));
  }
  const auto digest = result.find("input_digest");
  evaluated.images.push_back(
      {digest != result.end() && digest->is_string() ? digest->get<std::string>() : "", one.expected,
       fmt::format("{}:{}:{}", field<std::string>(result, "topic"), field<int>(result, "partition"),
                   field<std::int64_t>(result, "offset"))});
  if (evaluated.classes.empty()) evaluated.classes = classes;
  if (evaluated.classes != classes)
    throw std::runtime_error{"it has other classes than the results before it"};
  evaluated.cases.push_back(std::move(one));
}

}  // namespace

EvaluatedResults read_results(std::istream& in, const std::string& name) {
  EvaluatedResults evaluated;
  std::set<std::tuple<std::string, int, std::int64_t, int>> seen;
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    if (line.empty()) continue;
    try {
      const Json result = Json::parse(line, nullptr, false);
      if (!result.is_object()) throw std::runtime_error{"it is not one JSON object a line"};
      if (is_dead_letter(result)) {
        ++evaluated.failed;
        continue;
      }
      if (field<std::string>(result, "kind") != "prediction") continue;
      const bool fresh = seen.emplace(field<std::string>(result, "topic"), field<int>(result, "partition"),
                                      field<std::int64_t>(result, "offset"), field<int>(result, "frame"))
                             .second;
      if (fresh)
        add(result, evaluated);
      else
        ++evaluated.repeated;
    } catch (const std::exception& error) {
      throw std::runtime_error{
          fmt::format("{}:{}: not a result that can be evaluated: {}", name, number, error.what())};
    }
  }
  if (evaluated.cases.empty())
    throw std::runtime_error{
        fmt::format("{} holds no result of a node `classify`: nothing to evaluate", name)};
  // One per record, of which there may be many frames. Not std::ranges::unique, see fit.cpp.
  std::ranges::sort(evaluated.images, {}, &LabelledImage::name);
  const auto same = [](const LabelledImage& a, const LabelledImage& b) { return a.name == b.name; };
  evaluated.images.erase(std::unique(evaluated.images.begin(), evaluated.images.end(), same),
                         evaluated.images.end());
  return evaluated;
}

}  // namespace radflow::cli
