#include "cli/drawn_text.hpp"

#include <algorithm>
#include <opencv2/imgproc.hpp>

namespace radflow::cli {
namespace {

constexpr int font = cv::FONT_HERSHEY_SIMPLEX;

std::string plain(const Letters& letters) {
  std::string text;
  for (const Letter& letter : letters) text += letter.base;
  return text;
}

Letters joined(Letters begin, const Letters& end) {
  begin.insert(begin.end(), end.begin(), end.end());
  return begin;
}

// Lines between points whose x is measured from the letter's middle and whose y from where the mark sits, upwards, both in
// the font's units: a capital letter is 21 high.
using Strokes = std::vector<std::vector<cv::Point2d>>;
Strokes strokes_of(Mark mark) {
  switch (mark) {
    case Mark::None:
      return {};
    case Mark::Grave:
      return {{{-3, 6}, {2, 1}}};
    case Mark::Acute:
      return {{{3, 6}, {-2, 1}}};
    case Mark::Circumflex:
      return {{{-4, 1}, {0, 6}, {4, 1}}};
    case Mark::Caron:
      return {{{-4, 6}, {0, 1}, {4, 6}}};
    case Mark::Tilde:
      return {{{-5, 2}, {-2, 5}, {2, 2}, {5, 5}}};
    case Mark::Macron:
      return {{{-4, 3}, {4, 3}}};
    case Mark::Breve:
      return {{{-4, 6}, {-2, 2}, {2, 2}, {4, 6}}};
    case Mark::Dot:
      return {{{0, 3}, {0, 4}}};
    case Mark::Diaeresis:
      return {{{-4, 3}, {-4, 4}}, {{4, 3}, {4, 4}}};
    case Mark::Ring:
      return {{{-3, 4}, {0, 1}, {3, 4}, {0, 7}, {-3, 4}}};
    case Mark::TwoAcutes:
      return {{{0, 6}, {-4, 1}}, {{5, 6}, {1, 1}}};
    case Mark::Comma:
      return {{{1, -2}, {-1, -7}}};
    case Mark::Cedilla:
      return {{{0, 0}, {2, -3}, {-2, -6}}};
    case Mark::Ogonek:
      return {{{3, 0}, {1, -4}, {4, -6}}};
    case Mark::Stroke:
      return {{{-7, 6}, {7, 14}}};
  }
  return {};
}

// Where the mark of a letter sits, above the base line: on top of it, or at its foot.
double seat_of(const Letter& letter) {
  if (letter.mark >= Mark::Comma) return 0;
  const bool low = std::string_view{"acegmnopqrsuvwxyz"}.find(letter.base) != std::string_view::npos;
  return low ? 15 : 22;
}

}  // namespace

int width_of(const Letters& letters, double scale) {
  return cv::getTextSize(plain(letters), font, scale, 1, nullptr).width;
}

Letters fitted(Letters letters, double scale, int width) {
  if (width_of(letters, scale) <= width) return letters;
  const Letters dots = letters_of("..");
  while (!letters.empty() && width_of(joined(letters, dots), scale) > width) letters.pop_back();
  return joined(letters, dots);
}

std::vector<Letters> wrapped(const Letters& letters, double scale, int width, std::size_t most) {
  std::vector<Letters> lines;
  Letters line;
  const Letter space{' '};
  for (auto at = letters.begin(); at < letters.end();) {
    const auto end = std::find(at, letters.end(), space);
    const Letters word{at, end}, longer = line.empty() ? word : joined(joined(line, {space}), word);
    if (!line.empty() && width_of(longer, scale) > width) {
      if (lines.size() + 1 == most) {
        lines.push_back(fitted(joined(joined(line, {space}), {at, letters.end()}), scale, width));
        return lines;
      }
      lines.push_back(line);
      line = word;
    } else {
      line = longer;
    }
    at = end == letters.end() ? end : end + 1;
  }
  if (!line.empty()) lines.push_back(fitted(line, scale, width));
  return lines;
}

void draw(cv::Mat& picture, const Letters& letters, cv::Point at, double scale, const cv::Scalar& colour) {
  cv::putText(picture, plain(letters), at, font, scale, colour, 1, cv::LINE_AA);
  constexpr int bits = 4;  // a pixel has 16 fractions
  for (std::size_t i = 0; i < letters.size(); ++i) {
    if (letters[i].mark == Mark::None) continue;
    const Letters before{letters.begin(), letters.begin() + static_cast<std::ptrdiff_t>(i)};
    const double begin = before.empty() ? 0 : width_of(before, scale),
                 end = width_of(joined(before, {letters[i]}), scale);
    const cv::Point2d seat{at.x + (begin + end) / 2, at.y - seat_of(letters[i]) * scale};
    for (const std::vector<cv::Point2d>& stroke : strokes_of(letters[i].mark)) {
      std::vector<cv::Point> points;
      for (const cv::Point2d& point : stroke)
        points.emplace_back(cvRound((seat.x + point.x * scale) * (1 << bits)),
                            cvRound((seat.y - point.y * scale) * (1 << bits)));
      cv::polylines(picture, points, false, colour, 1, cv::LINE_AA, bits);
    }
  }
}

}  // namespace radflow::cli
