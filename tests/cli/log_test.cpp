// What stderr says in a pipe: times, levels and JSON.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <netinet/in.h>
#include <sys/socket.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

#include "cli/failure_warnings.hpp"
#include "tests/cli/program.hpp"

namespace radflow::cli {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::SizeIs;

std::vector<std::string> lines(const std::string& text) {
  std::vector<std::string> all;
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);) all.push_back(line);
  return all;
}

// A graph of which one of two files is no image.
class Log : public ::testing::Test {
 protected:
  Log() {
    std::filesystem::create_directories(folder_ + "/in");
    std::ofstream{folder_ + "/in/broken.dcm"} << "this is no image";
    std::ofstream{folder_ + "/graph.yaml"}
        << "graph: logged\nsources:\n  - files: {path: " << folder_
        << "/in}\nnodes:\n  - decode:\n  - encode:\nsinks:\n  - ndjson: {path: " << folder_
        << "/out.ndjson}\n  - ndjson: {path: " << folder_ << "/dead.ndjson}\n    from: errors\n";
  }
  ~Log() override { std::filesystem::remove_all(folder_); }
  Ran run(const std::string& options) {
    return run_program(options + " run " + folder_ + "/graph.yaml 2>&1 >/dev/null");
  }
  std::string folder_ = ::testing::TempDir() + "log_test." + std::to_string(getpid());
};

TEST_F(Log, EveryLineHasItsTimeAndLevelInAPipe) {
  const Ran ran = run("");
  EXPECT_EQ(ran.code, 3) << ran.out;
  const std::regex dated{R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00 (info|warning|error): .+)"};
  for (const std::string& line : lines(ran.out)) EXPECT_TRUE(std::regex_match(line, dated)) << line;
  EXPECT_THAT(ran.out, HasSubstr(" info: radflow "));
  EXPECT_THAT(ran.out, HasSubstr(" info: 1 record, 0 results, 1 dead letter in "));
}

TEST_F(Log, LeavesOutWhatItsLevelDoesNotAskFor) {
  const Ran warnings = run("--log-level warning");
  EXPECT_EQ(warnings.code, 3) << warnings.out;
  EXPECT_THAT(warnings.out, HasSubstr(" warning: "));
  EXPECT_THAT(warnings.out, ::testing::Not(HasSubstr(" info: ")));
  for (const char* format : {"text", "json"})
    EXPECT_EQ(run(std::string{"--log-level off --log-format "} + format).out, "");
}

TEST_F(Log, IsInUtcWhateverTheTimeZone) {
  const Ran ran = run_shell("date -u +%Y-%m-%dT%H; TZ=Asia/Tokyo $radflow run " + folder_ +
                            "/graph.yaml 2>&1 >/dev/null; date -u +%Y-%m-%dT%H");
  const std::vector<std::string> said = lines(ran.out);
  ASSERT_GE(said.size(), 3U);
  EXPECT_TRUE(said[1].starts_with(said.front()) || said[1].starts_with(said.back())) << ran.out;
}

TEST_F(Log, IsOneJsonObjectPerLine) {
  const Ran ran = run("--log-format json");
  EXPECT_EQ(ran.code, 3) << ran.out;
  int starts = 0, summaries = 0, failures = 0;
  for (const std::string& line : lines(ran.out)) {
    const json said = json::parse(line, nullptr, false);
    ASSERT_TRUE(said.is_object()) << line;
    EXPECT_TRUE(said.contains("time") && said.contains("level") && said.contains("message")) << line;
    if (said.contains("version")) {
      ++starts;
      EXPECT_EQ(said["graph"], "logged");
      EXPECT_TRUE(said["digest"].is_string());
    }
    if (said.contains("records")) {
      ++summaries;
      EXPECT_EQ(said["failed"], 1);
    }
    if (said.contains("first")) {  // not the line of the summary
      ++failures;
      EXPECT_EQ(said["level"], "warning");
      EXPECT_EQ(said["node"], "decode");
      EXPECT_EQ(said["count"], 1);
      EXPECT_THAT(said["first"].get<std::string>(), HasSubstr("in:0:0: "));
    }
  }
  EXPECT_EQ(starts, 1) << ran.out;
  EXPECT_EQ(summaries, 1) << ran.out;
  EXPECT_EQ(failures, 1) << ran.out;
}

