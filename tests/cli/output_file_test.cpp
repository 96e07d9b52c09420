// What a run that is refused leaves of the file that --output names.
#include <gmock/gmock.h>

#include <filesystem>

#include "cli/command.hpp"
#include "tests/cli/program.hpp"
#include "tests/connectors/temporary_folder.hpp"

namespace radflow::cli {
namespace {

using testing::HasSubstr;

class OutputFile : public testing::Test {
 protected:
  OutputFile() {
    folder.write("graph.yaml",
                 "sources:\n  - phantom: {count: 0, width: 16, height: 16, rate: 50}\nnodes:\n  - decode\n"
                 "  - statistics\nsinks:\n  - stdout\n");
    std::filesystem::create_directory(folder.path("empty"));
    folder.write("keep.ndjson", old);
  }
  std::string run(const std::string& more) const { return "run " + folder.path("graph.yaml") + more; }
  std::string output(const std::string& name) const { return " --output " + folder.path(name); }

  TemporaryFolder folder;
  const std::string old = "{\"sink\":\"results\"}\n";
};

TEST_F(OutputFile, StaysAsItIsWhereTheRunIsRefused) {
  for (const std::string& refused :
       {" --input " + folder.path("empty"), std::string{" --set http.listen=256.0.0.1:1"}}) {
    EXPECT_EQ(run_program(run(refused) + output("keep.ndjson") + " 2>&1").code, exit_config) << refused;
    EXPECT_EQ(folder.read("keep.ndjson"), old) << refused;
    EXPECT_EQ(run_program(run(refused) + output("new.ndjson") + " 2>&1").code, exit_config);
    EXPECT_FALSE(std::filesystem::exists(folder.path("new.ndjson"))) << refused;
    EXPECT_FALSE(std::filesystem::exists(folder.path("new.errors.ndjson"))) << refused;
  }
}

TEST_F(OutputFile, BelongsToOneRunAtATime) {
  const std::string command = run(output("keep.ndjson")) + " --set http.listen=127.0.0.1:0 2>&1";
  const Ran second =
      run_shell("$radflow " + command + " >/dev/null & p=$!\nuntil [ $(wc -l <" + folder.path("keep.ndjson") +
                ") -gt 2 ]; do kill -0 $p || break; sleep 0.02; done\n$radflow " + command +
                "\ncode=$?; kill $p; wait $p; exit $code");
  EXPECT_EQ(second.code, exit_config) << second.out;
  EXPECT_THAT(second.out, HasSubstr("keep.ndjson' is being written by another run"));
  EXPECT_THAT(folder.read("keep.ndjson"), HasSubstr("\n{")) << "the first one's results are there";
}

}  // namespace
}  // namespace radflow::cli
