// Plug-ins as a user has them: built apart, named by a graph or by --plugin, refused where they do not fit.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>

#include "cli/command.hpp"
#include "tests/cli/program.hpp"
#include "tests/paths.hpp"

namespace radflow::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
namespace fs = std::filesystem;

class Plugins : public ::testing::Test {
 protected:
  void SetUp() override { fs::create_directories(folder_ / "lib"); }
  void TearDown() override { fs::remove_all(folder_); }

  // Puts a plug-in of tests/plugins into the graph's folder; its path in there.
  std::string bring(const std::string& name) const {
    const std::string file = "lib/" + name + ".so";
    fs::copy_file(fs::path{plugin_folder} / (name + ".so"), folder_ / file);
    return file;
  }
  std::string write(const std::string& text) const {
    std::ofstream{folder_ / "graph.yaml"} << text;
    return folder_ / "graph.yaml";
  }
  std::string path(const std::string& file) const { return folder_ / file; }

  // What is said of a graph that names `file`, at line 1, column 11, and of a command that does.
  void expect_refused(const std::string& file, const ::testing::Matcher<const std::string&>& what) const {
    const Ran ran = run_program(
        "lint " + write("plugins: [" + file + "]\nsources: [phantom]\nsinks: [stdout]\n") + " 2>&1");
    EXPECT_EQ(ran.code, exit_config);
    EXPECT_THAT(ran.out, StartsWith("error: " + path("graph.yaml") + ":1:11: plugins: '" + path(file)));
    EXPECT_THAT(ran.out, what);
    const Ran by_option = run_program("list --plugin " + path(file) + " 2>&1");
    EXPECT_EQ(by_option.code, exit_config);
    EXPECT_THAT(by_option.out, AllOf(StartsWith("error: --plugin: '" + path(file)), what));
  }

  fs::path folder_ = fs::temp_directory_path() / ("radflow_plugins_" + std::to_string(getpid()));
};

constexpr const char* weighing = R"(graph: weighing
plugins: [lib/weigh.so, lib/scales.so]
sources: [marbles: {count: 3}]
nodes: [weigh: {grams: 2.5}]
sinks: [scales]
)";

TEST_F(Plugins, AGraphNamesThemBesideItselfAndRunsTheirComponents) {
  bring("weigh");
  bring("scales");
  const Ran ran = run_program("run " + write(weighing));
  EXPECT_EQ(ran.code, exit_ok);
  EXPECT_EQ(ran.out, "marbles:0 2.5 g\nmarbles:1 5 g\nmarbles:2 7.5 g\n");
  const Ran linted = run_program("lint --set nodes.weigh.gramms=1 " + path("graph.yaml") + " 2>&1");
  EXPECT_EQ(linted.code, exit_config);
  EXPECT_THAT(linted.out, HasSubstr("'weigh' has no parameter 'gramms'; did you mean 'grams'?"));
}

TEST_F(Plugins, TheCommandLineNamesThemForAnyCommand) {
  const std::string option = " --plugin " + path(bring("weigh"));
  EXPECT_THAT(run_program("describe weigh" + option).out,
              AllOf(StartsWith("weigh (node of " + path("lib/weigh.so") + ")\nWeighs marbles.\n"),
                    HasSubstr("What one marble weighs."), HasSubstr("weight")));
  EXPECT_THAT(run_program("list" + option).out, HasSubstr("  marbles"));
  const auto schema = nlohmann::json::parse(run_program("schema" + option).out);
  EXPECT_TRUE(schema["properties"]["nodes"]["items"]["anyOf"][1]["properties"].contains("weigh"));
  EXPECT_TRUE(schema["properties"].contains("plugins"));
  const std::string graph = write("sources: [marbles]\nsinks: [stdout]\n");
  EXPECT_EQ(run_program("lint " + graph + option).code, exit_ok);
  EXPECT_EQ(run_program("lint " + graph + " 2>&1").code, exit_config);
  // Named by both: loaded once.
  bring("scales");
  EXPECT_EQ(run_program("lint " + write(weighing) + option).code, exit_ok);
}

