// The stored values of a DICOM image as bytes, and their digest.
#pragma once

#include <openssl/evp.h>

#include <fmt/format.h>

#include <string>
#include <vector>

#include "nodes/decode/dicom/image.hpp"

namespace radflow {

inline std::string sha256(const std::string& bytes) {
  unsigned char digest[32];
  EVP_Digest(bytes.data(), bytes.size(), digest, nullptr, EVP_sha256(), nullptr);
  std::string hex;
  for (const unsigned char byte : digest) hex += fmt::format("{:02x}", byte);
  return hex;
}

// As the hashes were made: all frames in a row, little endian, in the allocated width.
inline Result<std::string> stored_bytes(const DicomImage& image) {
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

}  // namespace radflow
