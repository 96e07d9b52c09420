// Warnings: what nodes say of messages of which a value comes all the same. A node says them while it is called,
// on the thread that calls it; the pipeline takes them when the call has ended, as it knows the node.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "graph/record.hpp"
#include "graph/result.hpp"
#include "graph/stats.hpp"

namespace radflow {

struct SaidWarning {
  Error warning;
  Position at;  // the record of the message that it is about
};
// Keeps a warning for the call that goes on on this thread.
void say_warning(Error warning, const Position& at);
// Those said on this thread since they were last taken; almost always none.
std::vector<SaidWarning>& said_warnings();

// Counts by node and reason; warnings are rare, so a map under a mutex serves.
class WarningCounters {
 public:
  void add(const std::string& node, const Error& warning, const Position& at);
  std::vector<WarningStats> of(const std::string& node) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::map<std::string, WarningStats>> counts_;
};

}  // namespace radflow
