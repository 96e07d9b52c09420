#include "graph/dead_letter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace radflow {
namespace {

using testing::ElementsAre;

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
  Record letter = make_dead_letter(record(), graph, failures, "xxh3:1", true);
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
  const auto read = read_dead_letter(make_dead_letter(record(), graph, failures, "xxh3:1", false));
  ASSERT_TRUE(read);
  EXPECT_FALSE(read->with_bytes);
  EXPECT_TRUE(read->original.value.empty());
  EXPECT_EQ(read->input_digest, "xxh3:1");
}

TEST(DeadLetter, OfADeadLetterGivesTheDeadLetterBack) {
  Record inner = make_dead_letter(record(), graph, failures, "xxh3:1", true);
  inner.position = {"dead-letters", 0, 4};
  const auto read = read_dead_letter(make_dead_letter(inner, graph, failures, "xxh3:1", true));
  ASSERT_TRUE(read);
  expect_same(read->original, inner);
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
