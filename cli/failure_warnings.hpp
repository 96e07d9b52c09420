// What the log says of records that fail: one warning for each source, node or sink and reason, with the count and where
// the first one was. It comes again at most once a minute, while more fail.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "graph/stats.hpp"

namespace radflow::cli {

struct FailureWarning {
  std::string where;      // the source, node or sink
  std::string_view what;  // became of the records: "failed", of a source "refused"
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
  void look(const std::string& where, std::string_view what, const std::vector<WarningStats>& failures,
            Time now, std::vector<FailureWarning>& list);

  struct Said {
    std::uint64_t count = 0;
    Time at;
  };
  std::map<std::pair<std::string, std::string>, Said> said_;
};

}  // namespace radflow::cli
