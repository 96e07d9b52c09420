// A signal that cuts an input short is told by the exit code.
#include <csignal>
#include <filesystem>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>

#include "tests/cli/program.hpp"

#include "cli/command.hpp"
#include "tests/connectors/temporary_folder.hpp"

namespace radflow::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view cut_short = "stopped before the input's end";

class Interrupted : public testing::Test {
 protected:
  // SIGTERM as soon as a result is there.
  Ran run(const std::string& source) const {
    folder.write("graph.yaml", "sources:\n  - " + source +
                                   "\nnodes:\n  - decode\nsinks:\n  - ndjson: {path: out.ndjson}\n");
    return stopped("run " + folder.path("graph.yaml") + " --set http.listen=127.0.0.1:0",
                   "[ -s " + folder.path("out.ndjson") + " ]");
  }
  static Ran stopped(const std::string& arguments, const std::string& until) {
    return run_shell("$radflow " + arguments + " 2>&1 & p=$!\nuntil " + until +
                     "; do kill -0 $p || break; sleep 0.02; done\nkill -TERM $p; wait $p");
  }

  TemporaryFolder folder;
};

TEST_F(Interrupted, AnInputThatHasAnEndWasCutShort) {
  const Ran ran = run("phantom: {count: 100000, width: 16, height: 16, rate: 50}");
  EXPECT_EQ(ran.code, exit_interrupted) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr(cut_short));
}

TEST_F(Interrupted, AnInputWithoutEndWasNot) {
  const Ran ran = run("phantom: {count: 0, width: 16, height: 16, rate: 50}");
  EXPECT_EQ(ran.code, exit_ok) << ran.out;
  EXPECT_THAT(ran.out, Not(HasSubstr(cut_short)));
}

// The exit code of a graph whose every record is a dead letter, stopped as soon as one is there.
class AllFail : public Interrupted {
 protected:
  AllFail() { folder.write("graph.yaml", graph()); }
  static std::string graph() {
    return "drain: 200ms\nsources:\n  - phantom: {count: 0, width: 16, height: 16, rate: 50}\nnodes:\n"
           "  - decode: {max_pixels: 1}\nsinks:\n  - ndjson: {path: out.ndjson}\n"
           "  - ndjson: {path: letters.ndjson}\n    from: errors\n";
  }
  std::string command() const {
    return "run " + folder.path("graph.yaml") + " --set http.listen=127.0.0.1:0";
  }
  std::string a_letter() const { return "[ -s " + folder.path("letters.ndjson") + " ]"; }
};

TEST_F(AllFail, AnOrderlyStopOfWhatHasNoEndIsDoneWhateverBecameDeadLetters) {
  const Ran ran = stopped(command(), a_letter());
  EXPECT_EQ(ran.code, exit_ok) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("dead letters in ")) << "the summary counts them";
}

TEST_F(AllFail, WhatHasAnEndSaysSo) {
  const Ran ran = run_program(command() + " --set sources.phantom.count=5 2>&1");
  EXPECT_EQ(ran.code, exit_dead_letters) << ran.out;
}

TEST_F(AllFail, AnInputThatHasAnEndAndIsCutShortIsInterrupted) {
  const Ran ran = stopped(command() + " --set sources.phantom.count=100000", a_letter());
  EXPECT_EQ(ran.code, exit_interrupted) << ran.out;
}

TEST_F(Interrupted, AnInputWithoutEndThatCannotDrainIsInterrupted) {
  folder.write(
      "graph.yaml",
      "drain: 200ms\nsources:\n  - phantom: {count: 0, width: 16, height: 16, rate: 50}\nnodes:\n  - "
      "decode\nsinks:\n  - ndjson: {path: /dev/full}\n");
  const std::string log = folder.path("log");
  const Ran ran = stopped("run " + folder.path("graph.yaml") + " --set http.listen=127.0.0.1:0 >" + log,
                          "grep -q holding " + log);
  EXPECT_EQ(ran.code, exit_interrupted) << run_shell("cat " + log).out;
}

