#include "tests/ledger/verify.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/ledger/schedule.hpp"

namespace radflow::ledger {
namespace {

using std::chrono::milliseconds;

// 100 frames of one key, so that all of them have to keep their order.
class VerifyResults : public testing::Test {
 protected:
  // All parts of frame n.
  void find(std::uint64_t n) {
    for (std::uint32_t part = 0; part < frames.parts(n); ++part) verify.found(0, frames.key(n), n, part);
  }
  void find_all(std::uint64_t from = 0) {
    for (std::uint64_t n = from; n < frames.count(); ++n) find(n);
  }
  // The first frame at or after `n` that gives one result.
  std::uint64_t plain(std::uint64_t n) const {
    while (frames.kind(n) != Kind::Plain) ++n;
    return n;
  }

  Frames frames{1, 100, 1};
  Verify verify{frames, Verify::What::Results};
};

TEST_F(VerifyResults, FindsNothingWrongWithAll) {
  find_all();
  const Counts counts = verify.counts();
  EXPECT_GT(counts.expected, 80u);
  EXPECT_EQ(counts, (Counts{.expected = counts.expected, .found = counts.expected}));
}

TEST_F(VerifyResults, CountsLost) {
  const std::uint64_t missing = plain(10);
  for (std::uint64_t n = 0; n < frames.count(); ++n)
    if (n != missing) find(n);
  EXPECT_EQ(verify.counts().lost, 1u);
  EXPECT_EQ(verify.counts().reordered, 0u);
}

TEST_F(VerifyResults, CountsRepeatedButNotAsReordered) {
  for (std::uint64_t n = 0; n < 50; ++n) find(n);
  find_all(plain(20));  // as after a restart
  const Counts counts = verify.counts();
  std::uint64_t results = 0, records = 0;
  for (std::uint64_t n = plain(20); n < 50; ++n) {
    results += frames.parts(n);
    records += frames.parts(n) > 0;
  }
  EXPECT_EQ(counts.repeated, results);
  EXPECT_EQ(counts.repeated_records, records);
  EXPECT_EQ(counts.lost, 0u);
  EXPECT_EQ(counts.reordered, 0u);
}

TEST_F(VerifyResults, CountsReorderedPerKey) {
  const std::uint64_t first = plain(0), second = plain(first + 1);
  find(second);
  find(first);
  EXPECT_EQ(verify.counts().reordered, 1u);

  Frames many{1, 100, 50};
  Verify other{many, Verify::What::Results};
  for (std::uint64_t n = many.count(); n-- > 0;)  // backwards: only frames that share a key are out of order
    if (many.kind(n) == Kind::Plain && many.key(n) != many.key(plain(0))) other.found(0, many.key(n), n, 0);
  std::uint64_t plain_frames = 0;
  std::map<std::string, std::uint64_t> by_key;
  for (std::uint64_t n = 0; n < many.count(); ++n)
    if (many.kind(n) == Kind::Plain && many.key(n) != many.key(plain(0)))
      ++by_key[many.key(n)], ++plain_frames;
  EXPECT_EQ(other.counts().reordered, plain_frames - by_key.size());
}

TEST_F(VerifyResults, CountsWhatMustNotBeThere) {
  find_all();
  std::uint64_t bad = 0;
  while (frames.kind(bad) != Kind::Bad) ++bad;
  verify.found(0, frames.key(bad), bad, 0);           // is a dead letter
  verify.found(0, frames.key(0), frames.count(), 0);  // never sent
  verify.found(0, "other", plain(0), 0);
  EXPECT_EQ(verify.counts().wrong, 3u);
  EXPECT_EQ(verify.counts().repeated, 0u);
}

TEST(Frames, CarryTheirNumber) {
  const Frames frames{7, 1'000'000, 10};
  const auto pixels = frames.pixels(123'456, 0);
  EXPECT_EQ(number_in({pixels.begin(), pixels.end()}), 123'456u);
  EXPECT_NE(frames.pixels(123'456, 1), pixels);
  EXPECT_EQ(frames.record(5).value.text(), Frames(7, 1'000'000, 10).record(5).value.text());
}

int count(const std::vector<Action>& actions, Act act) {
  return static_cast<int>(std::ranges::count(actions, act, &Action::act));
}

TEST(Schedule, FollowsFromItsSeed) {
  const Faults faults = parse_faults("kill=5,term=4,pause=3,join=2,leave=2,bounce=1,crash=1");
  const auto schedule = make_schedule(1, 3, faults, milliseconds{60'000});
  EXPECT_EQ(schedule, make_schedule(1, 3, faults, milliseconds{60'000}));
  EXPECT_NE(schedule, make_schedule(2, 3, faults, milliseconds{60'000}));
  EXPECT_EQ(count(schedule, Act::Kill), 5);
  EXPECT_EQ(count(schedule, Act::Start), 3 + 5 + 4 + 2);
  EXPECT_EQ(count(schedule, Act::Terminate), 4 + 2);
  EXPECT_EQ(count(schedule, Act::Pause), 3);
  EXPECT_EQ(count(schedule, Act::Continue), 3);
  EXPECT_EQ(count(schedule, Act::StopBroker), 1);
  EXPECT_EQ(count(schedule, Act::KillBroker), 1);
  EXPECT_EQ(count(schedule, Act::StartBroker), 2);
}

// Whatever the seed: nothing is done to a process that is not there, and one stays alive.
TEST(Schedule, NeverDisturbsAProcessThatIsNotRunning) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    std::map<int, bool> running;
    for (const Action& action : make_schedule(
             seed, 2, parse_faults("kill=20,term=5,pause=9,join=20,leave=20"), milliseconds{30'000})) {
      if (action.act == Act::Start || action.act == Act::Continue) {
        ASSERT_FALSE(running[action.process]) << "seed " << seed;
        running[action.process] = true;
      } else {
        ASSERT_TRUE(running[action.process]) << "seed " << seed;
        running[action.process] = false;
      }
    }
    EXPECT_GE(std::ranges::count_if(running, [](const auto& entry) { return entry.second; }), 1);
  }
}

TEST(Schedule, SaysWhatAFaultIs) {
  EXPECT_THROW(parse_faults("explode=1"), std::invalid_argument);
  EXPECT_THROW(parse_faults("kill"), std::invalid_argument);
  EXPECT_THROW(make_schedule(1, 1, parse_faults("leave=1"), milliseconds{1000}), std::invalid_argument);
}

}  // namespace
}  // namespace radflow::ledger
