// radflow overlap: how well masks, or boxes, agree with those that are known to be right.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/mask_names.hpp"
#include "cli/overlap_boxes.hpp"
#include "cli/tap.hpp"
#include "connectors/files/folder.hpp"
#include "nodes/decode/reader.hpp"
#include "nodes/imaging/overlap.hpp"

namespace radflow::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::string found, reference;
  std::vector<double> spacing;
  double least = 0.5;
  int label = 0;
  bool json = false;
};

struct MaskFile {
  cv::Mat mask;
  std::optional<Spacing> spacing;
};

MaskFile read_mask(const InputFile& file, int label) {
  const Record record = read_file(file);
  const auto frames = read_frames(format_of(record), record, {.rescale = false}, {});
  if (!frames) throw std::runtime_error{fmt::format("{}: {}", file.relative, frames.error().detail)};
  const auto& first = frames->front().value;
  if (frames->size() != 1 || !first || first->pixels.channels() != 1)
    throw std::runtime_error{fmt::format("{} is no label image: one frame of one channel", file.relative)};
  return {label > 0 ? cv::Mat{first->pixels == label} : cv::Mat{first->pixels != 0}, first->geometry.spacing};
}

Json number(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

// Of those that are there.
struct Mean {
  double sum = 0;
  int count = 0;
  void add(const std::optional<double>& value) {
    if (value) sum += *value, ++count;
  }
  std::optional<double> value() const { return count > 0 ? std::optional{sum / count} : std::nullopt; }
};

std::string shown(const std::optional<double>& value) { return value ? fmt::format("{:.4f}", *value) : "-"; }

// Absent if neither says one.
std::optional<Spacing> common_spacing(const MaskFile& ours, const MaskFile& theirs, const std::string& name) {
  if (!ours.spacing || !theirs.spacing) return theirs.spacing ? theirs.spacing : ours.spacing;
  const auto alike = [](double a, double b) { return std::abs(a - b) <= 1e-3 * std::max(a, b); };
  if (!alike(ours.spacing->row, theirs.spacing->row) || !alike(ours.spacing->column, theirs.spacing->column))
    throw std::runtime_error{fmt::format(
        "{}: the pixels of the mask are {:g} x {:g} mm and those of the reference {:g} x {:g}: they are not "
        "the "
        "same pixels; --spacing says the size of both",
        name, ours.spacing->row, ours.spacing->column, theirs.spacing->row, theirs.spacing->column)};
  return theirs.spacing;
}

Json of_masks(const Options& options) {
  const MatchedMasks matched = match_masks(options.found, options.reference);
  Json json{{"unit", "mm"}, {"masks", Json::array()}};
  Mean dice, iou, distance;
  for (const std::string& name : matched.missing) json["missing"].push_back(name);
  for (const std::string& name : matched.alone) json["without_reference"].push_back(name);
  std::string in_mm, in_pixels;  // one of each kind
  for (const auto& [name, found, reference] : matched.pairs) {
    const MaskFile theirs = read_mask(reference, options.label), ours = read_mask(found, options.label);
    if (theirs.mask.size() != ours.mask.size())
      throw std::runtime_error{fmt::format("{}: the masks are of different sizes", name)};
    const std::optional<Spacing> spacing =
        options.spacing.empty() ? common_spacing(ours, theirs, name)
                                : std::optional{Spacing{options.spacing.front(), options.spacing.back()}};
    (spacing ? in_mm : in_pixels) = name;
    if (!in_mm.empty() && !in_pixels.empty())
      throw std::runtime_error{fmt::format(
          "the pixels of {} have a size in mm and those of {} have none, so that distances have no mean: say "
          "--spacing for all",
          in_mm, in_pixels)};
    if (!spacing) json["unit"] = "pixels";
    const MaskOverlap overlap = overlap_of(ours.mask, theirs.mask, spacing.value_or(Spacing{1, 1}));
    dice.add(overlap.dice);
    iou.add(overlap.iou);
    distance.add(overlap.hausdorff95);
    json["masks"].push_back({{"name", name},
                             {"dice", number(overlap.dice)},
                             {"iou", number(overlap.iou)},
                             {"hausdorff95", number(overlap.hausdorff95)},
                             {"hausdorff", number(overlap.hausdorff)}});
  }
  json["mean"] = {{"dice", number(dice.value())},
                  {"iou", number(iou.value())},
                  {"hausdorff95", number(distance.value())}};
  json["mean_of"] = {{"dice", dice.count}, {"iou", iou.count}, {"hausdorff95", distance.count}};
  return json;
}

void print_masks(const Json& json) {
  const auto line = [](const std::string& name, const Json& of) {
    const auto cell = [&](const char* key) {
      return shown(of.at(key).is_null() ? std::nullopt : std::optional{of.at(key).get<double>()});
    };
    std::cout << fmt::format("{:<32}  {:>8}  {:>8}  {:>10}\n", name, cell("dice"), cell("iou"),
                             cell("hausdorff95"));
  };
  std::cout << fmt::format("{:<32}  {:>8}  {:>8}  {:>10}\n", "MASK", "DICE", "IOU",
                           json["unit"] == "mm" ? "HD95 mm" : "HD95 px");
  for (const Json& mask : json["masks"]) line(mask["name"], mask);
  line("mean", json["mean"]);
  const Json& of = json["mean_of"];
  const std::size_t masks = json["masks"].size();
  const int dice = of["dice"], distance = of["hausdorff95"];
  std::cout << fmt::format("{:<32}  {:>8}  {:>8}  {:>10}\n", "masks in the mean", dice, of["iou"].get<int>(),
                           distance);
  if (static_cast<std::size_t>(distance) < masks)
    std::cout << "-: Dice and IoU need a mask or a reference that is not empty, HD95 needs both not empty\n";
  const auto names = [&](const char* key, const char* one, const char* several) {
    if (!json.contains(key)) return;
    const Json& all = json[key];
    std::cout << fmt::format("{} {}, such as {}: in no mean\n", all.size(), all.size() == 1 ? one : several,
                             all.front().get<std::string>());
  };
  names("missing", "reference without a mask", "references without a mask");
  names("without_reference", "mask without a reference", "masks without a reference");
}

int run(const Options& options) {
  if (options.spacing.size() > 2)
    refuse({"--spacing", 0, 0}, "is one number, or that of rows and that of columns");
  for (const double one : options.spacing)
    if (!(one > 0)) refuse({"--spacing", 0, 0}, "is above 0, in mm");
  for (const std::string& path : {options.found, options.reference})
    if (!std::filesystem::exists(path))
      refuse({path, 0, 0}, "cannot be read: there is no such file or folder");
  const bool masks = std::filesystem::is_directory(options.reference);
  if (masks != std::filesystem::is_directory(options.found))
    refuse({options.found, 0, 0}, "both are folders of masks, or both files of results with boxes");
  const Json json =
      masks ? of_masks(options) : overlap_of_boxes(options.found, options.reference, options.least);
  if (options.json) {
    std::cout << json.dump(2) << '\n';
  } else if (masks) {
    print_masks(json);
  } else {
    std::cout << overlap_lines(json);
  }
  return exit_ok;
}

const Command command{
    "overlap",
    "Says how well masks or boxes agree with those that are right: Dice, IoU, Hausdorff, sensitivity, FROC.",
    "radflow overlap masks/ reference/ --spacing 0.977", [](CLI::App& app) {
      auto options = std::make_shared<Options>();
      app.add_option(
             "found", options->found,
             "A folder of masks, or results (NDJSON) with boxes; where these have scores, FROC is drawn up.")
          ->required();
      app.add_option("reference", options->reference,
                     "Those that are right, by the same names or keys; masks that the sink `images` wrote "
                     "belong to the "
                     "names of its inputs too.")
          ->required();
      app.add_option("--spacing", options->spacing,
                     "mm between rows, and between columns where that differs.")
          ->delimiter(',');
      app.add_option("--label", options->label, "Which label of the masks counts; all but 0 without it.")
          ->check(CLI::PositiveNumber);
      app.add_option("--iou", options->least, "From which IoU on a box is found.")
          ->check(CLI::Range(0.0, 1.0))
          ->capture_default_str();
      app.add_flag("--json", options->json, "As JSON.");
      return [options] { return run(*options); };
    }};

}  // namespace
}  // namespace radflow::cli
