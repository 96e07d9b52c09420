// radflow replay where dead letters lack the bytes: it fetches them from where the record stood, or names the record.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <thread>

#include "graph/digest.hpp"
#include "tests/integration/replay.hpp"
#include "tests/nodes/decode/dicom/builder.hpp"

namespace radflow::replaying {
namespace {

using cli::Ran;
using testing::HasSubstr;

TEST_F(Replay, FetchesWhatWasTooLargeForADeadLetterOrNamesIt) {
  dead = broker().make_topic("small", 1, {{"max.message.bytes", "2000"}});
  write();
  broker().produce(in, frames(10, 64), 0);
  ASSERT_EQ(run("--set nodes.decode.max_pixels=100").code, 3);
  for (const Record& letter : broker().read_all(dead))
    ASSERT_TRUE(letter.value.size() == 64 || letter.value.empty()) << letter.value.size();
  const Ran repaired = replay();
  EXPECT_EQ(repaired.code, 3) << repaired.out;
  EXPECT_THAT(repaired.out, HasSubstr("10 records, 8 results, 2 dead letters"));
  EXPECT_EQ(results(out).size(), 8u);

  // The topic is made anew: other records stand there now, and fewer.
  broker().delete_topic(in);
  std::vector<Record> others = frames(12, 64);
  others.erase(others.begin(), others.begin() + 10);
  std::this_thread::sleep_for(std::chrono::seconds{2});
  broker().make_topic_named(in, 3);
  broker().produce(in, others, 0);
  const Ran gone = replay("--again --dry-run");
  EXPECT_EQ(gone.code, 3) << gone.out;
  EXPECT_THAT(gone.out, HasSubstr(in + ":0:1 cannot be replayed: its dead letter has no bytes, and its topic "
                                       "has another record at that offset"));
  EXPECT_THAT(gone.out, HasSubstr(in + ":0:4 cannot be replayed: its dead letter has no bytes, and its topic "
                                       "does not hold that offset any more"));
  EXPECT_THAT(gone.out, HasSubstr("8 dead letters without bytes cannot be replayed"));
  EXPECT_THAT(gone.out, HasSubstr("2 records would be replayed"));
}

TEST_F(Replay, FetchesWhatHadTooLargeHeadersForADeadLetter) {
  dead = broker().make_topic("small", 1, {{"max.message.bytes", "2000"}});
  write();
  std::vector<Record> large = frames(10, 16);
  for (Record& record : large) record.headers.push_back({"huge", std::string(100'000, 'x')});
  broker().produce(in, large, 0);
  const Ran broken = run("--set nodes.decode.max_pixels=100");
  ASSERT_EQ(broken.code, 3) << broken.out;
  const auto letters = broker().read_all(dead);
  ASSERT_EQ(letters.size(), 10u);
  for (const Record& letter : letters) {
    EXPECT_FALSE(letter.header("huge"));
    EXPECT_TRUE(letter.key);
    EXPECT_THAT(std::string{letter.header("radflow-error").value()}, HasSubstr(R"("largest":["huge")"));
  }
  const Ran repaired = replay();
  EXPECT_EQ(repaired.code, 3) << repaired.out;
  EXPECT_THAT(repaired.out, HasSubstr("10 records, 8 results, 2 dead letters"));
  EXPECT_EQ(results(out).size(), 8u);

  // What is passed by goes the same way.
  const Ran skipped = run(fmt::format("--set sources.kafka.group=other --skip {}:0:1", in));
  EXPECT_EQ(skipped.code, 3) << skipped.out;
  EXPECT_EQ(broker().read_all(dead).back().header("huge"), std::nullopt);
}

TEST_F(Replay, OfAFileOfVeryManyFailingFrames) {
  std::string yaml = folder.read("graph.yaml");
  folder.write("graph.yaml", yaml.insert(yaml.find("  - histogram"), "  - window\n"));
  constexpr std::size_t many = 100'000;
  DicomBuilder file{2, 2};  // without a window
  file.bits(8, 8, false).text(DCM_NumberOfFrames, std::to_string(many));
  const std::string bytes = file.pixels(std::vector<Uint16>(2 * many, 7)).bytes();
  broker().produce(in, {{Bytes::of(bytes), "many", {}, an_hour_ago()}});
  const Ran ran = run();
  EXPECT_EQ(ran.code, 3) << ran.out;
  const auto letters = broker().read_all(dead);
  ASSERT_EQ(letters.size(), 1u);
  EXPECT_EQ(letters[0].value.text(), bytes) << "only the list was too long";
  EXPECT_THAT(std::string{letters[0].header("radflow-error").value()}, HasSubstr(R"("count":99900})"));
  EXPECT_THAT(replay("--dry-run").out, HasSubstr("1 record would be replayed"));
}

// What is fetched by a claim is fetched again, of dead letters as of ranges.
TEST_F(Replay, FetchesWhatClaimsLeadTo) {
  const std::vector<Record> whole = frames(10, 32);
  std::vector<Record> claims = whole;
  for (std::size_t i = 0; i < claims.size(); ++i) {
    const std::string name = fmt::format("objects/{}", i), bytes{whole[i].value.text()};
    folder.write(name, bytes);
    claims[i].value = {};
    claims[i].headers.push_back({"ce_dataref", "file://" + folder.path(name)});
    claims[i].headers.push_back(
        {"ce_datarefsha256", sha256_digest(bytes).substr(std::string_view{"sha256:"}.size())});
  }
  broker().produce(in, claims, 0);
  const std::string allow =
      fmt::format("--set \"sources.kafka.claim_check.allow=['file://{}/']\" ", folder.path("objects"));
  const Ran broken = run(allow + "--set nodes.decode.max_pixels=100");
  ASSERT_EQ(broken.code, 3) << broken.out;
  const Ran letters = replay(allow);
  EXPECT_THAT(letters.out, HasSubstr("10 records, 8 results, 2 dead letters"));
  const std::string again = broker().make_topic("again", 2);
  const Ran range = replay(fmt::format("{} --set sinks.kafka.topic={} --range {}:0:0-9", allow, again, in));
  EXPECT_THAT(range.out, HasSubstr("10 records, 8 results, 2 dead letters"));
  EXPECT_EQ(results(again), results(out));
}

}  // namespace
}  // namespace radflow::replaying
