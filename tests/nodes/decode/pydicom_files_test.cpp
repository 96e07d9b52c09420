// The files that pydicom is tested with, as Debian's package python3-pydicom ships them: each has an outcome.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <map>

#include "tests/nodes/decode/decode_fixture.hpp"
#include "tests/nodes/decode/stored_bytes.hpp"

namespace radflow {
namespace {

// RADFLOW_PYDICOM_FILES names them where the package is unpacked elsewhere.
const std::filesystem::path files = [] {
  const char* named = std::getenv("RADFLOW_PYDICOM_FILES");
  return named ? named : "/usr/lib/python3/dist-packages/pydicom/data/test_files";
}();

// "read" or the reason; of what pydicom 2.3.1 reads with numpy alone, also the SHA-256 of its stored values.
struct Expected {
  std::string outcome, digest;
};

std::map<std::string, Expected> expected_outcomes() {
  std::map<std::string, Expected> list;
  std::ifstream csv{std::filesystem::path{source_folder} / "tests/nodes/decode/pydicom_files.csv"};
  std::string line;
  std::getline(csv, line);
  while (std::getline(csv, line)) {
    const std::size_t first = line.find(','), last = line.rfind(',');
    list[line.substr(0, first)] = {line.substr(first + 1, last - first - 1), line.substr(last + 1)};
  }
  return list;
}

std::string outcome_of(const DecodeNode::Answer& answer) {
  if (!answer.failed.empty()) return answer.failed;
  for (const auto& piece : answer.pieces)
    if (!piece.value) return piece.value.error().reason;
  return "read";
}

TEST(PydicomFiles, EachIsReadOrRefusedWithItsReasonAndTheValuesArePydicoms) {
  if (!std::filesystem::exists(files)) GTEST_SKIP() << "needs Debian's package python3-pydicom";
  const auto expected = expected_outcomes();
  ASSERT_EQ(expected.size(), 165);
  const DecodeNode decode;
  int known = 0, compared = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{files}) {
    const std::string name = entry.path().lexically_relative(files).generic_string();
    const auto row = expected.find(name);
    if (!entry.is_regular_file() || row == expected.end()) continue;  // of a newer pydicom
    SCOPED_TRACE(name);
    ++known;
    const std::string bytes = file_bytes(entry.path());
    const auto answer = decode(bytes);
    EXPECT_EQ(outcome_of(answer), row->second.outcome) << answer.detail;
    if (row->second.digest.empty()) continue;
    const auto image = DicomImage::open(as_span(bytes), {}, {});
    ASSERT_TRUE(image) << image.error().detail;
    const auto stored = stored_bytes(*image);
    ASSERT_TRUE(stored) << stored.error().detail;
    EXPECT_EQ(sha256(*stored), row->second.digest);
    ++compared;
  }
  EXPECT_GE(known, 90) << "the package has other files than pydicom 2.3.1";
  EXPECT_GE(compared, 45);
}

}  // namespace
}  // namespace radflow
