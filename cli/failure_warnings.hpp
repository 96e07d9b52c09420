// What the log says of records that fail: one warning for each node or sink and reason, with the count and where
// the first one was. It comes again at most once a minute, while more fail.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "graph/stats.hpp"

namespace radflow::cli {

struct FailureWarning {
  std::string where;  // the node or sink
  std::string reason;
  std::uint64_t more = 0;   // since the warning before
  std::uint64_t count = 0;  // since the start
  std::string first;        // "frames:0:17: what is wrong"

  std::string text() const;
};

class FailureWarnings {
 public:
  using Time = std::chrono::steady_clock::time_point;
  // Those that are due now.
  std::vector<FailureWarning> due(const PipelineStats& stats, Time now);

 private:
  void look(const std::string& where, const std::vector<WarningStats>& failures, Time now,
            std::vector<FailureWarning>& list);

  struct Said {
    std::uint64_t count = 0;
    Time at;
  };
  std::map<std::pair<std::string, std::string>, Said> said_;
};

}  // namespace radflow::cli
