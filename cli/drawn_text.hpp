// Text in pictures. OpenCV's strokes are those of ASCII; here the accents of Latin letters are drawn with them, so that the
// descriptions of most European scanners can be read. Letters of other scripts become question marks: the HTML page of a
// contact sheet shows them as they are. Stateless; any thread.
#pragma once

#include <opencv2/core.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace radflow::cli {

enum class Mark {
  None,
  Grave,
  Acute,
  Circumflex,
  Tilde,
  Macron,
  Breve,
  Dot,
  Diaeresis,
  Ring,
  TwoAcutes,
  Caron,
  Comma,
  Cedilla,
  Ogonek,
  Stroke
};

// A letter of ASCII and what is drawn at it.
struct Letter {
  char base = '?';
  Mark mark = Mark::None;

  bool operator==(const Letter&) const = default;
};
using Letters = std::vector<Letter>;

Letters letters_of(std::string_view utf8);

int width_of(const Letters& letters, double scale);

// As much of the text as has room, with dots where some is missing.
Letters fitted(Letters letters, double scale, int width);
// Lines that have room, `most` at most; a word that has none alone is cut.
std::vector<Letters> wrapped(const Letters& letters, double scale, int width, std::size_t most);

// `at` is where the base line begins.
void draw(cv::Mat& picture, const Letters& letters, cv::Point at, double scale, const cv::Scalar& colour);

}  // namespace radflow::cli
