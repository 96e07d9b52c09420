#include "cli/chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace radflow::cli {
namespace {

constexpr double width = 380, height = 330, left = 52, right = 14, top = 12, bottom = 48;
constexpr std::size_t colours = 6, dashes = 3;  // The page has .s0 to .s5 and .d0 to .d2.

// 1, 2 or 5 times a power of ten, such that there are about five.
double tick_of(double length) {
  const double power = std::pow(10, std::floor(std::log10(length / 5)));
  for (const double step : {1.0, 2.0, 5.0})
    if (length / (step * power) <= 6) return step * power;
  return 10 * power;
}

// An axis from tick to tick.
struct Scale {
  double low, high, tick;
  explicit Scale(Axis axis) {
    if (!(axis.high > axis.low)) axis = {axis.low - 0.5, axis.low + 0.5};
    tick = tick_of(axis.high - axis.low);
    low = std::floor(axis.low / tick + 1e-9) * tick;
    high = std::ceil(axis.high / tick - 1e-9) * tick;
  }
  double share(double value) const { return (value - low) / (high - low); }
  long ticks() const { return std::lround((high - low) / tick); }
  double at(long number) const { return low + static_cast<double>(number) * tick; }
  std::string text(long number) const {
    const double value = std::abs(at(number)) < tick / 2 ? 0 : at(number);
    if (tick >= 1e5 || tick < 1e-4) return fmt::format("{:.3g}", value);
    return fmt::format("{:.{}f}", value, std::max(0, -static_cast<int>(std::floor(std::log10(tick) + 1e-9))));
  }
};

struct Place {
  Scale x_scale, y_scale;
  double x(double value) const { return left + x_scale.share(value) * (width - left - right); }
  double y(double value) const { return height - bottom - y_scale.share(value) * (height - top - bottom); }
};

std::string axes(const Chart& chart, const Place& place) {
  std::string svg;
  const Scale &across = place.x_scale, &up = place.y_scale;
  const double low_x = place.x(across.low), high_x = place.x(across.high), low_y = place.y(up.low),
               high_y = place.y(up.high);
  for (long tick = 0; tick <= across.ticks(); ++tick)
    svg += fmt::format(R"(<line class="grid" x1="{0:.1f}" y1="{1:.1f}" x2="{0:.1f}" y2="{2:.1f}"/>)"
                       R"(<text x="{0:.1f}" y="{3:.1f}" text-anchor="middle">{4}</text>)",
                       place.x(across.at(tick)), low_y, high_y, low_y + 17, across.text(tick));
  for (long tick = 0; tick <= up.ticks(); ++tick)
    svg +=
        fmt::format(R"(<line class="grid" x1="{0:.1f}" y1="{1:.1f}" x2="{2:.1f}" y2="{1:.1f}"/>)"
                    R"(<text x="{3:.1f}" y="{4:.1f}" text-anchor="end">{5}</text>)",
                    low_x, place.y(up.at(tick)), high_x, left - 7, place.y(up.at(tick)) + 4, up.text(tick));
  return svg +
         fmt::format(
             R"(<text x="{0:.1f}" y="{1:.1f}" text-anchor="middle">{2}</text>)"
             R"svg(<text transform="translate(14 {3:.1f}) rotate(-90)" text-anchor="middle">{4}</text>)svg",
             (low_x + high_x) / 2, height - 10, escaped(chart.x), (low_y + high_y) / 2, escaped(chart.y));
}

// Of the series of this number. As many as there are pairs of a colour and a dash look each different.
std::string look(std::size_t number) {
  return fmt::format("s{} d{}", number % colours, (number + number / colours) % dashes);
}

std::string line(const ChartSeries& series, const std::string& look, const Place& place) {
  std::string path, svg;
  for (const auto& [x, y] : series.points)
    path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", place.x(x), place.y(y));
  if (series.line) svg = fmt::format(R"(<path class="line {}" d="{}"/>)", look, path);
  if (series.dots)
    for (const auto& [x, y] : series.points)
      svg += fmt::format(R"(<circle class="{} {}" cx="{:.1f}" cy="{:.1f}" r="{}"/>)",
                         series.line ? "dot" : "case", look, place.x(x), place.y(y), series.line ? 4 : 3);
  return svg;
}

std::string reference(double x1, double y1, double x2, double y2) {
  return fmt::format(R"(<line class="reference" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}"/>)", x1, y1,
                     x2, y2);
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
  const Place place{Scale{chart.x_axis}, Scale{chart.y_axis}};
  const Scale &across = place.x_scale, &up = place.y_scale;
  std::string svg = axes(chart, place), legend;
  const auto named = [&](const std::string& name) {
    if (!name.empty()) legend += fmt::format(R"(<span class="key dashed">{}</span>)", escaped(name));
  };
  if (chart.diagonal)
    svg += reference(place.x(across.low), place.y(up.low), place.x(across.high), place.y(up.high));
  if (chart.vertical) {
    svg += reference(place.x(*chart.vertical), place.y(up.low), place.x(*chart.vertical), place.y(up.high));
    named(chart.vertical_name);
  }
  for (const auto& [at, name] : chart.horizontals) {
    svg += reference(place.x(across.low), place.y(at), place.x(across.high), place.y(at));
    named(name);
  }
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    svg += line(chart.series[i], look(i), place);
    if (chart.series[i].line)
      legend += fmt::format(R"(<span class="key"><i class="{}"></i>{}</span>)", look(i),
                            escaped(chart.series[i].name));
  }
  return fmt::format(
      R"(<figure><figcaption>{0}</figcaption><svg viewBox="0 0 {1} {2}" role="img" aria-label="{0}">{3}</svg>)"
      R"(<p class="legend">{4}</p></figure>)",
      escaped(chart.title), width, height, svg, legend);
}

}  // namespace radflow::cli
