#include "cli/failure_warnings.hpp"

#include <fmt/format.h>

namespace radflow::cli {

std::string FailureWarning::text() const {
  if (more == count) return fmt::format("{}: {}: {} {}, the first at {}", where, reason, count, what, first);
  return fmt::format("{}: {}: {} more {}, {} since the start, the first at {}", where, reason, more, what,
                     count, first);
}

std::vector<FailureWarning> FailureWarnings::due(const PipelineStats& stats, Time now) {
  std::vector<FailureWarning> list;
  for (const SourceStats& source : stats.sources) look(source.name, "refused", source.failures, now, list);
  for (const NodeStats& node : stats.nodes) look(node.name, "failed", node.failures, now, list);
  for (const SinkStats& sink : stats.sinks) look(sink.name, "failed", sink.failures, now, list);
  return list;
}

void FailureWarnings::look(const std::string& where, std::string_view what,
                           const std::vector<WarningStats>& failures, Time now,
                           std::vector<FailureWarning>& list) {
  for (const WarningStats& failure : failures) {
    const auto [said, fresh] = said_.try_emplace({where, failure.reason});
    if (!fresh && (failure.count == said->second.count || now - said->second.at < std::chrono::minutes{1}))
      continue;
    list.push_back(
        {where, what, failure.reason, failure.count - said->second.count, failure.count, failure.first});
    said->second = {failure.count, now};
  }
}

}  // namespace radflow::cli
