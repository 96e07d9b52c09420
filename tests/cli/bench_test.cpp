// radflow bench: its figures by hand, and as a user runs it.
#include "cli/bench.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/cli/commands.hpp"
#include "tests/needs.hpp"

namespace radflow::cli {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;

// Ten records; `slow` was measured twice and called ten times, `quick` never measured.
PipelineStats ten_records() {
  PipelineStats stats;
  stats.sources.push_back({"in", "files", 10, 1000, "", {}});
  NodeStats slow{"slow", "lbp", 10, 10, 0, {}, {}};
  slow.duration.counts[6] = 2;
  slow.duration.sum = 0.002;
  stats.nodes = {slow, {"quick", "histogram", 10, 10, 0, {}, {}}};
  stats.records_failed = 1;
  return stats;
}

TEST(Bench, SampledCallsStandForAllOfThem) {
  BenchedRound round;
  round.add(ten_records(), 0.5);
  round.add(ten_records(), 0.5);
  EXPECT_EQ(round.records, 20u);
  EXPECT_EQ(round.failed, 2u);
  EXPECT_DOUBLE_EQ(round.rate(), 20);
  EXPECT_DOUBLE_EQ(round.nodes[0].seconds, 0.02);
  EXPECT_DOUBLE_EQ(round.computed(), 0.001);
}

TEST(Bench, TellsTheMedianTheGainAndTheLimit) {
  std::vector<BenchedWorkers> all{{1, {}}, {2, {}}};
  for (const double seconds : {0.02, 0.01, 0.04}) all[0].rounds.emplace_back().add(ten_records(), seconds);
  all[1].rounds.emplace_back().add(ten_records(), 0.01);
  const auto json = nlohmann::json::parse(bench_json("g", all));
  EXPECT_DOUBLE_EQ(json["workers"][0]["records_per_second"], 500);
  EXPECT_DOUBLE_EQ(json["workers"][0]["limit_records_per_second"], 1000);
  EXPECT_DOUBLE_EQ(json["workers"][1]["gain"], 2);
  EXPECT_DOUBLE_EQ(json["workers"][1]["limit_records_per_second"], 2000);
  const std::string text = bench_text("g", all);
  EXPECT_THAT(text, ContainsRegex("1 +500\\.0 +250\\.0 to 1000\\.0 +1\\.00 +50%"));
  EXPECT_THAT(text, ContainsRegex("slow +1000\\.0 +100\\.0%"));
  EXPECT_THAT(text, HasSubstr("a run lasts 20 ms"));
  EXPECT_THAT(text, HasSubstr("1 of 10 records failed"));
}

class BenchCommand : public Commands {};

TEST_F(BenchCommand, MeasuresAGraph) {
  RADFLOW_NEEDS("features");
  const std::string graph = write(R"(
graph: texture
sources: [phantom: {count: 20, width: 32, height: 32, depth: 8}]
nodes:
  - decode
  - lbp: {points: 8, radius: 1, method: uniform}
  - histogram
sinks: [kafka: {topic: results}]
kafka: {bootstrap.servers: nowhere:1}
)");
  const Ran ran = run_program("bench " + graph + " --seconds 0.1 --workers 1,2 --json 2>/dev/null");
  ASSERT_EQ(ran.code, exit_ok) << ran.out;
  const auto json = nlohmann::json::parse(ran.out);
  ASSERT_EQ(json["workers"].size(), 2u);
  for (const auto& one : json["workers"]) {
    EXPECT_EQ(one["rounds"].size(), 3u);
    EXPECT_GT(one["records_per_second"], 0);
    EXPECT_EQ(one["records"].get<int>() % 20, 0);
    EXPECT_EQ(one["failed"], 0);
    EXPECT_EQ(one["nodes"][1]["type"], "lbp");
    EXPECT_GT(one["nodes"][1]["us"], 0);
  }
}

TEST_F(BenchCommand, ASignalEndsItAndNothingIsLeft) {
  const std::string graph = write(R"(
graph: texture
sources: [phantom: {count: 2000, width: 32, height: 32, depth: 8}]
nodes: [decode]
sinks: [stdout: ]
)");
  const std::filesystem::path temporary = folder_ / "temporary";
  std::filesystem::create_directories(temporary);
  const Ran ran =
      run_shell("TMPDIR=" + temporary.string() + " timeout --preserve-status -s INT 2 $radflow bench " +
                graph + " --seconds 600 2>&1");
  EXPECT_EQ(ran.code, exit_interrupted) << ran.out;
  EXPECT_TRUE(std::filesystem::is_empty(temporary));
}

TEST_F(BenchCommand, ASourceWithoutAnEndIsRefused) {
  const std::string graph = write(R"(
graph: endless
sources: [phantom: {count: 0, width: 32, height: 32, depth: 8}]
nodes: [decode]
sinks: [stdout: ]
)");
  const Ran ran = run_program("bench " + graph + " 2>&1");
  EXPECT_EQ(ran.code, exit_config) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("--input FOLDER"));
}

}  // namespace
}  // namespace radflow::cli
