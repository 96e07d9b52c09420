// What `radflow bench` has measured, and how it is told.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "graph/stats.hpp"

namespace radflow::cli {

struct BenchedNode {
  std::string name, type;
  double seconds = 0;  // in all its calls; sampled where calls are short
};

struct BenchedRound {
  double seconds = 0;
  int runs = 0;
  std::uint64_t records = 0, failed = 0;
  std::vector<BenchedNode> nodes;

  // Another run of the same graph.
  void add(const PipelineStats& stats, double passed);
  double rate() const { return static_cast<double>(records) / seconds; }
  // What the nodes take of one record on one core, in seconds.
  double computed() const;
};

struct BenchedWorkers {
  int workers = 1;
  std::vector<BenchedRound> rounds;

  // The round whose rate is in the middle.
  const BenchedRound& median() const;
};

// A table of the rates by workers, and one of the nodes' time with the first number of workers.
std::string bench_text(const std::string& graph, const std::vector<BenchedWorkers>& all);
std::string bench_json(const std::string& graph, const std::vector<BenchedWorkers>& all);

}  // namespace radflow::cli
