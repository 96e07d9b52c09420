#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/bench.hpp"
#include "cli/terminal.hpp"

namespace radflow::cli {
namespace {

using Json = nlohmann::ordered_json;

std::vector<const BenchedRound*> by_rate(const BenchedWorkers& workers) {
  std::vector<const BenchedRound*> sorted;
  for (const BenchedRound& round : workers.rounds) sorted.push_back(&round);
  std::ranges::sort(sorted, {}, &BenchedRound::rate);
  return sorted;
}

// The rate if each worker did nothing but call nodes, as fast as they are with so many workers.
double limit(const BenchedWorkers& workers) {
  const double computed = workers.median().computed();
  return computed > 0 ? workers.workers / computed : 0;
}

double seconds_a_record(const BenchedNode& node, const BenchedRound& round) {
  return round.records == 0 ? 0 : node.seconds / static_cast<double>(round.records);
}

}  // namespace

void BenchedRound::add(const PipelineStats& stats, double passed) {
  seconds += passed;
  ++runs;
  for (const SourceStats& source : stats.sources) records += source.records;
  failed += stats.records_failed;
  nodes.resize(stats.nodes.size());
  for (std::size_t i = 0; i < stats.nodes.size(); ++i) {
    const NodeStats& node = stats.nodes[i];
    nodes[i].name = node.name;
    nodes[i].type = node.type;
    if (const std::uint64_t measured = node.duration.count())
      nodes[i].seconds += node.duration.sum / static_cast<double>(measured) * static_cast<double>(node.calls);
  }
}

double BenchedRound::computed() const {
  double sum = 0;
  for (const BenchedNode& node : nodes) sum += seconds_a_record(node, *this);
  return sum;
}

const BenchedRound& BenchedWorkers::median() const { return *by_rate(*this)[rounds.size() / 2]; }

std::string bench_text(const std::string& graph, const std::vector<BenchedWorkers>& all) {
  const BenchedRound& first = all.front().median();
  std::string text =
      fmt::format("{}  median of {} rounds in turn, {} a round\n\n", paint_stdout(graph, Colour::Bold),
                  all.front().rounds.size(), counted(first.records, "record"));
  text += fmt::format("{:>7}  {:>10}  {:>19}  {:>6}  {:>8}\n", "workers", "records/s", "lowest to highest",
                      "gain", "of limit");
  for (const BenchedWorkers& workers : all) {
    const auto sorted = by_rate(workers);
    text += fmt::format(
        "{:>7}  {:>10.1f}  {:>19}  {:>6.2f}  {:>7.0f}%\n", workers.workers, workers.median().rate(),
        fmt::format("{:.1f} to {:.1f}", sorted.front()->rate(), sorted.back()->rate()),
        workers.median().rate() / first.rate(), 100 * workers.median().rate() / limit(workers));
  }
  text += "\nlimit: the workers call nodes and do nothing else, and no other thread needs their cores\n\n";
  std::size_t width = 4;
  for (const BenchedNode& node : first.nodes) width = std::max(width, node.name.size());
  text += fmt::format("{:<{}}  {:>12}  {:>6}\n", "node", width, "us a record", "share");
  for (const BenchedNode& node : first.nodes)
    text +=
        fmt::format("{:<{}}  {:>12.1f}  {:>5.1f}%\n", node.name, width, 1e6 * seconds_a_record(node, first),
                    100 * seconds_a_record(node, first) / first.computed());
  text += fmt::format("{:<{}}  {:>12.1f}  with {}\n", "all", width, 1e6 * first.computed(),
                      counted(static_cast<std::uint64_t>(all.front().workers), "worker"));
  constexpr double long_enough = 0.2;
  if (const double run = first.seconds / first.runs; run < long_enough)
    text += fmt::format(
        "\na run lasts {:.0f} ms, of which its start and end are a good part: give it more files\n",
        1e3 * run);
  if (first.failed > 0)
    text += fmt::format("\n{} of {} failed: nodes behind the one that failed were not called for them\n",
                        first.failed, counted(first.records, "record"));
  return text;
}

std::string bench_json(const std::string& graph, const std::vector<BenchedWorkers>& all) {
  Json json{{"graph", graph}, {"workers", Json::array()}};
  for (const BenchedWorkers& workers : all) {
    const BenchedRound& median = workers.median();
    Json& one = json["workers"].emplace_back(Json{{"workers", workers.workers},
                                                  {"records", median.records},
                                                  {"failed", median.failed},
                                                  {"records_per_second", median.rate()},
                                                  {"rounds", Json::array()},
                                                  {"gain", median.rate() / all.front().median().rate()},
                                                  {"limit_records_per_second", limit(workers)},
                                                  {"nodes", Json::array()}});
    for (const BenchedRound& round : workers.rounds) one["rounds"].push_back(round.rate());
    for (const BenchedNode& node : median.nodes)
      one["nodes"].push_back(
          {{"name", node.name}, {"type", node.type}, {"us", 1e6 * seconds_a_record(node, median)}});
  }
  return json.dump(2) + "\n";
}

}  // namespace radflow::cli
