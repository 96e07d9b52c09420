// radflow_ledger: proves delivery on a real broker. Numbered frames go through a group of `radflow run`
// processes while a schedule out of a seed kills, stops and pauses them, lets others join and leave and takes
// the broker away; then everything that was published is counted.
//   radflow_ledger --frames 20000 --seconds 60 --processes 3 --faults kill=6,pause=2,bounce=1 --seed 7
//
// Exit code: 0 nothing lost, reordered or wrong, nothing repeated beyond what the delivery allows, and no
// partition silent for longer than it takes to notice a death and to take over (see Silence); 1
// otherwise; 77 there is no broker (see RealBroker).
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "tests/ledger/fleet.hpp"
#include "tests/ledger/graph.hpp"
#include "tests/ledger/numbered_producer.hpp"
#include "tests/paths.hpp"

namespace radflow::ledger {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// What the group waits for a member that is dead, and what it costs to take its partitions over: the others hear
// of it with their next heartbeat and commit what they give up, the new owner asks for positions and how the last
// one ended, and commits before the first record.
constexpr std::chrono::milliseconds longest_silence = session_timeout + 6s;

struct Options {
  std::uint64_t seed = 1;
  std::uint64_t frames = 20'000;
  std::uint64_t keys = 50;
  int partitions = 6;
  int processes = 3;
  double seconds = 60;
  std::string faults = "kill=6,term=2,pause=2,join=3,leave=3,bounce=1,crash=1";
  std::string delivery = "at_least_once";
  std::string radflow = radflow_program;
  std::string json;
  std::string keep;
  std::uint64_t max_uncommitted = 1000;
  std::uint64_t group = 0;
};

// Every second process is a static member of the group; under exactly_once all of them.
std::vector<std::string> command(const Options& options, const std::string& graph, int process) {
  std::vector<std::string> all{options.radflow, "run", graph};
  if (process % 2 == 1 || options.delivery == "exactly_once") {
    all.push_back("--set");
    all.push_back(fmt::format("kafka.group.instance.id=process-{}", process));
  }
  return all;
}

// How many records the group has committed; -1: the broker does not say, it may just be starting.
std::int64_t committed_records(RealBroker& broker, const Topics& topics) {
  try {
    std::int64_t sum = 0;
    for (const auto& [partition, offset] : broker.committed(topics.frames, topics.frames)) sum += offset;
    return sum;
  } catch (const std::runtime_error&) {
    return -1;
  }
}

// Runs the schedule, then until every frame is committed. What stalled, or "".
std::string run(const Options& options, RealBroker& broker, Fleet& fleet, const Frames& frames,
                const std::vector<Action>& schedule, const Topics& topics) {
  const std::chrono::milliseconds length{static_cast<std::int64_t>(options.seconds * 1000)};
  NumberedProducer producer{frames, broker.servers(), topics.frames, length};
  const auto begin = Clock::now();
  for (const Action& action : schedule) {
    while (Clock::now() < begin + action.at) {
      fleet.watch();
      std::this_thread::sleep_for(std::min<Clock::duration>(begin + action.at - Clock::now(), 50ms));
    }
    fleet.apply(action);
  }
  constexpr auto patience = 120s;
  std::int64_t most = -1;
  for (auto moved = Clock::now(); Clock::now() - moved < patience; std::this_thread::sleep_for(200ms)) {
    fleet.watch();
    if (!producer.failure().empty() && producer.ended()) return producer.failure();
    const std::int64_t sum = committed_records(broker, topics);
    if (sum > most) moved = Clock::now();
    most = std::max(most, sum);
    if (producer.done() && most >= static_cast<std::int64_t>(frames.count())) return "";
  }
  return fmt::format("nothing was committed for {} s; {} of {} records are", patience.count(), most,
                     frames.count());
}

nlohmann::ordered_json to_json(const Counts& counts) {
  return {{"expected", counts.expected}, {"found", counts.found},         {"lost", counts.lost},
          {"repeated", counts.repeated}, {"reordered", counts.reordered}, {"wrong", counts.wrong}};
}

int ledger(const Options& options) {
  const std::chrono::milliseconds length{static_cast<std::int64_t>(options.seconds * 1000)};
  const std::vector<Action> schedule =
      make_schedule(options.seed, options.processes, parse_faults(options.faults), length);
  RealBroker* broker = RealBroker::instance();
  if (!broker) {
    std::cerr << RealBroker::why_not() << '\n';
    return 77;
  }
  const bool breaks_broker = std::ranges::any_of(
      schedule, [](const Action& a) { return a.act == Act::StopBroker || a.act == Act::KillBroker; });
  if (breaks_broker && !broker->own())
    throw std::invalid_argument{"bounce and crash need a broker of the ledger's own: unset RADFLOW_BROKER"};

  std::string folder = options.keep;
  if (folder.empty()) {
    folder = (std::filesystem::temp_directory_path() / "radflow-ledger-XXXXXX").string();
    if (!mkdtemp(folder.data())) throw std::runtime_error{"cannot make " + folder};
  }
  std::filesystem::create_directories(folder);
  const std::map<std::string, std::string> timed{{"message.timestamp.type", "LogAppendTime"}};
  const Topics topics{broker->make_topic("frames", options.partitions, timed),
                      broker->make_topic("results", options.partitions, timed),
                      broker->make_topic("dead-letters", 2)};
  const std::string graph_file = folder + "/ledger.yaml";
  std::ofstream{graph_file} << graph(broker->servers(), topics,
                                     {options.delivery, "64MiB", options.max_uncommitted, options.group});

  // Whole groups only: others would never end.
  const std::uint64_t round = options.group > 0 ? options.group * options.keys : 1;
  const Frames frames{options.seed, options.frames / round * round, options.keys, options.group};
  Fleet fleet{*broker, [&](int i) { return command(options, graph_file, i); }, folder};
  const auto begin = Clock::now();
  const std::string stalled = run(options, *broker, fleet, frames, schedule, topics);
  fleet.terminate();
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();

  const bool frontier = committed_to_the_end(*broker, topics);
  const Counts sent = count(*broker, frames, Verify::What::Frames, topics);
  const Counts results = count(*broker, frames, Verify::What::Results, topics);
  const Counts dead = count(*broker, frames, Verify::What::DeadLetters, topics);
  const std::uint64_t repeated = results.repeated_records + dead.repeated_records;
  const std::uint64_t bound = options.delivery == "exactly_once"
                                  ? 0
                                  : options.max_uncommitted * static_cast<std::uint64_t>(fleet.losses());
  bool good = stalled.empty() && frontier && fleet.defects().empty() && repeated <= bound;
  Silence silence;
  fleet.tell(silence);
  if (options.group == 0) measure(*broker, topics, silence);  // a group is silent until it is whole
  good = good && silence.most() <= longest_silence;
  for (const Counts& counts : {sent, results, dead})
    good = good && counts.lost == 0 && counts.reordered == 0 && counts.wrong == 0;
  good = good && sent.repeated == 0;

  fmt::print("seed {}, {}, {} frames, {} keys, {} partitions, {} processes, {}, {:.0f} s\n", options.seed,
             options.delivery, options.frames, options.keys, options.partitions, options.processes,
             options.faults, seconds);
  fmt::print("{:14}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}\n", "", "expected", "found", "lost", "repeated",
             "reordered", "wrong");
  for (const auto& [name, c] : {std::pair{"frames", sent}, {"results", results}, {"dead letters", dead}})
    fmt::print("{:14}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}\n", name, c.expected, c.found, c.lost, c.repeated,
               c.reordered, c.wrong);
  fmt::print("repeated records {}, bound {} ({} losses); committed {} the end; {}\n", repeated, bound,
             fleet.losses(), frontier ? "to" : "NOT to", good ? "good" : "BAD");
  fmt::print("longest silence of a partition {}, bound {}:", silence.most(), longest_silence);
  for (const auto& [after, longest] : silence.longest())
    fmt::print(" {} {};", longest, after.empty() ? "undisturbed" : "after " + after);
  fmt::print("\n");
  if (!stalled.empty()) fmt::print("stalled: {}\n", stalled);
  for (const std::string& defect : fleet.defects()) fmt::print("defect: {}\n", defect);
  if (!options.json.empty())
    std::ofstream{options.json} << nlohmann::ordered_json{{"seed", options.seed},
                                                          {"delivery", options.delivery},
                                                          {"faults", options.faults},
                                                          {"frames", options.frames},
                                                          {"keys", options.keys},
                                                          {"partitions", options.partitions},
                                                          {"processes", options.processes},
                                                          {"seconds", seconds},
                                                          {"sent", to_json(sent)},
                                                          {"results", to_json(results)},
                                                          {"dead_letters", to_json(dead)},
                                                          {"repeated_records", repeated},
                                                          {"bound", bound},
                                                          {"losses", fleet.losses()},
                                                          {"longest_silence_ms", silence.most().count()},
                                                          {"committed_to_the_end", frontier},
                                                          {"stalled", stalled},
                                                          {"defects", fleet.defects()},
                                                          {"good", good}}
                                       .dump(2)
                                << '\n';
  if (options.keep.empty() && good) std::filesystem::remove_all(folder);
  if (!good) fmt::print("graph and logs: {}\n", folder);
  return good ? 0 : 1;
}

}  // namespace
}  // namespace radflow::ledger

