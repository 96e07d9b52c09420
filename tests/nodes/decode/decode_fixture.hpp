// What the tests of decode share: the node built from YAML, records from bytes or files, the real files.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "graph/plan.hpp"
#include "nodes/decode/reader.hpp"
#include "nodes/types/frame.hpp"
#include "tests/fake_context.hpp"
#include "tests/paths.hpp"

namespace radflow {

inline std::filesystem::path dicom_data() {
  return std::filesystem::path{source_folder} / "../shared/data/dicom";
}

#define RADFLOW_NEEDS_DICOM_DATA() \
  if (!std::filesystem::exists(dicom_data())) GTEST_SKIP() << "needs the real files at ../shared/data/dicom"

inline std::string file_bytes(const std::filesystem::path& path) {
  std::ifstream in{path, std::ios::binary};
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

inline std::string dicom_file(const std::string& name) { return file_bytes(dicom_data() / "files" / name); }

inline std::vector<std::filesystem::path> all_dicom_files() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{dicom_data() / "files"})
    if (entry.is_regular_file()) paths.push_back(entry.path());
  std::ranges::sort(paths);
  return paths;
}

inline Record record_of(std::string bytes, std::vector<Header> headers = {}) {
  Record record;
  record.value = Bytes::of(std::move(bytes));
  record.headers = std::move(headers);
  return record;
}

// The node's answer: its frames, or the error of the whole record as one part with identity 0 of 0.
class DecodeNode {
 public:
  explicit DecodeNode(std::string_view yaml = "decode: {}") : yaml_{yaml} {}

  struct Answer {
    std::string failed;  // the reason, if the record failed as a whole
    std::string detail;
    std::vector<Outcome::Piece> pieces;
    std::vector<Error> warnings;

    std::size_t size() const { return pieces.size(); }
    const Frame& frame(std::size_t i = 0) const { return pieces.at(i).value->as<Frame>(); }
  };

  Answer operator()(const Record& record) const {
    const Payload payload = Payload::of(record);
    const Payload* inputs[]{&payload};
    FakeContext context;
    context.the_memory = memory;
    Outcome outcome = make_node(yaml_)->call(inputs, context);
    if (outcome.kind == Outcome::Kind::Failed)
      return {outcome.error->reason, outcome.error->detail, {}, context.the_warnings};
    return {"", "", std::move(outcome.pieces), context.the_warnings};
  }
  std::size_t memory = std::size_t{1} << 40;

  Answer operator()(std::string bytes) const { return (*this)(record_of(std::move(bytes))); }

 private:
  std::string yaml_;  // built when it is called: the registry is filled before main()
};

}  // namespace radflow
