// Text in contact sheets: accents are drawn, and what cannot be drawn is one question mark a letter.
#include "cli/drawn_text.hpp"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>

namespace radflow::cli {
namespace {

std::string bases(std::string_view text) {
  std::string all;
  for (const Letter& letter : letters_of(text)) all += letter.base;
  return all;
}

TEST(DrawnText, KnowsTheLettersOfEuropeanDescriptions) {
  EXPECT_EQ(bases("SchÃ¤del"), "SchA?del") << "bytes that were read as Latin-1 twice stay odd";
  EXPECT_EQ(bases("Schädel, Weichteile 2 µm Größe −5 °C"), "Schadel, Weichteile 2 um Grosse -5  C");
  EXPECT_EQ(bases("tête à l’âge; Műtét; Łódź; kůň; ışık; coração"),
            "tete a l'age; Mutet; Lodz; kun; isik; coracao");
  EXPECT_EQ(letters_of("é"), (Letters{{'e', Mark::Acute}}));
  EXPECT_EQ(letters_of("e\xcc\x81"), letters_of("é")) << "decomposed";
  EXPECT_EQ(letters_of("Ä"), (Letters{{'A', Mark::Diaeresis}}));
  EXPECT_EQ(letters_of("ő").front().mark, Mark::TwoAcutes);
  EXPECT_EQ(letters_of("ą").front().mark, Mark::Ogonek);
}

TEST(DrawnText, ShowsAQuestionMarkForEachOtherCharacter) {
  EXPECT_EQ(bases("頭部 MR"), "?? MR");
  EXPECT_EQ(bases("\xff a\xc3"), "? a?") << "no UTF-8";
  EXPECT_EQ(bases("a\nb"), "a b");
}

// Every letter of Latin-1 but signs that have no form.
TEST(DrawnText, HasAFormForLatin1) {
  int unknown = 0;
  for (int code = 0xc0; code <= 0xff; ++code) {
    const std::string utf8{static_cast<char>(0xc0 | code >> 6), static_cast<char>(0x80 | (code & 0x3f))};
    unknown += bases(utf8) == "?" ? 1 : 0;
  }
  EXPECT_EQ(unknown, 0);
}

cv::Mat picture(std::string_view text) {
  cv::Mat drawn{60, 120, CV_8UC3, cv::Scalar{255, 255, 255}};
  draw(drawn, letters_of(text), {10, 45}, 1, {0, 0, 0});
  cv::Mat grey;
  cv::extractChannel(drawn, grey, 0);
  return grey;
}

// What a mark adds to the letter below it, as a rectangle.
cv::Rect added(std::string_view with, std::string_view without) {
  std::vector<cv::Point> points;
  cv::Mat different = picture(with) != picture(without);
  cv::findNonZero(different, points);
  if (points.empty()) return {};
  int left = 1000, right = 0, top = 1000, bottom = 0;
  for (const cv::Point& point : points) {
    left = std::min(left, point.x);
    right = std::max(right, point.x);
    top = std::min(top, point.y);
    bottom = std::max(bottom, point.y);
  }
  return {left, top, right - left + 1, bottom - top + 1};
}

TEST(DrawnText, DrawsMarksAboveOrBelowTheirLetter) {
  const int begin = 10, end = 10 + width_of(letters_of("a"), 1);
  for (const std::string text : {"ä", "á", "à", "â", "ã", "å", "ă", "ā"}) {
    const cv::Rect mark = added(text, "a");
    EXPECT_GT(mark.area(), 8) << text;
    EXPECT_LE(mark.br().y, 45 - 14) << text << ": above the letter";
    EXPECT_GE(mark.x, begin - 1) << text;
    EXPECT_LE(mark.br().x, end + 2) << text;
  }
  EXPECT_LE(added("Ä", "A").br().y, 45 - 20);
  EXPECT_GE(added("ç", "c").y, 45 - 1) << "below it";
  EXPECT_GT(added("xä", "xa").x, end - 2) << "at the second letter";
}

TEST(DrawnText, CutsBetweenLetters) {
  const Letters text = letters_of("äääääääääääääääääääää");
  const Letters cut = fitted(text, 0.5, 100);
  EXPECT_LE(width_of(cut, 0.5), 100);
  EXPECT_EQ(cut.front(), text.front());
  EXPECT_EQ(cut.back(), Letter{'.'});
  const auto lines = wrapped(letters_of("über die Größe der Läsion am Schädel"), 0.5, 120, 2);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].front(), (Letter{'u', Mark::Diaeresis}));
  EXPECT_EQ(lines[1].back(), Letter{'.'});
}

}  // namespace
}  // namespace radflow::cli
