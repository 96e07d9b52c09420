// The models that come with radflow are of a size that a repository bears, and fit the graphs that they were trained for.
#include <algorithm>
#include <filesystem>

#include "cli/command.hpp"
#include "tests/cli/program.hpp"
#include "tests/paths.hpp"

namespace radflow::cli {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

const fs::path models = fs::path{source_folder} / "models";

std::string lint(const std::string& graph, const std::string& model) {
  const Ran ran = run_program("lint " + std::string{source_folder} + "/config/" + graph +
                              " --set nodes.classify.model=" + (models / model).string() + " 2>&1");
  return ran.code == exit_ok ? "" : ran.out;
}

TEST(ShippedModels, FitTheirGraphsAndNoOthers) {
  EXPECT_EQ(lint("pneumonia.yaml", "pneumonia.model"), "");
  EXPECT_EQ(lint("pneumonia.yaml", "pneumonia_small.model"), "");
  EXPECT_EQ(lint("pneumonia_forest.yaml", "pneumonia_forest.model"), "");
  EXPECT_THAT(lint("pneumonia.yaml", "pneumonia_forest.model"), HasSubstr("classify.model"));
}

TEST(ShippedModels, AreSmallButForTheBest) {
  std::vector<std::string> found;
  for (const auto& entry : fs::directory_iterator{models}) {
    found.push_back(entry.path().filename());
    const bool best = found.back() == "pneumonia.model";
    EXPECT_LE(entry.file_size(), best ? 12'000'000u : 2'000'000u) << found.back();
  }
  EXPECT_THAT(found, testing::UnorderedElementsAre("pneumonia.model", "pneumonia_small.model",
                                                   "pneumonia_forest.model"));
}

}  // namespace
}  // namespace radflow::cli
