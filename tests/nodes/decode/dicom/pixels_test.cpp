// Stored pixel values of real files against hashes on which independent decoders agree, and of small built
// ones.
#include <gtest/gtest.h>

#include "nodes/decode/dicom/image.hpp"
#include "tests/nodes/decode/decode_fixture.hpp"
#include "tests/nodes/decode/stored_bytes.hpp"

namespace radflow {
namespace {

TEST(DicomPixels, MatchEveryPublishedHash) {
  RADFLOW_NEEDS_DICOM_DATA();
  std::ifstream csv{dicom_data() / "decoded_sha256.csv"};
  std::string line;
  std::getline(csv, line);
  int rows = 0;
  while (std::getline(csv, line)) {
    const std::string path = line.substr(0, line.find(',')), expected = line.substr(line.rfind(',') + 1);
    SCOPED_TRACE(path);
    const std::string bytes = file_bytes(dicom_data() / path);
    const auto image = DicomImage::open(as_span(bytes), {}, {});
    ASSERT_TRUE(image) << image.error().detail;
    const auto stored = stored_bytes(*image);
    ASSERT_TRUE(stored) << stored.error().detail;
    EXPECT_EQ(sha256(*stored), expected);
    ++rows;
  }
  EXPECT_EQ(rows, 96);
}

}  // namespace
}  // namespace radflow
