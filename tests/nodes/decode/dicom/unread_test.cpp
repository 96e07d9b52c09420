// The elements that `decode` leaves out before DCMTK parses a data set: what is read is the same without them.
#include <gmock/gmock.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <opencv2/core.hpp>
#include <random>
#include <regex>
#include <set>

#include "tests/nodes/decode/decode_fixture.hpp"
#include "tests/nodes/decode/dicom/builder.hpp"
#include "tests/nodes/decode/stored_bytes.hpp"

namespace radflow {
namespace {

using testing::IsSubsetOf;

std::string digest(const cv::Mat& pixels) {
  const cv::Mat copy = pixels.clone();
  return sha256({reinterpret_cast<const char*>(copy.data), copy.total() * copy.elemSize()});
}

std::string told(const Result<Frame>& result) {
  if (!result) return result.error().reason + ": " + result.error().detail;
  const Frame& frame = *result;
  const Geometry& place = frame.geometry;
  std::string text = fmt::format("{} {} {} {} {} {} {} {} {}", frame.pixels.type(), frame.pixels.rows,
                                 frame.pixels.cols, digest(frame.pixels), digest(frame.valid), frame.units,
                                 static_cast<int>(frame.photometric), frame.bits_stored, frame.modality);
  if (place.spacing) text += fmt::format(" {} x {}", place.spacing->row, place.spacing->column);
  if (place.position) text += fmt::format(" at {}", *place.position);
  if (place.orientation) text += fmt::format(" along {}", *place.orientation);
  text += fmt::format(" {} {}", static_cast<int>(place.spacing_source), place.laterality);
  for (const VoiWindow& window : frame.windows)
    text += fmt::format(" {} {} {} {}", window.center, window.width, static_cast<int>(window.function),
                        window.explanation);
  for (const VoiLut& lut : frame.voi_luts) text += fmt::format(" {} {} {}", lut.first, lut.bits, lut.entries);
  return text;
}

// All that is read and warned of, in one text.
std::string told(const std::string& bytes, Elements elements) {
  std::string text;
  ReadOptions options;
  options.warn = [&text](const Error& warning) { text += warning.reason + ": " + warning.detail + "\n"; };
  const auto image = DicomImage::open(as_span(bytes), options, {}, elements);
  if (!image) return image.error().reason + ": " + image.error().detail;
  for (std::int64_t i = 0; i < image->layout().frames; ++i) {
    const Identity identity = image->identity(i);
    for (const auto& [name, value] : identity.ids) text += name + "=" + value + "\n";
    text += told(image->frame(i)) + "\n";
  }
  return text;
}

unsigned long top_elements(const std::string& bytes, Elements elements) {
  const auto image = DicomImage::open(as_span(bytes), {}, {}, elements);
  return image ? image->dataset().card() : 0;
}

TEST(Unread, EveryFileIsReadTheSameWithoutThem) {
  RADFLOW_NEEDS_DICOM_DATA();
  unsigned long all = 0, read = 0;
  for (const auto& path : all_dicom_files()) {
    SCOPED_TRACE(path.filename());
    const std::string bytes = file_bytes(path);
    EXPECT_EQ(told(bytes, Elements::Read), told(bytes, Elements::All));
    all += top_elements(bytes, Elements::All);
    read += top_elements(bytes, Elements::Read);
  }
  EXPECT_LT(read, all / 2);
}

// The names of elements that the readers' sources look up, but for those of the meta header, which is read whole.
TEST(Unread, NoElementThatIsLookedUpIsAmongThem) {
  std::set<std::string> looked_up, listed;
  const std::regex name{"DCM_[A-Za-z0-9]+"};
  const auto folder = std::filesystem::path{source_folder} / "nodes/decode/dicom";
  for (const auto& entry : std::filesystem::directory_iterator{folder}) {
    const std::string text = file_bytes(entry.path());
    auto& names = entry.path().filename() == "read_tags.cpp" ? listed : looked_up;
    for (std::sregex_iterator at{text.begin(), text.end(), name}, end; at != end; ++at)
      names.insert(at->str());
  }
  looked_up.erase("DCM_TransferSyntaxUID");
  looked_up.erase("DCM_MediaStorageSOPClassUID");
  EXPECT_GT(looked_up.size(), 50);
  EXPECT_THAT(looked_up, IsSubsetOf(listed));
}

TEST(Unread, AFileWithAWrongByteIsReadTheSameWithoutThem) {
  RADFLOW_NEEDS_DICOM_DATA();
  std::mt19937 random{1};
  int files = 0;
  for (const auto& path : all_dicom_files()) {
    const std::string bytes = file_bytes(path);
    if (bytes.size() < 1000 || bytes.size() > 200'000) continue;
    ++files;
    for (int i = 0; i < 10; ++i) {
      const std::size_t at = 132 + random() % std::min<std::size_t>(3000, bytes.size() - 132);
      std::string wrong = bytes;
      wrong[at] = static_cast<char>(random());
      EXPECT_EQ(told(wrong, Elements::Read), told(wrong, Elements::All))
          << path.filename() << ", byte " << at;
    }
  }
  EXPECT_GT(files, 60);
}

DicomBuilder with_unread() {
  DicomBuilder image{1, 2};
  image.text(DCM_InstitutionName, "SOMEWHERE").text(DCM_StudyDescription, "UNREAD").pixels({3, 4});
  image.text_in(image.item(image.dataset(), DCM_ReferencedStudySequence), DCM_ReferencedSOPInstanceUID,
                "1.2.5");
  image.text_in(image.item(image.dataset(), DCM_RequestAttributesSequence, 1), DCM_StudyDescription,
                "UNREAD");
  image.text(DCM_WindowCenter, "40\\50").text(DCM_WindowWidth, "400\\100");
  return image;
}

TEST(Unread, SequencesAreLeftOutWhereTheyEndInEveryEncoding) {
  for (const auto syntax : {EXS_LittleEndianExplicit, EXS_LittleEndianImplicit, EXS_BigEndianExplicit}) {
    SCOPED_TRACE(DcmXfer{syntax}.getXferName());
    const std::string bytes = with_unread().bytes(syntax);
    const auto image = DicomImage::open(as_span(bytes), {}, {}, Elements::Read);
    ASSERT_TRUE(image) << image.error().detail;
    for (const DcmTagKey& tag : {DCM_PatientName, DCM_InstitutionName, DCM_StudyDescription,
                                 DCM_ReferencedStudySequence, DCM_RequestAttributesSequence})
      EXPECT_FALSE(image->dataset().tagExists(tag)) << tag.toString();
    EXPECT_EQ(told(bytes, Elements::Read), told(bytes, Elements::All));
    EXPECT_TRUE(DicomImage::open(as_span(bytes), {}, {})->dataset().tagExists(DCM_PatientName));
  }
}

// DCMTK alone says what becomes of a data set that has anything of this.
TEST(Unread, NoneIsLeftOutOfAnUnusualDataSet) {
  const std::string usual = with_unread().bytes();
  ASSERT_LT(top_elements(usual, Elements::Read), top_elements(usual, Elements::All));
  const auto changed = [&usual](std::string_view from, std::string_view to) {
    std::string bytes = usual;
    const std::size_t at = bytes.find(from);
    EXPECT_NE(at, std::string::npos);
    return bytes.replace(at, from.size(), to);
  };
  using namespace std::string_view_literals;
  const std::pair<const char*, std::string> files[]{
      {"a tag below the one before", changed("\x10\x00\x20\x00LO"sv, "\x08\x00\x20\x00LO"sv)},
      {"a VR of no standard", changed("\x08\x00\x80\x00LO"sv, "\x08\x00\x80\x00XX"sv)},
      {"the same within an item", changed("\x08\x00\x55\x11UI"sv, "\x08\x00\x55\x11QQ"sv)},
      {"a sequence without an item", changed("SQ\0\0\xff\xff\xff\xff"sv, "SQ\0\0\x08\0\0\0"sv)},
      {"a length beyond the end", changed("UNREAD"sv, "UNREAD"sv).substr(0, usual.find("SOMEWHERE") + 4)},
      {"no pixels", [] {
         DicomBuilder image = with_unread();
         delete image.dataset().remove(DCM_PixelData);
         return image.bytes();
       }()}};
  for (const auto& [what, bytes] : files) {
    SCOPED_TRACE(what);
    EXPECT_EQ(told(bytes, Elements::Read), told(bytes, Elements::All));
    EXPECT_EQ(top_elements(bytes, Elements::Read), top_elements(bytes, Elements::All));
  }
}

}  // namespace
}  // namespace radflow