TEST_F(Log, LinesOfConnectorsHaveTheirPartsAsFields) {
  std::ofstream{folder_ + "/graph.yaml"}
      << "graph: logged\nsources:\n  - kafka: {topic: t, bootstrap.servers: '127.0.0.1:1'}\n    name: "
         "frames\n"
         "nodes: [decode, lbp, histogram, {lbp: {points: 8}, name: unused, from: decode}]\nsinks:\n  - "
         "ndjson: {path: "
      << folder_ << "/out.ndjson}\n    from: histogram\n";
  const Ran ran = run_shell("timeout -s INT 6 $radflow --log-format json run " + folder_ +
                            "/graph.yaml --set drain=1s 2>&1 >/dev/null");
  int unreachable = 0, unused = 0;
  for (const std::string& line : lines(ran.out)) {
    const json said = json::parse(line, nullptr, false);
    ASSERT_TRUE(said.is_object()) << line;
    if (said["message"].get<std::string>().find("cannot reach Kafka") != std::string::npos) {
      ++unreachable;
      EXPECT_EQ(said["source"], "frames") << line;
      EXPECT_EQ(said["brokers"], "127.0.0.1:1") << line;
      EXPECT_THAT(said["cause"].get<std::string>(), HasSubstr("Connection refused")) << line;
    }
    if (said.contains("file")) {
      ++unused;
      EXPECT_EQ(said["line"], 5) << line;
    }
  }
  EXPECT_EQ(unreachable, 1) << ran.out;
  EXPECT_EQ(unused, 1) << ran.out;
}

TEST_F(Log, TheLinesOfTheSummaryHaveTheirPartsAsFields) {
  const Ran ran = run("--log-format json");
  int failed = 0;
  for (const std::string& line : lines(ran.out)) {
    const json said = json::parse(line, nullptr, false);
    ASSERT_TRUE(said.is_object()) << line;
    if (said["message"].get<std::string>().find("failed in decode") == std::string::npos) continue;
    ++failed;
    EXPECT_EQ(said["node"], "decode") << line;
    EXPECT_EQ(said["count"], 1) << line;
    EXPECT_TRUE(said.contains("reason")) << line;
  }
  EXPECT_EQ(failed, 1) << ran.out;
}

