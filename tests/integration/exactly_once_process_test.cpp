// delivery: exactly_once by radflow as processes of their own, which are killed, paused and joined by others.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <csignal>
#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>
#include <random>
#include <regex>

#include "cli/command.hpp"
#include "tests/connectors/temporary_folder.hpp"
#include "tests/integration/exactly_once.hpp"
#include "tests/integration/process.hpp"
#include "tests/paths.hpp"

namespace radflow::exactly_once {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

class ExactlyOnceProcess : public ExactlyOnce {
 protected:
  // Frames that take about 4 ms each.
  void produce_frames(int count) {
    cv::Mat picture(192, 192, CV_8U);
    cv::randu(picture, 0, 256);
    std::vector<unsigned char> png;
    cv::imencode(".png", picture, png);
    std::vector<Record> records = numbered(count);
    for (Record& record : records) record.value = Bytes::copy(png.data(), png.size());
    broker().produce(in, records);
    folder.write("graph.yaml", connectors("nodes:\n  - decode\n  - gaussian_blur: {sigma: 8}\n"
                                          "  - histogram: {bins: 4, range: [0, 256]}\n"));
  }

  std::unique_ptr<Process> start(const std::vector<std::string>& more_options = {}) const {
    std::vector<std::string> command{radflow_program, "run", folder.path("graph.yaml")};
    command.insert(command.end(), more_options.begin(), more_options.end());
    return std::make_unique<Process>(command, folder.path("log"));
  }
  std::string log() const { return folder.read("log"); }

  Ledger results() const {
    Ledger ledger;
    for (const Record& record : broker().read_all(out)) {
      const auto json = nlohmann::json::parse(record.value.text());
      ledger.add(record.key.value_or(""), json.at("partition"), json.at("offset"));
    }
    return ledger;
  }

  TemporaryFolder folder;
};

TEST_F(ExactlyOnceProcess, KilledAgainAndAgainItLosesAndRepeatsNothing) {
  make_topics(2);
  more = ", group.instance.id: one";  // comes back at once, under the same transactional.id
  constexpr int frames = 3000;
  produce_frames(frames);
  std::mt19937 random{4};
  int kills = 0;
  for (std::int64_t reached = 0; kills < 8 && committed() < frames - 200; ++kills) {
    const auto process = start();
    // At work, then anywhere within two transactions.
    ASSERT_TRUE(eventually([&] { return committed() > reached; })) << log();
    std::this_thread::sleep_for(std::chrono::milliseconds{random() % 250});
    process->signal(SIGKILL);
    process->wait(10s);
    reached = committed();
  }
  EXPECT_GE(kills, 3);
  EXPECT_EQ(start({"--until-caught-up"})->wait(90s), 0) << log();
  results().expect(frames);
  EXPECT_EQ(committed(), frames);
}

TEST_F(ExactlyOnceProcess, SaysWhatOfItsWorkIsNotCommitted) {
  if (!broker().own()) GTEST_SKIP() << "stops the broker: unset RADFLOW_BROKER";
  make_topics(2);
  produce_frames(3000);
  const auto process = start({"--set", "drain=1s", "--set", "sources.kafka.session.timeout.ms=30000"});
  ASSERT_TRUE(eventually([&] { return committed() > 100; })) << log();
  broker().stop();
  process->signal(SIGTERM);
  EXPECT_EQ(process->wait(90s), static_cast<int>(cli::exit_interrupted)) << log();
  const std::string said = log();
  std::smatch read, left;
  ASSERT_TRUE(std::regex_search(said, read, std::regex{"(\\d+) records, "})) << said;
  ASSERT_TRUE(std::regex_search(
      said, left, std::regex{"(\\d+) records? of a transaction that was not committed; the next start"}))
      << said;
  broker().start();
  ASSERT_TRUE(eventually([&] { return committed() > 0; }));
  EXPECT_GE(committed() + std::stoll(left[1]), std::stoll(read[1])) << said;
}

TEST_F(ExactlyOnceProcess, AZombieCannotCommit) {
  make_topics(2);
  constexpr int frames = 2000;
  produce_frames(frames);
  const auto zombie = start();
  ASSERT_TRUE(eventually([&] { return committed() > 100; })) << log();
  zombie->signal(SIGSTOP);
  std::this_thread::sleep_for(3s);  // beyond session.timeout.ms
  const std::int64_t reached = committed();
  const auto heir = start();
  ASSERT_TRUE(eventually([&] { return committed() > reached + 200; })) << log();
  zombie->signal(SIGCONT);
  EXPECT_TRUE(eventually([&] { return committed() == frames; })) << committed() << log();
  zombie->signal(SIGTERM);
  EXPECT_EQ(zombie->wait(60s), 0) << "it is a member again\n" << log();
  heir->signal(SIGTERM);
  EXPECT_EQ(heir->wait(60s), static_cast<int>(cli::exit_ok)) << log();
  results().expect(frames);
}

// The group has room for one of them: for the zombie if it finds out by itself that its time is over.
TEST_F(ExactlyOnceProcess, OfAZombieAndAnHeirOfItsNameOneStops) {
  make_topics(2);
  more = ", group.instance.id: one";
  constexpr int frames = 2000;
  produce_frames(frames);
  const auto zombie = start();
  ASSERT_TRUE(eventually([&] { return committed() > 100; })) << log();
  zombie->signal(SIGSTOP);
  std::this_thread::sleep_for(3s);
  const std::int64_t reached = committed();
  const auto heir = start();
  ASSERT_TRUE(eventually([&] { return committed() > reached + 200; })) << log();
  zombie->signal(SIGCONT);
  EXPECT_TRUE(eventually([&] { return committed() == frames; })) << committed() << log();
  for (const auto& process : {zombie.get(), heir.get()}) process->signal(SIGTERM);
  EXPECT_THAT((std::vector{zombie->wait(60s), heir->wait(60s)}), UnorderedElementsAre(0, 1)) << log();
  EXPECT_THAT(log(), HasSubstr("Static consumer fenced by other consumer"));
  results().expect(frames);
}

}  // namespace
}  // namespace radflow::exactly_once
