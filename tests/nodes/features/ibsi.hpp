// The digital phantom of the Image Biomarker Standardisation Initiative and its consensus values. Not part of the
// repository: a test that needs them begins with RADFLOW_NEEDS_IBSI.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "nodes/types/mask.hpp"
#include "tests/paths.hpp"

#define RADFLOW_NEEDS_IBSI()                                            \
  if (!std::filesystem::exists(ibsi_folder() / "digital_phantom.json")) \
  GTEST_SKIP() << "needs the digital phantom in " << ibsi_folder()

namespace radflow {

inline std::filesystem::path ibsi_folder() {
  return std::filesystem::path{source_folder} / "../shared/data/ibsi";
}

struct IbsiSlice {
  Frame frame;  // 4 x 5, 8 bit
  Mask mask;
};

inline std::vector<IbsiSlice> ibsi_slices() {
  const auto phantom = nlohmann::json::parse(std::ifstream{ibsi_folder() / "digital_phantom.json"});
  const auto& image = phantom.at("image");
  std::vector<IbsiSlice> slices;
  for (std::size_t z = 0; z < image.size(); ++z) {
    const int rows = static_cast<int>(image[z].size()), columns = static_cast<int>(image[z][0].size());
    IbsiSlice slice{{.pixels = cv::Mat(rows, columns, CV_8U)}, {cv::Mat(rows, columns, CV_16U)}};
    for (int y = 0; y < rows; ++y)
      for (int x = 0; x < columns; ++x) {
        slice.frame.pixels.at<std::uint8_t>(y, x) = image[z][y][x].get<std::uint8_t>();
        slice.mask.labels.at<std::uint16_t>(y, x) = phantom.at("mask")[z][y][x].get<std::uint16_t>();
      }
    slices.push_back(slice);
  }
  return slices;
}

// The rule of IBSI: the value, rounded to three significant digits, is within the tolerance of the consensus.
inline void expect_ibsi(double value, const std::string& tag) {
  static const auto reference =
      nlohmann::json::parse(std::ifstream{ibsi_folder() / "digital_phantom_reference.json"}).at("values");
  for (const auto& one : reference)
    if (one.at("tag") == tag) {
      const double expected = one.at("value"), tolerance = one.at("tolerance");
      const double unit = value == 0 ? 1 : std::pow(10, std::floor(std::log10(std::abs(value))) - 2);
      EXPECT_NEAR(std::round(value / unit) * unit, expected, tolerance + 1e-9 * std::abs(expected))
          << tag << ": " << value;
      return;
    }
  ADD_FAILURE() << "no value " << tag;
}

}  // namespace radflow