// Somebody has the port, this test if nobody else.
TEST_F(Log, ADefaultPortThatIsTakenIsSaidInFields) {
  const std::string graph = folder_ + "/port.yaml";
  std::ofstream{graph} << "sources:\n  - phantom: {count: 1}\nsinks:\n  - ndjson: {path: " << folder_
                       << "/port.ndjson}\nnodes: [decode, histogram]\n";
  const int door = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(9464);
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool own = bind(door, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0 && listen(door, 1) == 0;
  const Ran ran = run_program("--log-format json run " + graph + " 2>&1 >/dev/null");
  close(door);
  if (!own && ran.out.find("is taken") == std::string::npos) GTEST_SKIP() << "the port was just given up";
  int taken = 0;
  for (const std::string& line : lines(ran.out)) {
    const json said = json::parse(line, nullptr, false);
    ASSERT_TRUE(said.is_object()) << line;
    if (said["message"].get<std::string>().find("is taken") == std::string::npos) continue;
    ++taken;
    EXPECT_EQ(said["level"], "warning") << line;
    EXPECT_EQ(said["port"], 9464) << line;
    EXPECT_EQ(said["cause"], "taken") << line;
    EXPECT_THAT(said["url"].get<std::string>(), ::testing::StartsWith("http://127.0.0.1:")) << line;
  }
  EXPECT_EQ(taken, 1) << ran.out;
}

TEST(LogFormat, TellsAWrongGraphInJsonToo) {
  const Ran ran = run_program("--log-format json run nowhere.yaml 2>&1 >/dev/null");
  EXPECT_EQ(ran.code, 2);
  ASSERT_THAT(lines(ran.out), SizeIs(1));
  const json said = json::parse(ran.out, nullptr, false);
  ASSERT_TRUE(said.is_object()) << ran.out;
  EXPECT_EQ(said["level"], "error");
  EXPECT_THAT(said["message"].get<std::string>(), HasSubstr("nowhere.yaml"));
}

TEST_F(Log, SaysWhereAGraphIsWrongInFieldsToo) {
  std::ofstream{folder_ + "/graph.yaml"} << "sources: [phantom]\nsinks:\n  - stdoud\n";
  const Ran ran = run("--log-format json");
  EXPECT_EQ(ran.code, 2);
  const json said = json::parse(ran.out, nullptr, false);
  ASSERT_TRUE(said.is_object()) << ran.out;
  EXPECT_EQ(said["file"], folder_ + "/graph.yaml");
  EXPECT_EQ(said["line"], 3);
  EXPECT_EQ(said["column"], 5);
}

TEST(LogFormat, TellsAWrongCommandLineInJsonWhereverItIsAskedFor) {
  for (const std::string arguments :
       {"--log-format json run", "run --log-format=json", "run g.yaml --no-such-option --log-format json",
        "--log-format json rum g.yaml", "lint --log-format json", "--log-format json"}) {
    const Ran ran = run_program(arguments + " 2>&1 >/dev/null");
    EXPECT_EQ(ran.code, 2) << arguments;
    ASSERT_THAT(lines(ran.out), SizeIs(1)) << arguments << ": " << ran.out;
    const json said = json::parse(ran.out, nullptr, false);
    ASSERT_TRUE(said.is_object()) << arguments << ": " << ran.out;
    EXPECT_EQ(said["level"], "error");
  }
  const Ran from_environment = run_shell("RADFLOW_LOG_FORMAT=json $radflow run 2>&1");
  EXPECT_TRUE(json::parse(from_environment.out, nullptr, false).is_object()) << from_environment.out;
}

TEST(FailureWarnings, TellWhatASourceRefuses) {
  FailureWarnings warnings;
  PipelineStats stats;
  SourceStats& source = stats.sources.emplace_back();
  source.name = "files";
  source.failures = {{"unreadable", 2, "in:0:17: the file cannot be read"}};
  const auto due = warnings.due(stats, std::chrono::steady_clock::now());
  ASSERT_THAT(due, SizeIs(1));
  EXPECT_EQ(due[0].text(), "files: unreadable: 2 refused, the first at in:0:17: the file cannot be read");
}

TEST(FailureWarnings, ComeOnceAMinuteForEachNodeAndReason) {
  FailureWarnings warnings;
  PipelineStats stats;
  NodeStats& node = stats.nodes.emplace_back();
  node.name = "decode";
  const auto begin = std::chrono::steady_clock::now();
  const auto due = [&](int seconds) { return warnings.due(stats, begin + std::chrono::seconds{seconds}); };
  EXPECT_THAT(due(0), SizeIs(0));
  node.failures = {{"truncated", 3, "frames:0:17: cut"}};
  ASSERT_THAT(due(1), SizeIs(1));
  node.failures[0].count = 10;
  EXPECT_THAT(due(60), SizeIs(0)) << "within the minute";
  node.failures.push_back({"malformed", 1, "frames:0:20: odd"});
  EXPECT_THAT(due(60), SizeIs(1)) << "another reason has its own minute";
  const auto later = due(61);
  ASSERT_THAT(later, SizeIs(1));
  EXPECT_EQ(later[0].text(),
            "decode: truncated: 7 more failed, 10 since the start, the first at frames:0:17: cut");
  EXPECT_THAT(due(200), SizeIs(0)) << "nothing more has failed";
}

}  // namespace
}  // namespace radflow::cli