class EarlySignal : public AllFail {
 protected:
  // The program gets the signal before it has read its command line.
  static Ran run(int number, const std::string& arguments) {
    return run_shell("EARLY_SIGNAL=" + std::to_string(number) + " " + crash_program + " " + arguments +
                     " 2>&1\nexit $?");
  }
};

TEST_F(EarlySignal, EndsAGraphInOrder) {
  for (const int number : {SIGTERM, SIGINT}) {
    const Ran endless = run(number, command());
    EXPECT_EQ(endless.code, exit_ok) << endless.out;
    const Ran cut = run(number, command() + " --set sources.phantom.count=100000");
    EXPECT_EQ(cut.code, exit_interrupted) << cut.out;
  }
}

TEST_F(EarlySignal, AHangUpChangesNothingForAService) {
  const Ran ran = run(SIGHUP, "run " + folder.path("graph.yaml") +
                                  " --set http.listen=127.0.0.1:0 --set sources.phantom.count=5 < /dev/null");
  EXPECT_EQ(ran.code, exit_dead_letters) << ran.out;
}

TEST_F(EarlySignal, ACommandThatWatchesForNoneEndsByIt) {
  EXPECT_EQ(run(SIGTERM, "list").code, 128 + SIGTERM);
  EXPECT_EQ(run(SIGINT, "list").code, 128 + SIGINT);
}

// A selection that would take minutes, on pictures of noise.
class InterruptedSelection : public Interrupted {
 protected:
  InterruptedSelection() {
    folder.write("graph.yaml", R"(
sources: [phantom: ]
nodes:
  - decode
  - pixels
  - classify:
      model: m.model
      train: {search: [{algorithm: logistic, C: [0.1, 1]}, {algorithm: random_forest, trees: 10000}]}
sinks: [stdout: ]
)");
    for (int i = 0; i < 300; ++i) {
      const std::string of = folder.path(i % 2 ? "in/a" : "in/b");
      std::filesystem::create_directories(of);
      cv::Mat picture(20, 20, CV_8U);
      cv::RNG{static_cast<std::uint64_t>(i) + 1}.fill(picture, cv::RNG::UNIFORM, 0, 255);
      cv::imwrite(of + "/" + std::to_string(i) + ".png", picture);
    }
  }
  std::string train(const std::string& more) const {
    return "train " + folder.path("graph.yaml") + " --input " + folder.path("in") + " --select " + more;
  }
  bool a_model() const {
    return std::filesystem::exists(folder.path("m.model")) ||
           std::filesystem::exists(folder.path("m.model.part"));
  }
};

TEST_F(InterruptedSelection, EndsInOrderAndWritesNoModel) {
  const Ran ran =
      stopped(train(">" + folder.path("log") + " --seed 1"), "grep -qs comparing " + folder.path("log"));
  EXPECT_EQ(ran.code, exit_interrupted) << ran.out;
  EXPECT_THAT(run_shell("cat " + folder.path("log")).out,
              AllOf(HasSubstr("of 3 candidates: nothing was chosen, and no model is written"),
                    Not(HasSubstr("chosen, as the simplest"))));
  EXPECT_FALSE(a_model());
}

TEST_F(InterruptedSelection, ABudgetCutsOffTheCandidateThatIsTried) {
  // The forest would take a minute, and by this seed it is the first.
  const Ran ran = run_program(train("--budget 300ms --seed 3 2>&1"));
  EXPECT_EQ(ran.code, exit_ok) << ran.out;
  EXPECT_THAT(ran.out, AllOf(HasSubstr("none of 3 candidates was through within --budget 300ms"),
                             HasSubstr("train: {algorithm: logistic")));
  EXPECT_TRUE(a_model());
}

TEST_F(Interrupted, SoWasTheDemonstration) {
  const Ran ran = stopped("demo --count 100000 --size 64 --rate 50 >" + folder.path("rows"),
                          "[ -s " + folder.path("rows") + " ]");
  EXPECT_EQ(ran.code, exit_interrupted) << ran.out;
}

}  // namespace
}  // namespace radflow::cli
