// Stored pixel values of real files against hashes on which independent decoders agree, and of small built
// ones.
#include <gtest/gtest.h>

#include <openssl/evp.h>

#include <fmt/format.h>

#include "nodes/imaging/dicom_image.hpp"
#include "tests/nodes/imaging/decode_fixture.hpp"

namespace radflow {
namespace {

std::string sha256(const std::string& bytes) {
  unsigned char digest[32];
  EVP_Digest(bytes.data(), bytes.size(), digest, nullptr, EVP_sha256(), nullptr);
  std::string hex;
  for (const unsigned char byte : digest) hex += fmt::format("{:02x}", byte);
  return hex;
}

// As the hashes were made: all frames in a row, little endian, in the allocated width.
Result<std::string> stored_bytes(const DicomImage& image) {
  std::string all;
  for (std::int64_t i = 0; i < image.layout().frames; ++i) {
    const auto stored = image.stored(i);
    if (!stored) return stored.error();
    const cv::Mat& samples = stored->samples;
    const std::size_t count = samples.total() * static_cast<std::size_t>(samples.channels());
    if (samples.depth() == CV_64F && image.layout().bits_allocated == 32) {
      const std::vector<std::uint32_t> values(samples.ptr<double>(), samples.ptr<double>() + count);
      all.append(reinterpret_cast<const char*>(values.data()), count * 4);
    } else {
      all.append(reinterpret_cast<const char*>(samples.data), count * samples.elemSize1());
    }
  }
  return all;
}

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
