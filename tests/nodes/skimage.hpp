// The arrays that scikit-image 0.19.3 returned for six X-rays, and those X-rays. Not part of the repository:
// a test that needs them begins with RADFLOW_NEEDS_SKIMAGE.
#pragma once

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>
#include <string>
#include <vector>

#include "nodes/types/frame.hpp"
#include "tests/paths.hpp"

#define RADFLOW_NEEDS_SKIMAGE()                   \
  if (!std::filesystem::exists(skimage_folder())) \
  GTEST_SKIP() << "needs scikit-image's arrays in " << skimage_folder()

namespace radflow {

inline std::filesystem::path shared_data() { return std::filesystem::path{source_folder} / "../shared/data"; }
inline std::filesystem::path skimage_folder() { return shared_data() / "skimage"; }

struct Reference {
  std::string image;  // "normal_0001"
  Frame xray;         // 28x28, 8 bit
  cv::Mat expected;   // CV_64F
};

// The array named `what` ("resize256", "lbp_uniform_8_1") of every X-ray.
inline std::vector<Reference> skimage_references(const std::string& what) {
  const auto index = nlohmann::json::parse(std::ifstream{skimage_folder() / "index.json"});
  std::vector<Reference> references;
  for (const auto& array : index.at("arrays")) {
    const std::string file = array.at("file");
    const std::string image = file.substr(0, file.find('.'));
    if (file != image + "." + what + ".f64") continue;
    const auto& shape = array.at("shape");
    cv::Mat expected(shape.at(0).get<int>(), shape.size() > 1 ? shape.at(1).get<int>() : 1, CV_64F);
    std::ifstream{skimage_folder() / file, std::ios::binary}.read(
        expected.ptr<char>(), static_cast<std::streamsize>(expected.total() * sizeof(double)));
    const std::string source = array.at("source");
    references.push_back(
        {image, {.pixels = cv::imread((shared_data() / source).string(), cv::IMREAD_UNCHANGED)}, expected});
  }
  return references;
}

}  // namespace radflow
