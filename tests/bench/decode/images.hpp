// Real images that radflow_decode_bench encodes in the transfer syntaxes of DICOM: a CT slice and an MR slice with the headers
// their scanners wrote, and chest X-rays of 28 x 28 as PNG. Where a file is absent its rows are left out.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include "nodes/decode/dicom/image.hpp"
#include "tests/paths.hpp"

namespace radflow::bench {

struct Source {
  std::string what;  // "CT 512 x 512, 13 bit"
  DicomImage image;
  cv::Mat samples;
};

inline std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

// A file of pydicom's: among the test data, or where Debian's python3-pydicom puts it.
inline std::optional<std::string> pydicom_file(const std::string& name) {
  for (const std::filesystem::path& folder :
       {std::filesystem::path{source_folder} / "../shared/data/dicom/files",
        std::filesystem::path{"/usr/lib/python3/dist-packages/pydicom/data/test_files"}})
    if (std::filesystem::exists(folder / name)) return bytes_of(folder / name);
  return std::nullopt;
}

// `bytes` must outlive it.
inline Source source_of(const std::string& what, const std::string& bytes) {
  auto image = DicomImage::open(as_span(bytes), {}, {});
  if (!image) throw std::runtime_error{what + ": " + image.error().detail};
  auto stored = image->stored(0);
  if (!stored) throw std::runtime_error{what + ": " + stored.error().detail};
  return {what, *std::move(image), stored->samples};
}

// Chest X-rays of 28 x 28; at most `most`.
inline std::vector<std::string> small_pngs(std::size_t most) {
  const auto folder = std::filesystem::path{source_folder} / "../shared/data/pneumoniamnist/train";
  std::vector<std::string> files;
  if (!std::filesystem::exists(folder)) return files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{folder})
    if (entry.path().extension() == ".png" && files.size() < most) files.push_back(bytes_of(entry.path()));
  return files;
}

}  // namespace radflow::bench
