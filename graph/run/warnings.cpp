#include "graph/run/warnings.hpp"

#include <fmt/format.h>

namespace radflow {

std::vector<SaidWarning>& said_warnings() {
  thread_local std::vector<SaidWarning> said;
  return said;
}

void say_warning(Error warning, const Position& at) { said_warnings().push_back({std::move(warning), at}); }

void WarningCounters::add(const std::string& node, const Error& warning, const Position& at) {
  const std::lock_guard lock{mutex_};
  WarningStats& stats = counts_[node][warning.reason];
  if (stats.count++ > 0) return;
  stats.reason = warning.reason;
  stats.first = fmt::format("{}:{}:{}: {}", at.topic, at.partition, at.offset, warning.detail);
}

std::vector<WarningStats> WarningCounters::of(const std::string& node) const {
  const std::lock_guard lock{mutex_};
  std::vector<WarningStats> list;
  if (const auto found = counts_.find(node); found != counts_.end())
    for (const auto& [reason, stats] : found->second) list.push_back(stats);
  return list;
}

}  // namespace radflow