TEST_F(Plugins, AnAlgorithmIsTrainedWithItsOwnParameters) {
  const std::string option = " --plugin " + path(bring("majority"));
  EXPECT_THAT(run_program("list algorithms" + option).out,
              HasSubstr("  majority       How often each class is.\n"));
  EXPECT_THAT(
      run_program("describe majority" + option).out,
      AllOf(StartsWith("majority (algorithm of " + path("lib/majority.so") + ")\nHow often each class is.\n"),
            testing::ContainsRegex("power +number, 0 to 10 +default 1")));
  EXPECT_THAT(
      run_program("describe classify" + option).out,
      AllOf(HasSubstr("train.power"), HasSubstr("majority: Above 1"), HasSubstr("random_forest: Trees of")));
  const std::string graph = write(R"(sources: [phantom: {count: 20, width: 16, height: 16}]
nodes: [decode, pixels, classify: {model: m.model, train: {algorithm: majority, power: 2}}]
sinks: [stdout]
)");
  const Ran wrong = run_program("lint --set nodes.classify.train.trees=3 " + graph + option + " 2>&1");
  EXPECT_EQ(wrong.code, exit_config);
  EXPECT_THAT(wrong.out,
              HasSubstr("'classify' has no parameter 'train.trees' with what is selected beside it"));
  const Ran trained = run_program("train " + graph + option + " 2>&1");
  EXPECT_EQ(trained.code, exit_ok) << trained.out;
  EXPECT_THAT(trained.out, HasSubstr("majority of 256 features, 20 samples (lesion 14, normal 6)"));
  const Ran ran = run_program("run " + graph + option + " 2>/dev/null");
  EXPECT_EQ(ran.code, exit_ok);
  // 14² and 6², of their sum: with the power 1 it were 0.7 and 0.3.
  EXPECT_THAT(ran.out,
              HasSubstr(R"("probabilities":{"lesion":0.8448275862068966,"normal":0.15517241379310345})"));
  const std::string elsewhere = write(R"(sources: [phantom]
nodes: [decode, pixels, classify: {model: m.model}]
sinks: [stdout]
)");
  EXPECT_THAT(run_program("lint " + elsewhere + " 2>&1").out,
              HasSubstr("this version has no algorithm 'majority'"));
}

TEST_F(Plugins, BelongToTheDigestOfAGraphThatNamesThem) {
  const auto digest = [&](const std::string& key) {
    const std::string out =
        run_program("lint " + write(key + "sources: [phantom]\nnodes: [decode]\nsinks: [stdout]\n") +
                    " --plugin " + path("lib/weigh.so"))
            .out;
    return out.substr(out.find("digest "));
  };
  bring("weigh");
  const std::string without = digest("");
  const std::string with = digest("plugins: [lib/weigh.so]\n");
  EXPECT_NE(with, without);
  std::ofstream{path("lib/weigh.so"), std::ios::app} << "another build";
  EXPECT_NE(digest("plugins: [lib/weigh.so]\n"), with);
  EXPECT_EQ(digest(""), without);
}

TEST_F(Plugins, AFileThatIsNotThereIsNamed) {
  expect_refused("lib/gone.so", HasSubstr("cannot be read: No such file or directory"));
}

TEST_F(Plugins, AnotherLibraryIsNoPlugin) {
  std::ofstream{path("lib/zeros.so")} << std::string(4096, '\0');
  expect_refused("lib/zeros.so", HasSubstr("is no plug-in of radflow"));
}

TEST_F(Plugins, WhatWasBuiltWithOtherHeadersIsRefusedBeforeItsCodeRuns) {
  const std::string file = bring("weigh");
  std::ifstream in{path(file), std::ios::binary};
  std::string bytes{std::istreambuf_iterator<char>{in}, {}};
  const std::size_t at = bytes.find(", headers ");
  ASSERT_NE(at, std::string::npos);
  bytes.replace(at + 10, 4, "beef");
  // dlopen() would say of what is left of the file that it is too short.
  bytes.resize(bytes.find('\0', at) + 1);
  std::ofstream{path(file), std::ios::binary} << bytes;
  expect_refused(file, AllOf(HasSubstr("was built for radflow " RADFLOW_VERSION), HasSubstr("headers beef"),
                             HasSubstr("build it again with the package")));
}

TEST_F(Plugins, AMissingSymbolIsSaidAsItStandsInTheSource) {
  expect_refused(bring("missing_symbol"),
                 AllOf(HasSubstr("needs weighing::calibrate(double, radflow::Record const&), which"),
                       HasSubstr("link it with the library that defines it"), Not(HasSubstr("_ZN"))));
}

TEST_F(Plugins, ANameThatIsTakenIsRefused) {
  expect_refused(bring("name_taken"), HasSubstr("there is a node named 'window' already, of radflow itself"));
  bring("weigh");
  fs::copy_file(path("lib/weigh.so"), path("lib/copy.so"));
  const Ran ran =
      run_program("list --plugin " + path("lib/weigh.so") + " --plugin " + path("lib/copy.so") + " 2>&1");
  EXPECT_EQ(ran.code, exit_config);
  EXPECT_THAT(ran.out, HasSubstr("already, of " + path("lib/weigh.so")));
}

TEST_F(Plugins, EverythingWrongIsSaidAtOnceAndWithTheWayOut) {
  const Ran ran =
      run_program("lint " + write("plugins: lib/weigh.so\nsources: [marbles]\nsinks: [stdout]\n") + " 2>&1");
  EXPECT_EQ(ran.code, exit_config);
  EXPECT_THAT(ran.out, HasSubstr(":1:10: plugins: expected a list of shared libraries such as [libmine.so]"));
}

}  // namespace
}  // namespace radflow::cli
