#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <tuple>

#include "cli/kept_results.hpp"
#include "nodes/types/prediction.hpp"
#include "nodes/types/regression.hpp"

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

// Which frame, and which tile of it, from 0.
std::vector<std::uint32_t> part_of(const Json& result) {
  std::vector<std::uint32_t> part{static_cast<std::uint32_t>(field<int>(result, "frame") - 1)};
  for (auto outer = &result; outer->contains("tile"); outer = &outer->at("tile"))
    part.push_back(static_cast<std::uint32_t>(field<int>(outer->at("tile"), "index") - 1));
  return part;
}

// Takes the value of the first result; later ones must have the same.
void agree(std::string& known, const Json& result, const char* name) {
  const auto value = field<std::string>(result, name);
  if (known.empty()) known = value;
  if (known != value)
    throw std::runtime_error{
        fmt::format("{} is '{}', in the results before it '{}': evaluate them apart", name, value, known)};
}

std::string place_of(const Json& result) {
  return fmt::format("{}:{}:{}", field<std::string>(result, "topic"), field<int>(result, "partition"),
                     field<std::int64_t>(result, "offset"));
}

Tapped message_of(const Json& result, KeptResults& kept) {
  EvaluatedResults& evaluated = kept.evaluated;
  agree(evaluated.graph, result, "graph");
  agree(evaluated.graph_digest, result, "graph_digest");
  agree(evaluated.model, result, "model");
  agree(evaluated.model_digest, result, "model_digest");
  Tapped message;
  const auto text = [&](const char* name) {
    const auto found = result.find(name);
    return found != result.end() && found->is_string() ? std::optional{found->get<std::string>()}
                                                       : std::nullopt;
  };
  message.key = text("key").value_or(place_of(result));
  message.offset = field<std::int64_t>(result, "offset");
  message.part = part_of(result);
  message.label = text("expected");
  message.digest = text("input_digest").value_or("");
  if (const auto ids = result.find("dicom"); ids != result.end() && ids->is_object())
    for (const auto& [name, value] : ids->items())
      if (value.is_string()) message.said.emplace_back(name, value.get<std::string>());
  if (const auto modality = text("modality")) message.said.emplace_back("Modality", *modality);

  if (kept.numbers) {
    message.payload =
        Payload::of(Regression{field<double>(result, "value"), evaluated.model, evaluated.model_digest});
    return message;
  }
  Prediction prediction;
  std::vector<std::string> classes;
  const auto probabilities = field<Json>(result, "probabilities");
  for (const auto& [name, probability] : probabilities.items()) {
    classes.push_back(name);
    prediction.probabilities.push_back(field<double>(probabilities, name.c_str()));
  }
  if (evaluated.classes.empty()) evaluated.classes = classes;
  if (evaluated.classes != classes)
    throw std::runtime_error{"it has other classes than the results before it"};
  const auto label = field<std::string>(result, "label");
  const auto at = std::ranges::find(classes, label);
  if (at == classes.end())
    throw std::runtime_error{fmt::format("its label '{}' is none of its classes", label)};
  prediction.label = static_cast<std::size_t>(at - classes.begin());
  prediction.classes = std::make_shared<const std::vector<std::string>>(std::move(classes));
  prediction.model = evaluated.model;
  prediction.model_digest = evaluated.model_digest;
  message.payload = Payload::of(std::move(prediction));
  return message;
}

}  // namespace

KeptResults read_kept(std::istream& in, const std::string& name, const Judging& judging) {
  KeptResults kept;
  EvaluatedResults& evaluated = kept.evaluated;
  std::vector<Tapped>& messages = kept.messages;
  std::set<std::tuple<std::string, int, std::int64_t, std::vector<std::uint32_t>>> seen;
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
      const auto kind = field<std::string>(result, "kind");
      if (messages.empty()) kept.numbers = kind == "regression";  // the first that can be judged decides
      if (kind != (kept.numbers ? "regression" : "prediction")) continue;
      const bool fresh = seen.emplace(field<std::string>(result, "topic"), field<int>(result, "partition"),
                                      field<std::int64_t>(result, "offset"), part_of(result))
                             .second;
      if (!fresh) {
        ++evaluated.repeated;
        continue;
      }
      messages.push_back(message_of(result, kept));
      kept.places[{messages.back().key, messages.back().offset}] = place_of(result);
      if (!messages.back().label && !judging.labels)
        throw std::runtime_error{
            "it does not say what was expected: its input came without the header label"};
    } catch (const std::exception& error) {
      throw std::runtime_error{
          fmt::format("{}:{}: not a result that can be evaluated: {}", name, number, error.what())};
    }
  }
  if (messages.empty())
    throw std::runtime_error{
        fmt::format("{} holds no result of a node `classify` or `regress`: nothing to evaluate", name)};
  // As tap() sorts them. Warnings name places in a topic: keys may tell of people.
  std::ranges::sort(messages, {}, [](const Tapped& one) { return std::tie(one.key, one.offset, one.part); });
  return kept;
}

std::vector<LabelledImage> KeptResults::images() {
  for (Tapped& message : messages) message.key = places.at({message.key, message.offset});
  return images_of(messages);
}

EvaluatedResults classes_of(KeptResults kept, const std::string& name, const Judging& judging) {
  if (kept.numbers)
    throw std::runtime_error{fmt::format("{} holds results of a node `regress`, which are numbers", name)};
  add_cases(kept.messages, judging, kept.evaluated);
  kept.evaluated.images = kept.images();
  for (const Tapped& message : kept.messages) kept.evaluated.places.push_back(name_of(message));
  return std::move(kept.evaluated);
}

KeptResults read_kept_file(const std::string& path, const Judging& judging) {
  if (path == "-") return read_kept(std::cin, "standard input", judging);
  std::ifstream file{path};
  if (!file) refuse({path, 0, 0}, "cannot be read: no such file, or no permission");
  return read_kept(file, path, judging);
}

EvaluatedResults read_results_file(const std::string& path, const Judging& judging) {
  return classes_of(read_kept_file(path, judging), path, judging);
}

}  // namespace radflow::cli
