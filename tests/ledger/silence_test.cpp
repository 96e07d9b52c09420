#include "tests/ledger/silence.hpp"

#include <gtest/gtest.h>

namespace radflow::ledger {
namespace {

using Ms = Silence::Ms;

TEST(Silence, IsCountedFromTheLastOfResultFrameAndWhatWasDone) {
  Silence silence;
  for (std::uint64_t n = 0; n < 4; ++n) silence.frame(n, Ms{100 * n});
  silence.frame(9, Ms{9000});
  silence.done(Act::Kill, Ms{1000});
  silence.result(0, 0, Ms{50});
  silence.result(0, 1, Ms{130});
  EXPECT_EQ(silence.longest().at(""), Ms{30}) << "its frame came at 100";
  silence.result(0, 2, Ms{7000});
  EXPECT_EQ(silence.longest().at("a kill"), Ms{6000});
  silence.result(0, 3, Ms{7200});
  EXPECT_EQ(silence.longest().at(""), Ms{200});
  silence.result(0, 9, Ms{9010});
  EXPECT_EQ(silence.longest().at(""), Ms{200}) << "nothing was there to come";
  EXPECT_EQ(silence.most(), Ms{6000});
  silence.done(Act::StartBroker, Ms{10'000});
  silence.frame(10, Ms{11'000});
  silence.result(0, 10, Ms{13'000});
  EXPECT_EQ(silence.longest().at("the broker's return"), Ms{2000}) << "though its frame came later still";
}

TEST(Silence, IsOfOnePartition) {
  Silence silence;
  silence.frame(0, Ms{0});
  silence.frame(1, Ms{0});
  silence.frame(2, Ms{0});
  silence.done(Act::KillBroker, Ms{10});
  silence.done(Act::StartBroker, Ms{500});
  silence.result(0, 0, Ms{5});
  silence.result(1, 1, Ms{700});
  EXPECT_TRUE(silence.longest().empty()) << "the first of its partition";
  silence.result(0, 2, Ms{900});
  EXPECT_EQ(silence.longest().at("the broker's return"), Ms{400});
}

}  // namespace
}  // namespace radflow::ledger
