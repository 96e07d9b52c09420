// What never ends does not keep the process, nor whoever wants it to end.
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <functional>
#include <stdexcept>
#include <thread>
#include <vector>

#include "cli/runner.hpp"
#include "graph/connector.hpp"

namespace radflow::cli {
namespace {

void never_return() {
  while (true) pause();
}

enum class Stuck { Never, UntilStop, Run, Finish, Call, Flush, Destructor };
Choices<Stuck> choices_of(Stuck) {
  return {{Stuck::Never, "never", "Nowhere."},
          {Stuck::UntilStop, "until_stop", "Of a source."},
          {Stuck::Run, "run", "Of a source."},
          {Stuck::Finish, "finish", "Of a source."},
          {Stuck::Call, "call", "Of a node."},
          {Stuck::Flush, "flush", "Of a sink."},
          {Stuck::Destructor, "destructor", "Of a source."}};
}

struct Params {
  Stuck stuck = Stuck::Never;
};

class StuckSource final : public Source {
 public:
  explicit StuckSource(const Params& params) : stuck_{params.stuck} {}
  ~StuckSource() override {
    if (stuck_ == Stuck::Destructor) never_return();
  }
  void run(Intake& intake, std::stop_token stop) override {
    if (stuck_ == Stuck::Run) never_return();
    Record record{Bytes::of("x")};
    intake.admit(record);
    while (stuck_ == Stuck::UntilStop && !stop.stop_requested())
      std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
  void finish(std::chrono::milliseconds) override {
    if (stuck_ == Stuck::Finish) never_return();
  }

 private:
  const Stuck stuck_;
};
const RegisterSource<StuckSource, Params> source{
    SourceSpec{"test_stuck_source", "Emits a record and does not end."}.param(&Params::stuck, "stuck", any(),
                                                                              "Where.")};

class StuckNode {
 public:
  explicit StuckNode(const Params& params) : stuck_{params.stuck == Stuck::Call} {}
  Record operator()(const Record& record) const {
    if (stuck_) never_return();
    return record;
  }

 private:
  const bool stuck_;
};
const Register<StuckNode, Params> node{
    NodeSpec{"test_stuck_node", "Does not end."}.param(&Params::stuck, "stuck", any(), "Where.")};

class StuckSink final : public Sink {
 public:
  explicit StuckSink(const Params& params) : stuck_{params.stuck} {}
  ~StuckSink() override {
    if (stuck_ == Stuck::Destructor) never_return();
  }
  void submit(Payload, const Context&, Acknowledge acknowledge) override { acknowledge(std::nullopt); }
  bool flush(std::chrono::milliseconds) override {
    if (stuck_ == Stuck::Flush) never_return();
    return true;
  }

