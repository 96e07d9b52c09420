// radflow run --output on a real broker: a look at what a graph would give, which its own group does not feel.
#include <gmock/gmock.h>

#include "tests/integration/replay.hpp"

namespace radflow::replaying {
namespace {

using testing::HasSubstr;

class Output : public Replay {};

TEST_F(Output, LeavesThePositionsOfTheGraphsGroupAndGoesOnWhereTheLastOneStopped) {
  broker().produce(in, frames(40, 32));
  ASSERT_EQ(run().code, 3);
  const auto committed = broker().committed(in, in);
  const std::size_t results_before = results(out).size();
  broker().produce(in, frames(10, 32));
  const std::string file = folder.path("looked.ndjson");
  const auto lines = [&] {
    return std::ranges::count(folder.read("looked.ndjson"), '\n') +
           std::ranges::count(folder.read("looked.errors.ndjson"), '\n');
  };
  const cli::Ran looked = run("--output " + file);
  EXPECT_THAT(looked.out, HasSubstr("50 records, 40 results, 10 dead letters"));
  EXPECT_THAT(looked.out, HasSubstr("reads as consumer group '" + in + ".output'"));
  EXPECT_EQ(broker().committed(in, in), committed);
  EXPECT_EQ(lines(), 50);
  broker().produce(in, frames(5, 32));
  EXPECT_THAT(run("--output " + file).out, HasSubstr("5 records, "));
  EXPECT_EQ(lines(), 55) << "the file is continued";
  EXPECT_EQ(results(out).size(), results_before);
}

}  // namespace
}  // namespace radflow::replaying
