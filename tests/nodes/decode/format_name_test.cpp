// What an error calls a file that cannot be read, or is labelled as something else.
#include <gmock/gmock.h>

#include "tests/needs.hpp"
#include "tests/nodes/decode/decode_fixture.hpp"

namespace radflow {
namespace {

using testing::HasSubstr;

const DecodeNode decode;

std::string at(std::size_t position, const std::string& magic) {
  return std::string(position, '\0') + magic + std::string(64, '\0');
}

TEST(FormatName, OfWhatIsNotReadIsSaid) {
  for (const auto& [bytes, name] :
       {std::pair{std::string{"\x5c\x01\0\0", 4} + at(340, std::string{"n+1\0", 4}), "NIfTI"},
        {at(4, std::string{"n+2\0", 4}), "NIfTI"},
        {at(0, "\x93NUMPY\x01"), ".npy"},
        {at(0, "NRRD0005\n"), "NRRD"},
        {at(0, "\x1f\x8b\x08"), "gzip"},
        {at(0, "PK\x03\x04"), "ZIP"},
        {at(0, "\x89HDF\r\n\x1a\n"), "HDF5"},
        {at(0, "GIF89a"), "GIF"},
        {at(0, "%PDF-1.7"), "PDF"}}) {
    const auto answer = decode(bytes);
    EXPECT_EQ(answer.failed, "unknown_format") << name;
    EXPECT_THAT(answer.detail, HasSubstr(name));
  }
  EXPECT_THAT(decode("no image at all").detail, HasSubstr("neither the content-type"));
}

TEST(FormatName, OfAWrongLabelIsSaidWithTheRightOne) {
  RADFLOW_NEEDS("decode/dicom");
  RADFLOW_NEEDS("decode/tiff");
  const std::string png = at(0, "\x89PNG\r\n\x1a\n");
  const auto answer = decode(record_of(png, {{"content-type", "application/dicom"}}));
  EXPECT_NE(answer.failed, "");
  EXPECT_THAT(answer.detail, testing::AllOf(HasSubstr("read as DICOM"), HasSubstr("those of PNG")));
  EXPECT_THAT(DecodeNode{"decode: {format: tiff}"}(png).detail, HasSubstr("those of PNG"));
  EXPECT_THAT(decode(record_of(at(0, "\x93NUMPY\x01"), {{"content-type", "image/png"}})).detail,
              HasSubstr("those of NumPy"));
}

}  // namespace
}  // namespace radflow
