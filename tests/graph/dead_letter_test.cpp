#include "graph/dead_letter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace radflow {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

const GraphInfo graph{"lungs", "digest", "xxh3"};
const std::vector<Failure> failures{{{2}, {}, "decode", "decode", {"truncated", "at byte 7"}},
                                    {{3}, {}, "resize", "resize", {"too_large", ""}}};

Record record() {
  return {Bytes::of("bytes"), "key", {{"label", "a"}, {"label", "b"}}, 1'700'000'000'123, {"frames", 2, 17}};
}

void expect_same(const Record& read, const Record& original) {
  EXPECT_EQ(read.value.text(), original.value.text());
  EXPECT_EQ(read.key, original.key);
  EXPECT_EQ(read.headers, original.headers);
  EXPECT_EQ(read.timestamp_ms, original.timestamp_ms);
  EXPECT_EQ(read.position, original.position);
}

TEST(DeadLetter, GivesTheRecordBackThatItIsAbout) {
  Record letter = make_dead_letter(record(), graph, failures, "xxh3:1");
  EXPECT_EQ(letter.timestamp_ms, Record::open_timestamp)
      << "Kafka would delete the letter of an old record at once";
  // As it comes back from the broker.
  letter.position = {"dead-letters", 0, 4, 1};
  letter.timestamp_ms = 5;
  const auto read = read_dead_letter(letter);
  ASSERT_TRUE(read);
  expect_same(read->original, record());
  EXPECT_TRUE(read->with_bytes);
  EXPECT_EQ(read->graph, "lungs");
  EXPECT_THAT(read->nodes, ElementsAre("decode", "resize"));
  EXPECT_THAT(read->reasons, ElementsAre("truncated", "too_large"));
}

TEST(DeadLetter, SaysThatItsBytesWereLeftOut) {
  const auto read = read_dead_letter(make_dead_letter(record(), graph, failures, "xxh3:1", Cut::Bytes));
  ASSERT_TRUE(read);
  EXPECT_FALSE(read->with_bytes);
  EXPECT_TRUE(read->original.value.empty());
  EXPECT_EQ(read->input_digest, "xxh3:1");
}

// A mask that the source fetched is no part of the record, as a value that it fetched is none.
TEST(DeadLetter, DoesNotHaveTheMaskThatIsElsewhere) {
  Record claims = record();
  claims.headers.push_back({"radflow-mask-dataref", "file:///masks/1.png"});
  Record fetched = claims;
  fetched.headers.push_back({"radflow-mask", "bWFzaw=="});
  expect_same(read_dead_letter(make_dead_letter(fetched, graph, failures, "xxh3:1"))->original, claims);
  Record brought = record();
  brought.headers.push_back({"radflow-mask", "bWFzaw=="});
  expect_same(read_dead_letter(make_dead_letter(brought, graph, failures, "xxh3:1"))->original, brought);
}

TEST(DeadLetter, OfADeadLetterGivesTheDeadLetterBack) {
  Record inner = make_dead_letter(record(), graph, failures, "xxh3:1");
  inner.position = {"dead-letters", 0, 4};
  const auto read = read_dead_letter(make_dead_letter(inner, graph, failures, "xxh3:1"));
  ASSERT_TRUE(read);
  expect_same(read->original, inner);
}

TEST(DeadLetter, OfManyFailuresListsAHundredAndCountsTheOthers) {
  std::vector<Failure> many(100'000,
                            {{7}, {{"sop", std::string(64, '1')}}, "decode", "decode", {"bad", "at byte"}});
  many.back().error.reason = "truncated";
  const Record letter = make_dead_letter(record(), graph, many, "xxh3:1");
  EXPECT_LT(letter.header("radflow-error")->size(), 50'000u) << "they took 30 MB";
  EXPECT_THAT(std::string{*letter.header("radflow-error")},
              AllOf(HasSubstr(R"({"node":"decode","reason":"bad","count":99899})"),
                    HasSubstr(R"({"node":"decode","reason":"truncated","count":1})")));
  const auto read = read_dead_letter(letter);
  ASSERT_TRUE(read);
  expect_same(read->original, record());
  EXPECT_THAT(read->reasons, Contains("truncated")) << "replay finds it by --reason";
}

TEST(DeadLetter, LeavesOutTheLargestHeadersFirstAndTheKeyLast) {
  Record large = record();
  large.headers = {{"small", "1"}, {"huge", std::string(100'000, 'x')}, {"label", "a"}};
  Record letter = make_dead_letter(large, graph, failures, "xxh3:1", Cut::Headers);
  EXPECT_THAT(letter.headers, SizeIs(2 + 3)) << "the huge one is out";
  EXPECT_EQ(letter.header("huge"), std::nullopt);
  EXPECT_EQ(letter.key, "key");
  EXPECT_THAT(std::string{*letter.header("radflow-error")},
              HasSubstr(R"("headers_left_out":{"count":1,"bytes":100004,"largest":["huge"]})"));
  auto read = read_dead_letter(letter);
  ASSERT_TRUE(read);
  EXPECT_FALSE(read->with_headers);

  std::optional<Cut> cut = Cut::Nothing;
  std::size_t before = large.bytes() + 10'000;
  for (int steps = 0; (cut = cut_more(large, *cut)); ++steps) {
    ASSERT_LT(steps, 20);
    letter = make_dead_letter(large, graph, failures, "xxh3:1", *cut);
    EXPECT_LE(letter.headers.size(), before);
    before = letter.headers.size();
  }
  EXPECT_EQ(letter.key, std::nullopt);
  EXPECT_THAT(letter.headers, SizeIs(3));
  EXPECT_THAT(std::string{*letter.header("radflow-error")}, HasSubstr(R"("key_left_out":{"bytes":3})"));
  ASSERT_TRUE(read_dead_letter(letter));
}

TEST(DeadLetter, IsNotWhatOnlyHasAHeaderOfThatName) {
  EXPECT_FALSE(read_dead_letter(record()));
  for (const char* other :
       {"", "{", "[]", "{}", "7", R"({"topic":1})", R"({"topic":"t","partition":-1e400})"}) {
    Record record;
    record.headers = {{"radflow-error", other}};
    EXPECT_FALSE(read_dead_letter(record)) << other;
  }
}

}  // namespace
}  // namespace radflow
