// A contact sheet as one HTML page, with its pictures inside.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "cli/chart.hpp"
#include "cli/contact_sheet.hpp"
#include "graph/text.hpp"

namespace radflow::cli {
namespace {

constexpr std::string_view style = R"(
:root { color-scheme: light dark; --paper: #fff; --ink: #1c2228; --faint: #5b6670; --rule: #d9dee3; --ground: #eef0f3;
  --bar: #1f62a8; --wrong: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --paper: #14181c; --ink: #e4e8ec; --faint: #9aa6b1; --rule: #343c44;
  --ground: #1d232a; --bar: #6bb0f0; --wrong: #ff8a80; } }
@media print { :root { color-scheme: light; --paper: #fff; --ink: #000; --faint: #444; --rule: #bbb; --ground: #eef0f3;
  --bar: #1f62a8; --wrong: #b3261e; } body { margin: 0; } figure { break-inside: avoid; } h2 { break-after: avoid; }
  details .numbers { max-height: none; overflow: visible; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
body { margin: 2rem auto; max-width: 90rem; padding: 0 1.5rem; background: var(--paper); color: var(--ink);
  font: 15px/1.45 system-ui, sans-serif; }
h1 { font-size: 1.5rem; margin: 0 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1rem; margin: 1.5rem 0 .75rem; padding-top: .6rem; border-top: 1px solid var(--rule); overflow-wrap: anywhere; }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(15rem, 1fr)); gap: 1.25rem 1rem; align-items: start; }
figure { margin: 0; min-width: 0; } .place { aspect-ratio: 1; background: var(--ground); display: flex; border-radius: 3px;
  align-items: center; justify-content: center; overflow: hidden; }
.place img { width: 100%; height: 100%; object-fit: contain; } .place img.few { image-rendering: pixelated; }
figcaption b { display: block; margin-top: .4rem; overflow-wrap: anywhere; }
figcaption span { color: var(--faint); font-size: .85rem; overflow-wrap: anywhere; }
.wrong b, .wrong span { color: var(--wrong); }
.numbers { width: 100%; height: 100%; overflow: auto; align-self: stretch; font-size: .8rem; box-sizing: border-box; padding: .5rem; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th { text-align: left; font-weight: 400; overflow-wrap: anywhere; } td { text-align: right; padding-left: .5rem; }
th, td { padding-top: .1rem; padding-bottom: .1rem;  vertical-align: bottom; }
.numbers svg { width: 100%; height: 4rem; display: block; margin-bottom: .4rem; } .numbers path { fill: var(--bar); }
.bar { height: 4px; background: linear-gradient(var(--bar), var(--bar)) no-repeat; }
)";

constexpr std::size_t most_listed = 300;

std::string image(const cv::Mat& picture) {
  // Larger ones only cost: no tile is wider than this.
  constexpr int most = 720;
  cv::Mat shown = picture;
  const int side = std::max(picture.cols, picture.rows);
  if (side > most)
    cv::resize(picture, shown, {}, static_cast<double>(most) / side, static_cast<double>(most) / side,
               cv::INTER_AREA);
  return fmt::format("<img{} alt=\"\" src=\"data:image/png;base64,{}\">", side <= 256 ? " class=\"few\"" : "",
                     base64(png_of(shown)));
}

// A column for each, or for the one farthest from zero of some neighbours.
std::string columns(const std::vector<std::pair<std::string, double>>& numbers, double low, double high) {
  constexpr std::size_t most = 240;
  const std::size_t together = (numbers.size() + most - 1) / most,
                    count = (numbers.size() + together - 1) / together;
  const auto y = [&](double value) { return 60 * (high - value) / (high - low); };
  std::string path;
  for (std::size_t i = 0; i < count; ++i) {
    double farthest = 0;
    for (std::size_t j = i * together; j < std::min(numbers.size(), (i + 1) * together); ++j)
      if (std::isfinite(numbers[j].second) && std::abs(numbers[j].second) > std::abs(farthest))
        farthest = numbers[j].second;
    path += fmt::format("M{} {:.2f}V{:.2f}h.8V{:.2f}z", i, y(0), y(farthest), y(0));
  }
  return fmt::format(
      "<svg viewBox=\"0 0 {} 60\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"all values\"><path "
      "d=\"{}\"/></svg>",
      count, path);
}

// Each with its name, its value and a bar from zero.
std::string table(const std::vector<std::pair<std::string, double>>& numbers) {
  double low = 0, high = 0;
  for (const auto& [name, value] : numbers)
    if (std::isfinite(value)) low = std::min(low, value), high = std::max(high, value);
  const double width = high > low ? high - low : 1;
  const std::string all = numbers.size() > 8 && high > low ? columns(numbers, low, high) : "";
  std::string rows;
  std::size_t listed = 0;
  for (const auto& [name, value] : numbers) {
    if (++listed > most_listed) {
      rows += fmt::format("<tr><th>and {} more</th></tr>\n", numbers.size() - most_listed);
      break;
    }
    if (!std::isfinite(value)) {
      rows += fmt::format("<tr><th>{}</th><td>none</td></tr>\n", escaped(name));
      continue;
    }
    const double begin = (std::min(value, 0.0) - low) / width, share = std::abs(value) / width;
    rows += fmt::format(
        "<tr><th>{}<div class=\"bar\" style=\"background-size:{:.2f}% 100%;background-position:{:.2f}% "
        "0\"></div></th>"
        "<td>{:.5g}</td></tr>\n",
        escaped(name), 100 * share, share < 1 ? 100 * begin / (1 - share) : 0.0, value);
  }
  return fmt::format("<div class=\"numbers\">{}<table>\n{}</table></div>", all, rows);
}

std::string figure(const Tile& tile) {
  const std::string place = !tile.shown.picture.empty()   ? image(tile.shown.picture)
                            : !tile.shown.numbers.empty() ? table(tile.shown.numbers)
                                                          : "";
  return fmt::format(
      "<figure{}><div class=\"place\">{}</div><figcaption><b>{}</b><span>{}</span></figcaption></figure>\n",
      tile.wrong ? " class=\"wrong\"" : "", place, escaped(tile.title), escaped(tile.shown.words));
}

}  // namespace

std::string page(const ContactSheet& sheet) {
  std::string body = fmt::format("<h1>{}</h1>\n", escaped(sheet.title));
  for (const SheetSection& section : sheet.sections) {
    body += fmt::format("<h2>{}</h2>\n<div class=\"tiles\">\n", escaped(section.title));
    for (const Tile& tile : section.tiles) body += figure(tile);
    body += "</div>\n";
  }
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>{}</title>\n<style>{}</style></head>\n<body>\n{}</body></html>\n",
      escaped(sheet.title), style, body);
}

}  // namespace radflow::cli
