// Nodes of the program crash_node only, which is radflow with them: some end the process, others are slow. With
// EARLY_SIGNAL=NUMBER in its environment it gets that signal in its first moment, before its command line is read.
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <thread>

#include "cli/command.hpp"

#include "graph/group_node.hpp"
#include "graph/record.hpp"
#include "nodes/types/features.hpp"

namespace radflow {
namespace {

class Crash {
 public:
  std::vector<Result<Record>> operator()(Batch<Record> in) const {
    std::vector<Result<Record>> records;
    for (std::size_t i = 0; i < in.size(); ++i) {
      if (in[i].value.text().starts_with("poison")) std::abort();
      records.push_back(in[i]);
    }
    return records;
  }
};

const Register<Crash> registered{NodeSpec{"crash", "Aborts on a record that begins with 'poison'."}};

struct SlowParams {
  Duration each{100};
};

class Slow {
 public:
  explicit Slow(const SlowParams& params) : each_{params.each.ms} {}
  Record operator()(const Record& record) const {
    std::this_thread::sleep_for(each_);
    return record;
  }

 private:
  std::chrono::milliseconds each_;
};

const Register<Slow, SlowParams> slow{
    NodeSpec{"slow", "Takes its time."}.param(&SlowParams::each, "each", any(), "For each record.")};

class SlowGroup {
 public:
  std::optional<Record> operator()(const Record& record) const {
    if (record.header("group") == "slow") {
      std::fputs("slow begins\n", stderr);
      std::this_thread::sleep_for(std::chrono::milliseconds{1500});
    }
    return std::nullopt;
  }
};

const Register<SlowGroup> sleeps{
    NodeSpec{"slow_group", "Takes its time with records of the group `slow`, and ends all."}};

struct CrashParams {
  std::string by, count;
};

// Gathers pairs by the header `group`; finishes none of a value of 7.
class CrashInFinish {
 public:
  struct State {
    std::vector<double> values;
    std::size_t bytes() const { return sizeof(State) + values.size() * sizeof(double); }
  };
  explicit CrashInFinish(const CrashParams&) {}
  Result<std::string> key(const Features&, const Context& context) const {
    return std::string{context.record().header("group").value_or("")};
  }
  Result<Gathering> add(State& state, const Features& features, const Context&) const {
    state.values.push_back(features.values.at(0));
    return state.values.size() == 2 ? Gathering::Complete : Gathering::Open;
  }
  Features finish(State&& state, GroupEnd) const {
    if (state.values[0] == 7) std::abort();
    return {std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"first"}),
            {state.values[0]},
            "",
            ""};
  }
};

const RegisterGroup<CrashInFinish, CrashParams> gathers{
    NodeSpec{"crash_in_finish", "Aborts when a group is finished that begins with 7."}
        .param(&CrashParams::by, "by", any(), "Of no use.")
        .param(&CrashParams::count, "count", any(), "Of no use.")};

const cli::Command early{"early_signal", "Is there for what happens while commands are set up.", "",
                         [](CLI::App&) {
                           if (const char* number = std::getenv("EARLY_SIGNAL"))
                             kill(getpid(), std::atoi(number));
                           return [] { return cli::exit_ok; };
                         }};

}  // namespace
}  // namespace radflow
