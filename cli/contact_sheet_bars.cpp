// The numbers of a tile as bars.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "cli/contact_sheet.hpp"
#include "cli/drawn_text.hpp"

namespace radflow::cli {
namespace {

using Numbers = std::vector<std::pair<std::string, double>>;

const cv::Scalar ground{243, 240, 238}, ink{40, 34, 28}, faint{112, 102, 91}, bar{168, 98, 31},
    rule{200, 194, 188};
constexpr int font = cv::FONT_HERSHEY_SIMPLEX;

struct Span {
  double low = 0, high = 0;

  // Where a value lies from 0 to 1.
  double share(double value) const { return high > low ? (value - low) / (high - low) : 0.5; }
};

// Zero is in it: bars begin there.
Span span_of(const Numbers& numbers) {
  Span span;
  for (const auto& [name, value] : numbers)
    if (std::isfinite(value)) span = {std::min(span.low, value), std::max(span.high, value)};
  return span;
}

// The end of a name says more than its begin.
Letters cut(const std::string& text, double scale, int width) {
  Letters letters = letters_of(text);
  while (letters.size() > 1 && width_of(letters, scale) > width) letters.erase(letters.begin());
  return letters;
}

void with_names(cv::Mat& picture, const Numbers& numbers) {
  const Span span = span_of(numbers);
  const int height = picture.rows / static_cast<int>(numbers.size());
  const int left = 8, right = picture.cols - 8;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto& [name, value] = numbers[i];
    const int y = static_cast<int>(i) * height;
    const std::string number = std::isfinite(value) ? fmt::format("{:.4g}", value) : "none";
    const int room = cv::getTextSize(number, font, 0.4, 1, nullptr).width;
    draw(picture, cut(name, 0.4, right - left - room - 8), {left, y + 14}, 0.4, ink);
    cv::putText(picture, number, {right - room, y + 14}, font, 0.4, faint, 1, cv::LINE_AA);
    if (!std::isfinite(value) || height < 22) continue;
    const auto at = [&](double where) { return left + static_cast<int>(span.share(where) * (right - left)); };
    cv::rectangle(picture,
                  cv::Rect{cv::Point{std::min(at(0), at(value)), y + 19},
                           cv::Point{std::max(at(0), at(value)) + 1, y + std::min(height, 28) - 1}},
                  bar, cv::FILLED);
  }
}

void as_columns(cv::Mat& picture, const Numbers& numbers) {
  const Span span = span_of(numbers);
  const int top = 20, bottom = picture.rows - 10;
  const auto at = [&](double value) { return bottom - static_cast<int>(span.share(value) * (bottom - top)); };
  cv::line(picture, {6, at(0)}, {picture.cols - 6, at(0)}, rule);
  const double width = static_cast<double>(picture.cols - 12) / static_cast<double>(numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (!std::isfinite(numbers[i].second)) continue;
    const int x = 6 + static_cast<int>(static_cast<double>(i) * width);
    const int next =
        std::max(x + 1, 6 + static_cast<int>(static_cast<double>(i + 1) * width) - (width >= 3 ? 1 : 0));
    const int y = at(numbers[i].second);
    cv::rectangle(picture,
                  cv::Rect{cv::Point{x, std::min(y, at(0))}, cv::Point{next, std::max(y, at(0)) + 1}}, bar,
                  cv::FILLED);
  }
  cv::putText(picture, fmt::format("{:.4g} to {:.4g}", span.low, span.high), {6, 14}, font, 0.4, faint, 1,
              cv::LINE_AA);
}

}  // namespace

cv::Mat bars(const Numbers& numbers, const cv::Size& size) {
  cv::Mat picture{size, CV_8UC3, ground};
  if (numbers.empty()) return picture;
  if (numbers.size() <= static_cast<std::size_t>(size.height / 22))
    with_names(picture, numbers);
  else
    as_columns(picture, numbers);
  return picture;
}

}  // namespace radflow::cli
