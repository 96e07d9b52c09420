#include "cli/overlap_boxes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "cli/froc.hpp"
#include "cli/tap.hpp"
#include "nodes/classify/manifest_parts.hpp"

namespace radflow::cli {
namespace {

using Json = nlohmann::ordered_json;

// Of an image; a box without a score has NaN.
using Images = std::map<std::string, std::vector<FoundBox>>;

// A result of the kind boxes.
struct Line {
  std::string key;  // with frame and tile; "" where the record has no key
  std::string
      place;  // "frames:0:17" with frame and tile; "" where the result has no position, as made by hand
  std::vector<FoundBox> boxes;
};
struct Lines {
  std::string path;
  std::vector<Line> all;
  std::size_t repeated = 0;  // Results that came again, as at least once allows; each is there once.
};

Line line_of(const Json& result) {
  std::string part = fmt::format("#{}", result.at("frame").dump());
  if (result.contains("tile")) part += result["tile"].dump();
  Line line;
  if (const auto key = result.find("key"); key != result.end() && !key->is_null())
    line.key = key->dump() + part;
  if (result.contains("offset"))
    line.place = fmt::format("{}:{}:{}{}", result.at("topic").get<std::string>(),
                             result.at("partition").get<int>(), result["offset"].get<std::int64_t>(), part);
  for (const Json& box : result.at("boxes"))
    line.boxes.push_back({{box.at("x"), box.at("y"), box.at("width"), box.at("height")},
                          box.contains("score") ? box["score"].get<double>() : std::nan("")});
  return line;
}

Lines read_boxes(const std::string& path) {
  std::ifstream file{path};
  if (!file) refuse({path, 0, 0}, "cannot be read: no such file, or no permission");
  Lines lines{path, {}};
  std::set<std::string> seen;
  std::string text;
  for (int number = 1; std::getline(file, text); ++number) try {
      const Json result = text.empty() ? Json::object() : Json::parse(text);
      if (result.value("kind", "") != "boxes") continue;
      Line line = line_of(result);
      if (!line.place.empty() && !seen.insert(line.place).second)
        ++lines.repeated;
      else
        lines.all.push_back(std::move(line));
    } catch (const Json::exception& error) {
      throw std::runtime_error{fmt::format("{}:{}: no result with boxes: {}", path, number, error.what())};
    }
  if (lines.all.empty()) throw std::runtime_error{fmt::format("{} holds no result of the kind boxes", path)};
  return lines;
}

// Whether a key is that of one record. A record without a key, or several of one key, need their positions.
bool has_own_keys(const Lines& lines) {
  std::map<std::string, std::string> known;
  return std::ranges::all_of(lines.all, [&](const Line& one) {
    return !one.key.empty() && known.try_emplace(one.key, one.place).first->second == one.place;
  });
}

enum class By { Key, Position };

Images images_of(const Lines& lines, By by) {
  Images images;
  for (const Line& one : lines.all) {
    if (by == By::Position && one.place.empty())
      throw std::runtime_error{fmt::format(
          "{}: images are told apart by topic, partition and offset where several have one key, or "
          "none, and the result of {} lacks them",
          lines.path, one.key.empty() ? "an image without a key" : one.key)};
    std::vector<FoundBox>& boxes = images[by == By::Key ? one.key : one.place];
    boxes.insert(boxes.end(), one.boxes.begin(), one.boxes.end());
  }
  return images;
}

std::vector<Rectangle> places(const std::vector<FoundBox>& boxes) {
  std::vector<Rectangle> all;
  for (const FoundBox& box : boxes) all.push_back(box.where);
  return all;
}

// Whether the boxes have scores: all of them or none.
bool scored(const Images& images, const std::string& path) {
  const std::string* with = nullptr;
  const std::string* without = nullptr;
  for (const auto& [name, boxes] : images)
    for (const FoundBox& box : boxes) (std::isnan(box.score) ? without : with) = &name;
  if (with && without)
    throw std::runtime_error{
        fmt::format("{}: a box of {} has a score and one of {} has none, so that they have no order", path,
                    *with, *without)};
  return with != nullptr;
}

Json to_json(const Froc& froc) {
  Json json{{"intervals", "bootstrap over images"}, {"at", Json::array()}, {"curve", Json::array()}};
  add_estimates(json, {froc.mean});
  for (std::size_t i = 0; i < froc.at.size(); ++i) {
    Json& one = json["at"].emplace_back(Json{{"false_positives_per_image", froc_rates[i]}});
    add_estimates(one, {{"sensitivity", froc.at[i].value, froc.at[i].interval, froc.at[i].without}});
  }
  for (const FrocPoint& point : froc.curve)
    json["curve"].push_back({{"threshold", point.threshold},
                             {"false_positives_per_image", point.false_positives},
                             {"sensitivity", point.sensitivity}});
  return json;
}

std::string cell(const Json& of, const std::string& name) {
  if (of.at(name).is_null()) return "-";
  std::string text = fmt::format("{:.4f}", of.at(name).get<double>());
  if (const Json& interval = of.at(name + "_95"); !interval.is_null())
    text += fmt::format(" ({:.3f} to {:.3f})", interval[0].get<double>(), interval[1].get<double>());
  else if (const auto why = of.find(name + "_95_absent"); why != of.end())
    text += fmt::format(" ({})", why->get<std::string>());
  return text;
}

}  // namespace

Json overlap_of_boxes(const std::string& found_path, const std::string& reference_path, double least) {
  const Lines ours = read_boxes(found_path), theirs = read_boxes(reference_path);
  const By by = has_own_keys(ours) && has_own_keys(theirs) ? By::Key : By::Position;
  Images found = images_of(ours, by);
  const Images reference = images_of(theirs, by);
  const bool with_scores = scored(found, found_path);
  std::vector<ImageBoxes> images;
  std::size_t boxes = 0, hits = 0, false_positives = 0, without = 0;
  double ious = 0;
  for (const auto& [name, right] : reference) {
    const auto at = found.extract(name);
    if (at.empty()) ++without;
    images.push_back({at.empty() ? std::vector<FoundBox>{} : at.mapped(), places(right)});
    const MatchedBoxes matched = match(places(images.back().found), images.back().reference, least);
    for (const double one : matched.ious) ious += one;
    boxes += right.size();
    hits += matched.ious.size();
    false_positives += matched.false_positives;
  }
  const auto share = [](double of, std::size_t all) {
    return all > 0 ? Json(of / static_cast<double>(all)) : Json(nullptr);
  };
  Json json{{"images", reference.size()},
            {"boxes", boxes},
            {"least_iou", least},
            {"sensitivity", share(static_cast<double>(hits), boxes)},
            {"false_positives_per_image", share(static_cast<double>(false_positives), reference.size())},
            {"mean_iou", share(ious, hits)}};
  if (by == By::Position) json["images_told_apart_by"] = "position";
  if (ours.repeated + theirs.repeated > 0) json["repeated"] = ours.repeated + theirs.repeated;
  if (without > 0) json["images_without_result"] = without;
  if (!found.empty()) json["images_without_reference"] = found.size();
  if (with_scores) json["froc"] = to_json(froc_of(images, least));
  return json;
}

std::string overlap_lines(const Json& json) {
  std::string text;
  for (const auto& [name, value] : json.items())
    if (name != "froc") text += fmt::format("{:<26}  {}\n", name, value.dump());
  if (!json.contains("froc")) return text;
  const Json& froc = json["froc"];
  text += "\nFALSE POSITIVES AN IMAGE    SENSITIVITY (95 %)\n";
  for (const Json& one : froc["at"])
    text += fmt::format("{:<26}  {}\n", one["false_positives_per_image"].dump(), cell(one, "sensitivity"));
  return text + fmt::format("{:<26}  {}\n", "mean", cell(froc, "mean"));
}

}  // namespace radflow::cli
