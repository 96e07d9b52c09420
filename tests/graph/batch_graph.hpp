// A node that is called for several numbers at once, for the test graphs.
#pragma once

#include <atomic>
#include <mutex>

#include "graph/batch.hpp"
#include "tests/graph/functions.hpp"

namespace radflow::testing {

// What the test wants of the node, and what the node has seen.
struct Doubling {
  std::function<void(std::int64_t number, const Context&)>
      member;  // called for each message of a call; may throw
  std::function<Result<Number>(std::int64_t number)> result = [](std::int64_t number) -> Result<Number> {
    return Number{2 * number};
  };
  int too_few = 0;  // results that a call for several messages leaves out

  std::mutex mutex;
  std::vector<std::size_t> sizes;  // under mutex: of the calls

  std::vector<std::size_t> calls() {
    const std::lock_guard lock{mutex};
    return sizes;
  }
};

class Doubles {
 public:
  explicit Doubles(std::shared_ptr<Doubling> wanted) : wanted_{std::move(wanted)} {}

  std::vector<Result<Number>> operator()(Batch<Number> in) const {
    {
      const std::lock_guard lock{wanted_->mutex};
      wanted_->sizes.push_back(in.size());
    }
    std::vector<Result<Number>> results;
    for (std::size_t i = 0; i < in.size(); ++i) {
      if (wanted_->member) wanted_->member(in[i].value, in.context(i));
      results.push_back(wanted_->result(in[i].value));
    }
    if (in.size() > 1) results.erase(results.begin(), results.begin() + wanted_->too_few);
    return results;
  }

 private:
  std::shared_ptr<Doubling> wanted_;
};

using DoublesBody = detail::BodyOf<Doubles>;

inline TestGraph& doubles(TestGraph& graph, const std::string& name, const std::string& input,
                          const std::shared_ptr<Doubling>& wanted, BatchPlan batch,
                          NodeOptions options = {}) {
  graph.node(name, {input}, {}, std::move(options));
  graph.bodies(name, [wanted] { return std::make_unique<DoublesBody>(wanted, BuildInfo{}); });
  graph.plan.nodes.back().batch = batch;
  return graph;
}

}  // namespace radflow::testing
