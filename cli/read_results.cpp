#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <tuple>

#include "cli/judged.hpp"

namespace radflow::cli {
namespace {

using Json = nlohmann::ordered_json;

// Takes the value of the first result; later ones must have the same.
void agree(std::string& known, const Json& result, const char* field) {
  const auto value = result.at(field).get<std::string>();
  if (known.empty()) known = value;
  if (known != value)
    throw std::runtime_error{
        fmt::format("{} is '{}', in the results before it '{}': evaluate them apart", field, value, known)};
}

void add(const Json& result, Judged& judged) {
  agree(judged.graph, result, "graph");
  agree(judged.graph_digest, result, "graph_digest");
  agree(judged.model, result, "model");
  agree(judged.model_digest, result, "model_digest");
  if (!result.contains("expected"))
    throw std::runtime_error{"it does not say what was expected: its input came without the header label"};
  Case one{result.at("expected").get<std::string>(), result.at("label").get<std::string>(), {}};
  std::vector<std::string> classes;
  for (const auto& [name, probability] : result.at("probabilities").items()) {
    classes.push_back(name);
    one.probabilities.push_back(probability.get<double>());
  }
  if (judged.classes.empty()) judged.classes = classes;
  if (judged.classes != classes) throw std::runtime_error{"it has other classes than the results before it"};
  judged.cases.push_back(std::move(one));
}

}  // namespace

Judged read_results(std::istream& in, const std::string& name) {
  Judged judged;
  std::set<std::tuple<std::string, int, std::int64_t, int>> seen;
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    if (line.empty()) continue;
    try {
      const Json result = Json::parse(line);
      if (result.at("kind") != "prediction") continue;
      const bool fresh =
          seen.emplace(result.at("topic"), result.at("partition"), result.at("offset"), result.at("frame"))
              .second;
      if (fresh)
        add(result, judged);
      else
        ++judged.repeated;
    } catch (const std::exception& error) {
      throw std::runtime_error{
          fmt::format("{}:{}: not a result that can be evaluated: {}", name, number, error.what())};
    }
  }
  return judged;
}

}  // namespace radflow::cli