int main(int argc, char** argv) {
  radflow::ledger::Options options;
  CLI::App app{"Counts what is lost, repeated and reordered while processes and broker are killed."};
  app.add_option("--seed", options.seed, "Frames and schedule follow from it.")->capture_default_str();
  app.add_option("--frames", options.frames, "How many frames.")->capture_default_str();
  app.add_option("--keys", options.keys, "How many keys.")->capture_default_str();
  app.add_option("--partitions", options.partitions, "Of frames and results.")->capture_default_str();
  app.add_option("--processes", options.processes, "At the start.")->capture_default_str();
  app.add_option("--seconds", options.seconds, "How long frames are sent and faults happen.")
      ->capture_default_str();
  app.add_option("--faults", options.faults,
                 "kill, term, pause, join, leave, bounce, crash: how many of each.")
      ->capture_default_str();
  app.add_option("--delivery", options.delivery, "at_least_once or exactly_once.")->capture_default_str();
  app.add_option("--max-uncommitted", options.max_uncommitted,
                 "Of the source: what one loss repeats at most.")
      ->capture_default_str();
  app.add_option("--group", options.group,
                 "Frames of one key are gathered: so many each, as many groups at a time as there are keys. "
                 "A group of "
                 "fewer is wrong.")
      ->capture_default_str();
  app.add_option("--radflow", options.radflow, "The program.")->capture_default_str();
  app.add_option("--json", options.json, "Writes the figures to this file.");
  app.add_option("--keep", options.keep, "A folder for graph and logs, which stays.");
  CLI11_PARSE(app, argc, argv);
  try {
    return radflow::ledger::ledger(options);
  } catch (const std::exception& e) {
    std::cerr << "ledger: " << e.what() << '\n';
    return 1;
  }
}
