// What a person sees in a terminal: nothing is wider, nothing stands on the bar's row.
#include "cli/terminal.hpp"

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "cli/command.hpp"
#include "connectors/kafka/librdkafka/mock_broker.hpp"
#include "tests/cli/program.hpp"
#include "tests/connectors/temporary_folder.hpp"

namespace radflow::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Terminal, ShortensWithAnEllipsis) {
  EXPECT_EQ(shorten("pneumonia", 9), "pneumonia");
  EXPECT_EQ(shorten("pneumonia", 8), "pneum...");
  EXPECT_EQ(shorten("pneumonia", 8, Keep::End), "...monia");
  EXPECT_EQ(shorten("pneumonia", 2), "..");
  EXPECT_EQ(shorten("pneumonia", 3, Keep::End), "...");
  EXPECT_EQ(shorten("Lungenentz\u00fcndung", 13, Keep::End), "...entz\u00fcndung") << "characters, not bytes";
  EXPECT_EQ(shorten("\u00fc\u00fc\u00fc\u00fc\u00fc", 4), "\u00fc...");
}

TEST(Terminal, CountsWhatIsOneOfTwo) {
  EXPECT_EQ(counted(1, "record"), "1 record");
  EXPECT_EQ(counted(2, "record"), "2 records");
  EXPECT_EQ(counted(0, "record or frame"), "0 records or frames");
  EXPECT_EQ(counted(1, "record or frame"), "1 record or frame");
}

TEST(Terminal, TheWidestColumnsGiveWay) {
  EXPECT_THAT(fit_columns({36, 7, 34, 12, 9}, 5, 200), ElementsAre(36, 7, 34, 12, 9));
  EXPECT_THAT(fit_columns({36, 7, 34, 12, 9}, 5, 80), ElementsAre(23, 7, 24, 12, 9));
  EXPECT_THAT(fit_columns({10, 10}, 1, 3), ElementsAre(4, 4)) << "and stay something";
}

// What stands in each row, as a terminal shows it: later writing over earlier. Too long a row goes on below.
std::vector<std::string> rows(const std::string& written, std::size_t columns) {
  std::vector<std::string> all(1);
  std::size_t at = 0;
  for (std::size_t i = 0; i < written.size(); ++i) {
    if (written[i] == '\n') {
      all.emplace_back();
      at = 0;
    } else if (written[i] == '\r') {
      at = 0;
    } else if (written.compare(i, 3, "\x1b[K") == 0) {
      all.back().resize(at);
      i += 2;
    } else if (written[i] == '\x1b') {
      i = written.find('m', i);
    } else {
      if (at == columns) {
        all.emplace_back();
        at = 0;
      }
      if (all.back().size() <= at) all.back().resize(at + 1, ' ');
      all.back()[at++] = written[i];
    }
  }
  return all;
}

TEST(Terminal, RowsOfTheDemonstrationFitAndNoneIsGluedToTheBar) {
  const TemporaryFolder folder;
  folder.write("scans/a_very_long_folder_name/of_a_very_long_study/with_one_file_in_it.png", "no picture");
  constexpr std::size_t columns = 60;
  const Ran ran = run_in_terminal(columns, "demo " + folder.path("scans"));
  bool logged = false, head = false, letter = false;
  std::ptrdiff_t bars = 0;
  for (const std::string& row : rows(ran.out, columns)) {
    bars += row.starts_with("demo  [");
    if (row.find("source kafka: t") != std::string::npos) logged = row.starts_with("20");
    head |= row.starts_with("KEY") && row.ends_with("TOOK");
    letter |= row.starts_with("...") && row.ends_with("  dead letter: truncated in decode");
  }
  EXPECT_TRUE(logged) << ran.out;
  EXPECT_TRUE(head && letter) << ran.out;
  EXPECT_EQ(bars, 1) << "only the last one stays\n" << ran.out;
}

TEST(Terminal, TheDeadLettersOfADryRunFit) {
  kafka::MockBroker broker;
  const std::string topic = "frames-of-a-topic-with-a-name-that-is-long",
                    name = "a_node_that_is_called_so_too";
  for (const std::string& made : {topic, std::string{"dead"}}) broker.make_topic(made, 1);
  const TemporaryFolder folder;
  folder.write("scans/broken.png", "no picture");
  folder.write("graph.yaml", "kafka: {bootstrap.servers: '" + broker.servers() +
                                 "'}\nsources: [kafka: {topic: " + topic +
                                 "}]\nnodes:\n  - decode:\n    name: " + name +
                                 "\nsinks:\n  - stdout\n  - kafka: {topic: dead}\n    from: errors\n");
  ASSERT_EQ(run_program("send " + folder.path("scans") + " --topic " + topic + " --broker " +
                        broker.servers() + " 2>/dev/null")
                .code,
            exit_ok);
  const std::string graph = folder.path("graph.yaml") + " --set http.listen=127.0.0.1:0 ";
  ASSERT_EQ(run_program("run " + graph + "--until-caught-up 2>/dev/null").code, exit_dead_letters);

  const std::string wide = run_program("replay " + graph + "--dry-run 2>/dev/null").out;
  EXPECT_THAT(wide, AllOf(HasSubstr("  " + name + "  " + topic + ":0:0  "), HasSubstr(topic + ":0:0\n")));
  const std::vector<std::string> narrow =
      rows(run_in_terminal(80, "replay " + graph + "--dry-run 2>/dev/null").out, 1000);
  ASSERT_GE(narrow.size(), 3u);
  for (const std::string& row : narrow) EXPECT_LE(row.size(), 80u) << row;
  EXPECT_THAT(narrow[1], AllOf(HasSubstr("a_node_that_"), ::testing::EndsWith(":0:0")));
}

// What takes seconds each would be "0/s" otherwise, with any time that is left.
TEST(Terminal, SlowProgressIsSaidByTheMinute) {
  testing::internal::CaptureStderr();
  {
    ProgressBar bar{"select", 4};
    std::this_thread::sleep_for(std::chrono::milliseconds{1100});
    bar.update(1);
  }
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              testing::ContainsRegex("1/4  25 %  [0-9.]+/min  in 00:01"));
}

}  // namespace
}  // namespace radflow::cli
