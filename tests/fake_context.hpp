// FakeContext: a context whose parts a test sets, to call nodes and sinks without a pipeline.
#pragma once

#include "graph/context.hpp"

namespace radflow {

struct FakeContext final : Context {
  const Record& record() const override { return the_record; }
  const Identity& identity() const override { return the_identity; }
  const GraphInfo& graph() const override { return the_graph; }
  const std::string& input_digest() const override { return the_digest; }
  std::int64_t elapsed_us() const override { return the_elapsed_us; }
  std::optional<Error> charge(std::size_t bytes) const override {
    the_charged += bytes;
    if (the_charged <= the_memory) return std::nullopt;
    return Error{"too_large", "more than the test's memory"};
  }
  void warn(Error warning) const override { the_warnings.push_back(std::move(warning)); }

  Record the_record;
  Identity the_identity;
  GraphInfo the_graph;
  std::string the_digest = "xxh3:00000000000000000000000000000000";
  std::int64_t the_elapsed_us = 0;
  std::size_t the_memory = std::size_t{1} << 40;
  mutable std::size_t the_charged = 0;
  mutable std::vector<Error> the_warnings;
};

}  // namespace radflow
