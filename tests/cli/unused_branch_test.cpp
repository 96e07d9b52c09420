// A branch that ends nowhere: lint and run warn of it, and it is not computed.
#include <gmock/gmock.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "cli/command.hpp"
#include "tests/cli/program.hpp"

namespace radflow::cli {
namespace {

using ::testing::HasSubstr;

TEST(UnusedBranch, IsAWarningOfLintAndOfRun) {
  const auto folder = std::filesystem::temp_directory_path() / ("radflow_unused_" + std::to_string(getpid()));
  std::filesystem::create_directories(folder);
  const std::string path = (folder / "g.yaml").string();
  std::ofstream{path} << "graph: ablation\nsources: [phantom: {count: 3, width: 32, height: 32}]\nnodes:\n"
                         "  - decode\n  - rotate: {angle: 3}\n  - gaussian_blur\n"
                         "  - histogram: {from: decode, bins: 4, range: [0, 1000]}\nsinks: [stdout]\n";
  const std::string warning =
      path +
      ":6:5: nothing takes the output of 'gaussian_blur': neither it nor what only it "
      "takes is computed; add `from: gaussian_blur` to a sink or a node, or remove it";
  const Ran lint = run_program("lint " + path + " 2>&1");
  EXPECT_EQ(lint.code, exit_ok);
  EXPECT_THAT(lint.out, HasSubstr("warning: " + warning + "\nok "));
  const Ran run = run_program("run --set http.listen=127.0.0.1:0 " + path + " 2>&1 >/dev/null");
  EXPECT_EQ(run.code, exit_ok);
  EXPECT_THAT(run.out, HasSubstr("warning: " + warning));
  const Ran results = run_program("run --set http.listen=127.0.0.1:0 " + path + " 2>/dev/null");
  EXPECT_EQ(std::ranges::count(results.out, '\n'), 3);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace radflow::cli
