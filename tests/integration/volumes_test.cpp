// A series on a topic, slice by slice, and the volume that it makes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/cli/program.hpp"
#include "tests/connectors/temporary_folder.hpp"
#include "tests/integration/real_broker.hpp"
#include "tests/needs.hpp"

namespace radflow {
namespace {

namespace fs = std::filesystem;

using cli::run_program;
using testing::HasSubstr;

class KafkaVolumes : public WithTopics {
 protected:
  void SetUp() override {
    RADFLOW_NEEDS("decode/dicom");
    if (!fs::exists(patient)) GTEST_SKIP() << "needs Debian's package python3-pydicom";
    WithTopics::SetUp();
  }
  std::string graph(const std::string& assemble) const {
    return fmt::format(
        "graph: volumes\nkafka: {{bootstrap.servers: '{}'}}\n"
        "sources:\n  - kafka: {{topic: {}, group: {}}}\n"
        "nodes:\n  - decode\n  - assemble: {}\n"
        "sinks:\n  - kafka: {{topic: {}}}\n    name: results\n"
        "  - kafka: {{topic: {}}}\n    name: dead\n    from: errors\n",
        broker().servers(), in, in, assemble, out, dead);
  }
  void send(const std::string& folder) const {
    const cli::Ran sent = run_program(fmt::format(
        "send {} --key folder --count slices --broker {} --topic {} 2>&1", folder, broker().servers(), in));
    EXPECT_EQ(sent.code, 0) << sent.out;
  }

  const fs::path patient = "/usr/lib/python3/dist-packages/pydicom/data/test_files/dicomdirtests/98892001";
  const TemporaryFolder folder;
};

TEST_F(KafkaVolumes, TheSenderSaysHowManySlicesASeriesHas) {
  fs::create_directories(folder.path("scans"));
  fs::copy(patient / "CT5N", folder.path("scans/whole"));
  fs::copy(patient / "CT5N", folder.path("scans/doubled"));
  fs::copy(patient / "CT5N/2062", folder.path("scans/doubled/again"));
  send(folder.path("scans"));
  folder.write("graph.yaml", graph("{by: key, count: header:slices}"));
  const cli::Ran ran = run_program("run " + folder.path("graph.yaml") + " --until-caught-up 2>&1");
  EXPECT_EQ(ran.code, 3) << ran.out;

  const auto results = broker().read_all(out);
  ASSERT_EQ(results.size(), 1U) << ran.out;
  const auto volume = nlohmann::json::parse(results.front().value.text());
  EXPECT_EQ(volume["kind"], "volume");
  EXPECT_EQ(volume["key"], "whole");
  EXPECT_EQ(volume["slices"], 5);
  EXPECT_EQ(volume["members"].size(), 5U);
  EXPECT_EQ(volume["slice_spacing_mm"], 2.5);
  EXPECT_EQ(volume["position_mm"], (nlohmann::json{-72.199997, -143.0, -1.2375}));
  EXPECT_FALSE(volume["dicom"].contains("SOPInstanceUID")) << "each slice has its own";

  const auto letters = broker().read_all(dead);
  EXPECT_EQ(letters.size(), 6U) << "every slice of the series that is no volume";
  for (const Record& letter : letters) EXPECT_EQ(letter.header("radflow-error-reason"), "same_place");
}

}  // namespace
}  // namespace radflow
