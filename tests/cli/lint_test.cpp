// radflow lint: all that is wrong, at its place, of several files, without writing anything.
#include <gmock/gmock.h>

#include "tests/cli/commands.hpp"

namespace radflow::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST_F(Commands, LintSaysOkOrEverythingThatIsWrong) {
  const Ran ok = run_program("lint " + write(good));
  EXPECT_EQ(ok.code, exit_ok);
  EXPECT_THAT(ok.out, HasSubstr("graph 'demo' of 1 source, 2 nodes, 2 sinks; digest xxh3:"));

  const std::string path = write("sources: [phantom: {cuont: 3}]\nnodes: [encoed]\nsinks: [stdout]\n");
  const Ran wrong = run_program("lint " + path + " 2>&1 >/dev/null");
  EXPECT_EQ(wrong.code, exit_config);
  EXPECT_EQ(wrong.out,
            "error: " + path +
                ":1:21: 'phantom' has no parameter 'cuont'; did you mean 'count'?\nerror: " + path +
                ":2:9: there is no node 'encoed'; did you mean 'encode'? `radflow list nodes` lists them\n");
  EXPECT_EQ(run_program("lint no/such.yaml 2>/dev/null").code, exit_config);
}

TEST_F(Commands, LintChecksSeveralFilesAndStandardInput) {
  const std::string path = write(good);
  const std::string wrong = (folder_ / "wrong.yaml").string();
  std::ofstream{wrong} << "sources: [phantom]\nnodes: [encoed]\nsinks: [stdout]\n";
  const Ran three = run_shell("$radflow lint " + wrong + " " + path + " - 2>&1 < " + path);
  EXPECT_EQ(three.code, exit_config);
  EXPECT_THAT(three.out, HasSubstr("ok " + path + ": graph 'demo'"));
  EXPECT_THAT(three.out, HasSubstr("ok stdin: graph 'demo'"));
  EXPECT_THAT(three.out, HasSubstr("error: " + wrong + ":2:9: there is no node 'encoed'"));

  const Ran piped = run_shell("$radflow lint - 2>&1 < " + wrong);
  EXPECT_EQ(piped.code, exit_config);
  EXPECT_THAT(piped.out, StartsWith("error: stdin:2:9: there is no node 'encoed'"));
  EXPECT_EQ(run_shell("$radflow lint " + path + " - < " + path).code, exit_ok);
  EXPECT_EQ(run_shell("$radflow lint - 2>&1 < /dev/null").code, exit_config);
}

TEST_F(Commands, LintAppliesSet) {
  const Ran wrong = run_program("lint --set sources.phantom.depth=70 " + write(good) + " 2>&1");
  EXPECT_EQ(wrong.code, exit_config);
  EXPECT_THAT(wrong.out, StartsWith("error: --set sources.phantom.depth: phantom.depth: 70 is out of range"));
}

TEST_F(Commands, SetTakesOneValueAndLeavesTheGraph) {
  const std::string path = write(good);
  for (const std::string command : {"lint", "run"}) {
    const Ran ran = run_program(command + " --set sources.phantom.count=-1 " + path + " 2>&1");
    EXPECT_THAT(ran.out, HasSubstr("--set sources.phantom.count: ")) << command;
  }
}

TEST_F(Commands, LintFindsAnUnusableModelWithItsPlace) {
  std::ofstream{folder_ / "broken.model"} << "not a model";
  const std::string path = write(
      "sources: [phantom]\nnodes:\n  - classify: {model: broken.model, from: sources}\nsinks: [stdout]\n");
  const Ran wrong = run_program("lint " + path + " 2>&1");
  EXPECT_EQ(wrong.code, exit_config);
  EXPECT_THAT(wrong.out, HasSubstr(path + ":3:"));
}

// All at once, and without writing anything.
TEST_F(Commands, LintFindsWhatRunWouldRefuse) {
  const std::string kept = (folder_ / "kept.ndjson").string();
  std::ofstream{kept} << "no line of ours";
  const std::string path = write(
      "sources:\n  - phantom: {depth: 12}\nnodes:\n  - decode\nsinks:\n"
      "  - ndjson: {path: /nonexistent/a.ndjson}\n  - images: {path: /etc/passwd}\n"
      "  - ndjson: {name: c, path: kept.ndjson}\n"
      "  - ndjson: {name: d, path: new.ndjson}\n"
      "  - images: {name: e, path: new/folder}\n");
  const Ran wrong = run_program("lint " + path + " 2>&1");
  EXPECT_EQ(wrong.code, exit_config);
  EXPECT_EQ(
      wrong.out,
      "error: " + path + ":2:22: phantom.depth: a pixel has 8 or 16 bits\nerror: " + path +
          ":6:20: ndjson.path: '/nonexistent/a.ndjson' cannot be written: No such file or directory; make "
          "its folder, or choose another path\nerror: " +
          path +
          ":7:20: images.path: no images can be put into '/etc/passwd': Not a directory; choose another "
          "folder\nerror: " +
          path + ":8:29: c.path: '" + kept +
          "' exists, is no NDJSON of radflow and its last line does not end: end that line, or choose "
          "another path\n");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "new.ndjson"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "new"));
  EXPECT_EQ(std::filesystem::file_size(kept), 15u);
  EXPECT_EQ(run_program("run " + path + " 2>&1").out, wrong.out);
}

TEST_F(Commands, LintKnowsWhatAVolumeIsNotFor) {
  const std::string path = write(
      "sources: [phantom]\nnodes:\n  - decode\n  - assemble: {count: 3}\n"
      "  - histogram: {bins: 4, range: [0, 9], grid: [2, 2]}\n"
      "  - statistics: {of: [mean, sharpness]}\n    from: assemble\n"
      "  - gaussian_blur:\n    from: assemble\n"
      "sinks:\n  - images: {path: out}\n    from: assemble\n  - stdout: {name: a}\n    from: histogram\n"
      "  - stdout: {name: b}\n    from: statistics\n  - stdout: {name: c}\n    from: gaussian_blur\n");
  const Ran ran = run_program("lint " + path + " 2>&1");
  EXPECT_EQ(ran.code, exit_config);
  EXPECT_THAT(ran.out, HasSubstr(":5:47: histogram.grid: a grid is of frames, and a volume arrives"));
  EXPECT_THAT(ran.out, HasSubstr("statistics.of: sharpness is of frames, and a volume arrives"));
  EXPECT_THAT(ran.out, HasSubstr("images.format: a volume is no picture"));
  EXPECT_THAT(ran.out, HasSubstr("gaussian_blur"));
}

}  // namespace
}  // namespace radflow::cli
