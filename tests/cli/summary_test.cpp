// The summary of a run: its numbers add up, and say what became of what gave no result.
#include "cli/command.hpp"
#include "tests/cli/program.hpp"
#include "tests/connectors/temporary_folder.hpp"

namespace radflow::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

class Summary : public testing::Test {
 protected:
  Ran run(const std::string& nodes, const std::string& sinks) const {
    folder.write("graph.yaml", "sources: [phantom: {count: 20, width: 16, height: 16}]\nnodes:\n" + nodes +
                                   "sinks:\n" + sinks);
    return run_program("run " + folder.path("graph.yaml") + " --set http.listen=127.0.0.1:0 2>&1");
  }
  const TemporaryFolder folder;
};

TEST_F(Summary, TellsWhatAFilterTook) {
  const Ran ran = run("  - decode\n  - filter: {modality: [MR]}\n", "  - ndjson: {path: out}\n");
  EXPECT_EQ(ran.code, exit_ok) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("20 records, 0 results, 20 filtered, 0 failed in "));
  EXPECT_THAT(ran.out, HasSubstr("\n  20 frames filtered by filter\n"));
  EXPECT_THAT(ran.out, Not(HasSubstr("dead letter"))) << "the graph has no sink for them";
}

TEST_F(Summary, TellsWhatWasDropped) {
  const Ran ran = run("  - decode\n  - window: {}\n    on_error: drop\n", "  - ndjson: {path: out}\n");
  EXPECT_THAT(ran.out, HasSubstr("20 records, 0 results, 20 dropped, 0 failed in "));
  EXPECT_THAT(ran.out, HasSubstr("\n  20 frames dropped by window: "));
}

TEST_F(Summary, TellsWhatASinkRefused) {
  const Ran ran = run("  - decode\n  - to_float\n",
                      "  - images: {path: pictures}\n  - ndjson: {path: errors}\n    from: errors\n");
  EXPECT_EQ(ran.code, exit_dead_letters) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("20 records, 0 results, 20 dead letters in "));
  EXPECT_THAT(ran.out, HasSubstr("\n  20 results failed in sink images: "));
}

}  // namespace
}  // namespace radflow::cli
