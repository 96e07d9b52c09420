#include "cli/worst_cases.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <opencv2/imgproc.hpp>

#include "cli/chart.hpp"
#include "cli/contact_sheet.hpp"
#include "cli/inspect_report.hpp"
#include "connectors/files/folder.hpp"
#include "graph/text.hpp"

namespace radflow::cli {
namespace {

constexpr std::size_t most = 24;
constexpr int side = 160;  // pixels

double of_truth(const EvaluatedResults& evaluated, std::size_t i) {
  const Case& one = evaluated.cases[i];
  const auto at = std::ranges::find(evaluated.classes, one.expected);
  return one.probabilities[static_cast<std::size_t>(at - evaluated.classes.begin())];
}

// A name ends in the frame's number where that is not the first, "a.dcm#3", and a tile's behind it, "a.dcm#3.1".
std::string thumbnail(const std::map<std::string, InputFile>& files, const std::string& name) {
  std::string path = name;
  std::int64_t frame = 0;
  if (const std::size_t mark = name.rfind('#'); !files.contains(path) && mark != std::string::npos) {
    path = name.substr(0, mark);
    frame = std::strtoll(name.c_str() + mark + 1, nullptr, 10) - 1;
  }
  const auto file = files.find(path);
  if (file == files.end()) return "";
  const auto record = try_read_file(file->second);
  if (!record) return "";
  const auto seen = inspect(*record, frame);
  if (!seen) return "";
  cv::Mat picture = show(Payload::of(seen->frame), nullptr).picture;
  if (const int longest = std::max(picture.cols, picture.rows); longest > side)
    cv::resize(picture, picture, {}, double{side} / longest, double{side} / longest, cv::INTER_AREA);
  return fmt::format("<img alt=\"\" src=\"data:image/png;base64,{}\">", base64(png_of(picture)));
}

}  // namespace

std::string worst_cases(const EvaluatedResults& evaluated, const std::string& input) {
  if (input.empty()) return "";
  std::vector<std::size_t> wrong;
  for (std::size_t i = 0; i < evaluated.cases.size(); ++i)
    if (evaluated.cases[i].label != evaluated.cases[i].expected) wrong.push_back(i);
  std::ranges::stable_sort(wrong, {}, [&](std::size_t i) { return of_truth(evaluated, i); });
  if (wrong.empty()) return "";
  const std::size_t count = wrong.size();
  wrong.resize(std::min(count, most));
  std::vector<CaptionedImage> images;
  for (const std::size_t i : wrong) {
    const Case& one = evaluated.cases[i];
    images.push_back({evaluated.names[i], fmt::format("is {}, {:.3f}; labelled {}", one.expected,
                                                      of_truth(evaluated, i), one.label)});
  }
  return thumbnails(
      fmt::format("{} of {} that are labelled wrongly, the least probability of the true class first.",
                  wrong.size(), count),
      images, input);
}

std::string thumbnails(const std::string& sentence, const std::vector<CaptionedImage>& images,
                       const std::string& input) {
  if (input.empty()) return "";
  std::map<std::string, InputFile> files;
  for (InputFile& file : list_files(input)) files.try_emplace(file.relative, file);
  std::string html = fmt::format("<h2>Worst cases</h2>\n<p class=\"faint\">{}</p>\n<div class=\"worst\">\n",
                                 escaped(sentence));
  for (const CaptionedImage& image : images)
    html += fmt::format("<figure>{}<figcaption>{}<small>{}</small></figcaption></figure>\n",
                        thumbnail(files, image.name), escaped(image.name), escaped(image.caption));
  return html + "</div>\n";
}

}  // namespace radflow::cli
