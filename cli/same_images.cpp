#include "cli/same_images.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <map>

#include "cli/terminal.hpp"

namespace radflow::cli {
std::vector<LabelledImage> images_of(const std::vector<Tapped>& messages) {
  std::vector<LabelledImage> images;
  const Tapped* before = nullptr;
  for (const Tapped& one : messages) {
    if (!before || before->key != one.key || before->offset != one.offset)
      images.push_back({one.digest, one.label.value_or(""), one.key});
    before = &one;
  }
  return images;
}

std::vector<std::string> describe_repeated(const std::vector<LabelledImage>& images) {
  std::map<std::string_view, std::vector<const LabelledImage*>> by_digest;
  for (const LabelledImage& image : images) by_digest[image.digest].push_back(&image);
  std::uint64_t repeated = 0, copies = 0, contradictory = 0;
  std::string example, contradiction;
  for (const auto& [digest, same] : by_digest) {
    if (digest.empty() || same.size() < 2) continue;
    ++repeated;
    copies += same.size();
    if (example.empty()) example = fmt::format("{} and {}", same[0]->name, same[1]->name);
    const auto other =
        std::ranges::find_if(same, [&](const auto* one) { return one->label != same[0]->label; });
    if (other == same.end()) continue;
    if (contradictory++ == 0)
      contradiction =
          fmt::format("{} ({}) and {} ({})", same[0]->name, same[0]->label, (*other)->name, (*other)->label);
  }
  std::vector<std::string> lines;
  if (contradictory > 0)
    lines.push_back(fmt::format("{} under two labels, such as {}: one of them is wrong",
                                counted(contradictory, "image") + (contradictory == 1 ? " stands" : " stand"),
                                contradiction));
  if (repeated > 0)
    lines.push_back(fmt::format("{} more than once, {} times together, such as {}: each time counts",
                                counted(repeated, "image") + (repeated == 1 ? " is there" : " are there"),
                                copies, example));
  return lines;
}

std::string describe_trained_on(const std::vector<LabelledImage>& images, const Model& model) {
  const std::vector<ImageDigest>& trained = model.manifest.images;
  if (trained.empty())
    return fmt::format(
        "{} does not say which images it was trained on: whether some of these were among them "
        "is unknown; radflow train keeps their digests",
        model.name);
  std::uint64_t known = 0;
  std::string example;
  for (const LabelledImage& image : images) {
    const auto digest = image_digest(image.digest);
    if (!digest || !std::ranges::binary_search(trained, *digest)) continue;
    if (known++ == 0) example = image.name;
  }
  if (known == 0) return "";
  return fmt::format(
      "{} of {} in the training of {}, such as {}: for these the figures say what it remembers, "
      "not what it can tell of others",
      known, counted(images.size(), "image") + (known == 1 ? " was" : " were"), model.name, example);
}

void warn(const std::vector<std::string>& lines) {
  for (const std::string& line : lines)
    if (!line.empty()) std::cerr << paint_stderr("warning: " + line, Colour::Yellow) << '\n';
}

}  // namespace radflow::cli
