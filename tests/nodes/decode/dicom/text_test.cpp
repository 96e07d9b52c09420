// Text from outside is UTF-8 in radflow, whatever it was in the file.
#include <gmock/gmock.h>

#include "graph/text.hpp"
#include "tests/nodes/decode/decode_fixture.hpp"
#include "tests/nodes/decode/dicom/builder.hpp"

namespace radflow {
namespace {

const DecodeNode decode;

std::string explanation(const char* character_set, const std::string& text) {
  DicomBuilder image{1, 2};
  if (character_set) image.text(DCM_SpecificCharacterSet, character_set);
  image.text(DCM_WindowCenter, "40").text(DCM_WindowWidth, "100");
  image.text(DCM_WindowCenterWidthExplanation, text).pixels({3, 4});
  const auto answer = decode(image.bytes());
  EXPECT_EQ(answer.failed, "") << answer.detail;
  return answer.frame().windows.at(0).explanation;
}

TEST(DicomText, ComesByItsSpecificCharacterSet) {
  EXPECT_EQ(explanation(nullptr, "BONE"), "BONE");
  EXPECT_EQ(explanation("ISO_IR 100",
                        "Sch\xe4"
                        "del"),
            "Schädel");
  EXPECT_EQ(explanation("ISO_IR 144", "\xbb\xd5\xd3\xda\xd8\xd5"), "Легкие");
  EXPECT_EQ(explanation("ISO_IR 192", "Schädel"), "Schädel");
  EXPECT_EQ(explanation("GB18030", "\xb7\xce"), "肺");
  EXPECT_EQ(explanation("\\ISO 2022 IR 87", "\x1b$B\x47\x59\x1b(B"), "肺") << "code extensions";
  EXPECT_EQ(explanation("\\ISO 2022 IR 149", "\x1b$)C\xc6\xf3"), "폐");
}

TEST(DicomText, InNoCharacterSetIsReplacedNeverThrownAt) {
  EXPECT_EQ(explanation(nullptr,
                        "Sch\xe4"
                        "del"),
            "Sch\ufffd"
            "del");
  EXPECT_EQ(explanation("NO SUCH SET", "\xe4"), "\ufffd");
  EXPECT_EQ(explanation("ISO_IR 192", "a\xe4"), "a\ufffd");
  EXPECT_EQ(explanation(nullptr, "Schädel"), "Schädel") << "UTF-8 that nobody declared";
}

TEST(DicomText, InASequenceItemIsInTheSetOfTheObject) {
  DicomBuilder image{1, 2};
  image.text(DCM_SpecificCharacterSet, "ISO_IR 100").pixels({3, 4});
  DcmItem& item =
      image.item(image.item(image.dataset(), DCM_SharedFunctionalGroupsSequence), DCM_FrameVOILUTSequence);
  image.text_in(item, DCM_WindowCenter, "40").text_in(item, DCM_WindowWidth, "100");
  image.text_in(item, DCM_WindowCenterWidthExplanation, "\xf6");
  EXPECT_EQ(decode(image.bytes()).frame().windows.at(0).explanation, "ö");
}

TEST(DicomText, OfHeadersIsReplacedToo) {
  const auto answer = decode(record_of("ab", {{"content-type", "application/x-radflow-raw"},
                                              {"radflow-rows", "1"},
                                              {"radflow-columns", "2"},
                                              {"radflow-depth", "u8"},
                                              {"radflow-units", "\xb5Gy"},
                                              {"radflow-modality", "\xff"}}));
  ASSERT_EQ(answer.failed, "") << answer.detail;
  EXPECT_EQ(answer.frame().units, "\ufffdGy");
  EXPECT_EQ(answer.frame().modality, "\ufffd");
}

}  // namespace
}  // namespace radflow
