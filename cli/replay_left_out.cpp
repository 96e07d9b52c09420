#include "cli/replay_left_out.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>

#include "cli/log.hpp"
#include "cli/terminal.hpp"
#include "graph/param.hpp"
#include "graph/value.hpp"

namespace radflow::cli {
namespace {

// A name that no dead letter has and that is nearly one that some have is a slip. Throws ParamError.
void check_names(const char* option, const char* what, const std::vector<std::string>& asked,
                 const std::set<std::string>& known) {
  for (const std::string& name : asked) {
    if (known.contains(name)) continue;
    const std::string near = nearest(name, {known.begin(), known.end()});
    if (near.empty()) continue;
    throw ParamError{option, fmt::format("no dead letter has the {} '{}'; did you mean '{}'? There are {}",
                                         what, name, near, fmt::join(known, ", "))};
  }
}

}  // namespace

void check_names(const kafka::ReplayOf& of, const kafka::Replay::Counts& counts) {
  check_names("--reason", "reason", of.reasons, counts.reasons);
  check_names("--node", "node", of.nodes, counts.nodes);
}

void print_left_out(const kafka::Replay& replay) {
  const kafka::Replay::Counts& counts = replay.counts();
  if (counts.lost > 0)
    log_line(spdlog::level::err,
             paint_stderr(counted(counts.lost, "dead letter"), Colour::Red) +
                 " without bytes cannot be replayed, see above",
             {{"count", counts.lost}, {"cause", "no bytes"}});
  const auto left_out = [](std::uint64_t count, std::string_view unit, const std::string& why,
                           LogFields fields) {
    if (count == 0) return;
    fields["count"] = count;
    log_line(spdlog::level::info, fmt::format("left out: {} {}", counted(count, unit), why), fields);
  };
  left_out(counts.settled, "dead letter", "that an earlier replay has settled; --again replays such",
           {{"cause", "settled"}});
  for (const auto& [graph, count] : counts.other_graphs)
    left_out(count, "dead letter", fmt::format("of the graph '{}'", graph),
             {{"cause", "another graph"}, {"graph", graph}});
  left_out(counts.filtered, "dead letter",
           fmt::format("by --reason or --node; all that were read have the reasons {} and come from {}",
                       fmt::join(counts.reasons, ", "), fmt::join(counts.nodes, ", ")),
           {{"cause", "filtered"}});
  left_out(counts.skipped, "dead letter", "that was skipped by --skip; --reason skipped replays such",
           {{"cause", "skipped"}});
  left_out(counts.repeated, "record", "that came again", {{"cause", "repeated"}});
  left_out(counts.no_letters, "record", "that no graph made as dead letters", {{"cause", "no dead letter"}});
}

}  // namespace radflow::cli
