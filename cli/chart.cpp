#include "cli/chart.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace radflow::cli {
namespace {

constexpr double width = 380, height = 330, left = 52, right = 14, top = 12, bottom = 48;
constexpr int colours = 6;  // The page has .s0 to .s5.

double x_of(double x) { return left + x * (width - left - right); }
double y_of(double y) { return height - bottom - y * (height - top - bottom); }

std::string axes(const Chart& chart) {
  std::string svg;
  for (int tick = 0; tick <= 5; ++tick) {
    const double at = tick / 5.0;
    svg += fmt::format(
        R"(<line class="grid" x1="{0:.1f}" y1="{1:.1f}" x2="{0:.1f}" y2="{2:.1f}"/><line class="grid" x1="{3:.1f}" y1="{4:.1f}" x2="{5:.1f}" y2="{4:.1f}"/>)",
        x_of(at), y_of(0), y_of(1), x_of(0), y_of(at), x_of(1));
    svg += fmt::format(
        R"(<text x="{:.1f}" y="{:.1f}" text-anchor="middle">{:.1f}</text><text x="{:.1f}" y="{:.1f}" text-anchor="end">{:.1f}</text>)",
        x_of(at), y_of(0) + 17, at, left - 7, y_of(at) + 4, at);
  }
  return svg +
         fmt::format(
             R"(<text x="{0:.1f}" y="{1:.1f}" text-anchor="middle">{2}</text>)"
             R"svg(<text transform="translate(14 {3:.1f}) rotate(-90)" text-anchor="middle">{4}</text>)svg",
             x_of(0.5), height - 10, escaped(chart.x), y_of(0.5), escaped(chart.y));
}

std::string line(const Series& series, int colour) {
  std::string path;
  for (const auto& [x, y] : series.points)
    path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", x_of(x), y_of(y));
  std::string svg = fmt::format(R"(<path class="line s{}" d="{}"/>)", colour, path);
  if (series.dots)
    for (const auto& [x, y] : series.points)
      svg +=
          fmt::format(R"(<circle class="dot s{}" cx="{:.1f}" cy="{:.1f}" r="4"/>)", colour, x_of(x), y_of(y));
  return svg;
}

}  // namespace

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string to_svg(const Chart& chart) {
  std::string svg = axes(chart), legend;
  if (chart.diagonal)
    svg += fmt::format(R"(<line class="reference" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}"/>)",
                       x_of(0), y_of(0), x_of(1), y_of(1));
  if (chart.vertical) {
    svg += fmt::format(R"(<line class="reference" x1="{0:.1f}" y1="{1:.1f}" x2="{0:.1f}" y2="{2:.1f}"/>)",
                       x_of(*chart.vertical), y_of(0), y_of(1));
    legend += fmt::format(R"(<span class="key dashed">{}</span>)", escaped(chart.vertical_name));
  }
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    const int colour = static_cast<int>(i) % colours;
    svg += line(chart.series[i], colour);
    legend += fmt::format(R"(<span class="key"><i class="s{}"></i>{}</span>)", colour,
                          escaped(chart.series[i].name));
  }
  return fmt::format(
      R"(<figure><figcaption>{0}</figcaption><svg viewBox="0 0 {1} {2}" role="img" aria-label="{0}">{3}</svg>)"
      R"(<p class="legend">{4}</p></figure>)",
      escaped(chart.title), width, height, svg, legend);
}

}  // namespace radflow::cli
