// Small files that other readers read and radflow once did not, against the values of those readers.
#include <gmock/gmock.h>

#include <cstring>
#include <opencv2/core.hpp>

#include "tests/nodes/decode/decode_fixture.hpp"
#include "tests/nodes/decode/dicom/odd.hpp"

namespace radflow {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const DecodeNode as_stored{"decode: {rescale: false}"};

// The numbers of a .npy file of C order, whatever their width.
std::vector<double> numpy_values(const std::filesystem::path& path) {
  const std::string bytes = file_bytes(path);
  const std::size_t header =
      static_cast<std::uint8_t>(bytes.at(8)) + 256u * static_cast<std::uint8_t>(bytes.at(9));
  const std::string type = bytes.substr(bytes.find("'descr': '") + 10, 3);
  const char* data = bytes.data() + 10 + header;
  const auto read = [&]<typename T>(T) {
    std::vector<T> values((bytes.size() - 10 - header) / sizeof(T));
    std::memcpy(values.data(), data, values.size() * sizeof(T));
    return std::vector<double>(values.begin(), values.end());
  };
  if (type == "|u1") return read(std::uint8_t{});
  if (type == "<u2") return read(std::uint16_t{});
  if (type == "<f4") return read(float{});
  ADD_FAILURE() << "type " << type;
  return {};
}

double greatest_difference(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() != b.size() || a.empty()) return 1e9;
  double greatest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) greatest = std::max(greatest, std::abs(a[i] - b[i]));
  return greatest;
}

struct Fault {
  const char* file;
  const char* warning;  // "" if nothing about it is odd
  double tolerance;     // of a stored value; YCbCr is converted to RGB by each reader with its own rounding
};

class DicomFaults : public testing::TestWithParam<Fault> {};

TEST_P(DicomFaults, AreReadAsOthersReadThem) {
  const auto folder = std::filesystem::path{source_folder} / "../shared/data/faults";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "needs ../shared/data/faults";
  const std::string file = GetParam().file;
  const auto answer = as_stored(file_bytes(folder / (file + ".dcm")));
  ASSERT_EQ(answer.failed, "") << answer.detail;
  for (const auto& piece : answer.pieces) ASSERT_TRUE(piece.value) << piece.value.error().detail;
  EXPECT_LE(greatest_difference(values_of(answer), numpy_values(folder / (file + ".expected.npy"))),
            GetParam().tolerance);
  if (*GetParam().warning == '\0')
    EXPECT_THAT(reasons(answer), IsEmpty());
  else
    EXPECT_THAT(reasons(answer), ElementsAre(GetParam().warning));
}

INSTANTIATE_TEST_SUITE_P(
    All, DicomFaults,
    testing::Values(
        Fault{"01-ybr422-not-subsampled/control-real-422", "", 1},
        Fault{"01-ybr422-not-subsampled/full-size", "full_chroma", 1},
        Fault{"02-number-of-frames-0/zero", "frame_count", 0},
        Fault{"04-more-codestreams-than-frames/jpeg-baseline-says-1-has-3-bot", "frame_count", 0},
        Fault{"04-more-codestreams-than-frames/jpeg-baseline-says-1-has-3", "frame_count", 0},
        Fault{"04-more-codestreams-than-frames/jpeg-baseline-says-nothing-has-3", "frame_count", 0},
        Fault{"04-more-codestreams-than-frames/jpeg-lossless-says-1-has-3", "frame_count", 0},
        Fault{"04-more-codestreams-than-frames/jpeg-lossless-says-nothing-has-3-bot", "frame_count", 0},
        Fault{"05-zero-length-sequence-with-items/empty-item", "sequence_length", 0},
        Fault{"05-zero-length-sequence-with-items/private-last", "sequence_length", 0},
        Fault{"06-rle-oddities/segment-one-too-long", "rle_surplus", 0},
        Fault{"11-order/pixel-data-before-rows", "element_order", 0},
        Fault{"16-dicom-jpeg/no-eoi", "no_end_marker", 0}),
    [](const auto& info) {
      std::string name = info.param.file;
      name = name.substr(name.rfind('/') + 1);
      std::ranges::replace(name, '-', '_');
      return name;
    });

}  // namespace
}  // namespace radflow