 private:
  const Stuck stuck_;
};
const RegisterSink<StuckSink, Params> sink{
    SinkSpec{"test_stuck_sink", "Does not end."}.param(&Params::stuck, "stuck", any(), "Where.")};

enum class Stop { No, Yes, TwoSignals };

void send_two_signals() {
  std::thread{[] {
    kill(getpid(), SIGTERM);
    std::this_thread::sleep_for(std::chrono::milliseconds{1200});  // within a second it would be the same one
    kill(getpid(), SIGTERM);
  }}.detach();
}

int run(const std::string& source_stuck, const std::string& node_stuck, const std::string& sink_stuck,
        Stop stop, std::function<void()> tick = {}) {
  alarm(30);  // ends it if nothing else does
  const SignalWatch signals;
  EndWatch end;
  Plan plan = load_plan_text(fmt::format("graph: test\ndrain: 100ms\n"
                                         "sources:\n  - test_stuck_source: {{stuck: {}}}\n    name: in\n"
                                         "nodes:\n  - test_stuck_node: {{stuck: {}}}\n    name: within\n"
                                         "sinks:\n  - test_stuck_sink: {{stuck: {}}}\n    name: out\n",
                                         source_stuck, node_stuck, sink_stuck),
                             "test.yaml");
  if (stop == Stop::TwoSignals)
    send_two_signals();
  else if (source_stuck + node_stuck + sink_stuck != "nevernevernever")
    plan.close_ms = 300;
  Pipeline pipeline{std::move(plan)};
  return run_pipeline(pipeline, signals, end,
                      {.title = "test",
                       .progress = false,
                       .tick = std::move(tick),
                       .finished = [stop] { return stop == Stop::Yes; }})
      .exit_code();
}

class EndWatchDeathTest : public testing::Test {
 protected:
  EndWatchDeathTest() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

TEST_F(EndWatchDeathTest, WhatEndsInTimeIsNotDisturbed) {
  EXPECT_EXIT(std::_Exit(run("never", "never", "never", Stop::No)), testing::ExitedWithCode(exit_ok), "");
  EXPECT_EXIT(std::_Exit(run("never", "never", "never", Stop::Yes)), testing::ExitedWithCode(exit_ok), "");
}

TEST_F(EndWatchDeathTest, ASourceThatDoesNotEndIsNamedAndLeft) {
  const auto left = testing::ExitedWithCode(exit_failed);
  EXPECT_EXIT(run("run", "never", "never", Stop::Yes), left, "source in does not end: leaving without it");
  EXPECT_EXIT(run("finish", "never", "never", Stop::No), left, "source in does not end");
  EXPECT_EXIT(run("finish", "never", "never", Stop::Yes), left, "source in does not end");
  EXPECT_EXIT(run("destructor", "never", "never", Stop::No), left, "source in does not end");
  EXPECT_EXIT(run("destructor", "never", "never", Stop::Yes), left, "source in does not end");
}

TEST_F(EndWatchDeathTest, ANodeThatDoesNotEndIsLeft) {
  EXPECT_EXIT(run("never", "call", "never", Stop::Yes), testing::ExitedWithCode(exit_failed),
              "a node does not end");
}

TEST_F(EndWatchDeathTest, ASinkThatDoesNotEndIsNamedAndLeft) {
  const auto left = testing::ExitedWithCode(exit_failed);
  EXPECT_EXIT(run("never", "never", "flush", Stop::Yes), left, "sink out does not end");
  EXPECT_EXIT(run("never", "never", "destructor", Stop::No), left, "sink out does not end");
}

TEST_F(EndWatchDeathTest, ASecondSignalLeavesWhateverIsStuck) {
  const auto left = testing::ExitedWithCode(exit_interrupted);
  const std::string said = "stopped at once, by a second signal";
  EXPECT_EXIT(run("run", "never", "never", Stop::TwoSignals), left, said);
  EXPECT_EXIT(run("finish", "never", "never", Stop::TwoSignals), left, said);
  EXPECT_EXIT(run("destructor", "never", "never", Stop::TwoSignals), left, said);
  EXPECT_EXIT(run("never", "call", "never", Stop::TwoSignals), left, said);
  EXPECT_EXIT(run("never", "never", "flush", Stop::TwoSignals), left, said);
}

[[noreturn]] void run_with_a_tick_that_throws() {
  try {
    run("until_stop", "never", "never", Stop::No, [] { throw std::runtime_error{"as the test wants"}; });
  } catch (const std::runtime_error&) {
    std::_Exit(10);
  }
  std::_Exit(11);
}

// It waited for the graph's end, which nobody brought about.
TEST_F(EndWatchDeathTest, WhatIsThrownWhileTheGraphRunsStopsIt) {
  EXPECT_EXIT(run_with_a_tick_that_throws(), testing::ExitedWithCode(10), "");
}

enum class Terminal { None, Own };

// Exits with 10 if the signals asked to end, else with 11.
[[noreturn]] void watch_signals(Terminal terminal, const std::vector<int>& numbers) {
  setsid();
  if (terminal == Terminal::Own) {
    const int master = posix_openpt(O_RDWR | O_NOCTTY);
    grantpt(master);
    unlockpt(master);
    if (ioctl(open(ptsname(master), O_RDWR | O_NOCTTY), TIOCSCTTY, 0) != 0) std::_Exit(12);
  }
  const SignalWatch signals;
  for (const int number : numbers) {
    kill(getpid(), number);
    std::this_thread::sleep_for(std::chrono::milliseconds{200});
  }
  std::_Exit(signals.came() ? 10 : 11);
}

TEST_F(EndWatchDeathTest, TwoSignalsWithinASecondAreOne) {
  EXPECT_EXIT(watch_signals(Terminal::None, {SIGTERM, SIGTERM}), testing::ExitedWithCode(10), "");
}

TEST_F(EndWatchDeathTest, AHangUpEndsWhatHasATerminalAndOnlyTellsAService) {
  EXPECT_EXIT(watch_signals(Terminal::Own, {SIGHUP}), testing::ExitedWithCode(10), "");
  EXPECT_EXIT(watch_signals(Terminal::None, {SIGHUP}), testing::ExitedWithCode(11), "");
}

TEST_F(EndWatchDeathTest, AHangUpThatNohupIgnoresStaysIgnored) {
  EXPECT_EXIT((std::signal(SIGHUP, SIG_IGN), watch_signals(Terminal::Own, {SIGHUP})),
              testing::ExitedWithCode(11), "");
}

}  // namespace
}  // namespace radflow::cli
