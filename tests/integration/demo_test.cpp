// The demonstration, from beginning to end; needs no broker but its own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "cli/command.hpp"
#include "tests/cli/program.hpp"
#include "tests/connectors/temporary_folder.hpp"

namespace radflow::cli {
namespace {

using testing::HasSubstr;

TEST(Demo, ReadsBackAResultForEverySlice) {
  const TemporaryFolder folder;
  const Ran ran = run_program("demo --count 60 --size 64 2>" + folder.path("said"));
  const std::string said = folder.read("said");
  EXPECT_EQ(ran.code, exit_ok) << said;
  EXPECT_THAT(ran.out, HasSubstr("KEY"));
  EXPECT_THAT(ran.out, HasSubstr("phantom-000000"));
  EXPECT_THAT(said, HasSubstr("kcat -b 127.0.0.1:"));
  EXPECT_THAT(said, HasSubstr("/metrics"));
  EXPECT_THAT(said, HasSubstr("60 frames sent; read back from the topics: 60 results, 0 dead letters"));
  EXPECT_THAT(said, HasSubstr("latency p50"));
}

TEST(Demo, TakesAFolderAndShowsWhatFails) {
  const TemporaryFolder folder;
  folder.write("scans/broken.png", "no picture");
  const Ran ran = run_program("demo " + folder.path("scans") + " 2>&1");
  EXPECT_EQ(ran.code, exit_dead_letters) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("dead letter: "));
  EXPECT_THAT(ran.out, HasSubstr("1 frame sent; read back from the topics: 0 results, 1 dead letter"));
}

}  // namespace
}  // namespace radflow::cli
