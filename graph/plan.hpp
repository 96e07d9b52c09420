// Plan: a graph that was read, checked and found right; a Pipeline runs it. Plain data, immutable once made.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "graph/context.hpp"
#include "graph/group_body.hpp"
#include "graph/node.hpp"
#include "graph/spec.hpp"

namespace radflow {

enum class Order { Key, Partition, None };
enum class OnError { DeadLetter, Drop, Stop };

struct ComponentPlan {
  const Spec* spec = nullptr;
  std::string name;
  std::shared_ptr<const void> params;
  BuildInfo info;
  Mark mark;
  // Where the file gives parameters and properties, the shared block first; later ones win.
  std::vector<std::pair<std::string, Mark>> param_marks;
  bool sound = true;  // nothing is wrong with what the file says of it; of a checked plan always

  // A parameter's value as it would stand in YAML. The component has a parameter of that name.
  std::string param_text(std::string_view param) const { return spec->param(param)->get(params.get()); }
};

// Where a node's or sink's input comes from: node `node` of Plan::nodes and its output port, or the sources.
struct InputPlan {
  static constexpr int from_sources = -1;
  int node = from_sources;
  int port = 0;
  Mark mark;      // where the file says so
  int taker = 0;  // the input port of the node that takes it, unless that takes any number
};

struct NodePlan : ComponentPlan {
  std::vector<InputPlan>
      inputs;  // one per input port that is wired, in their order; of a variadic node any number
  std::optional<int> concurrency;
  OnError on_error = OnError::DeadLetter;
  std::optional<Retry> retry;  // never of a split
  GroupPlan group;             // what a node that gathers is told
  // A node that may be called for several messages at once has it; absent: one at a time.
  std::optional<BatchPlan> batch;
};

struct SinkPlan : ComponentPlan {
  std::vector<InputPlan> inputs;  // each input is delivered; empty for a dead-letter sink
  bool errors = false;            // from: errors
  Order order = Order::Key;
};

struct Plan {
  std::string file;
  std::vector<Diagnostic> warnings;  // what looks unintended, though the graph runs
  GraphInfo info;
  std::int64_t memory_bytes = std::int64_t{512} << 20;
  int workers = 0;  // 0: one per core
  Delivery delivery = Delivery::AtLeastOnce;
  bool replay = false;      // see Overrides::replay: incomplete groups are dead letters again
  std::string http_listen;  // "" : the default, 127.0.0.1:9464 or the next free port
  Mark http_mark;           // where the file says so
  std::int64_t drain_ms = 30'000;
  std::int64_t close_ms = 30'000;  // then all of it has to have ended, see ShutdownDeadline
  std::vector<ComponentPlan> sources;
  std::vector<NodePlan> nodes;  // in topological order
  std::vector<SinkPlan> sinks;
};

// The type that arrives at an input; of a checked plan never null.
const PayloadType* arriving_type(const InputPlan& input, const Plan& plan);

// A connector that the program makes to stand in for connectors of a graph.
struct StandIn {
  std::string option;  // the option of the command line, which messages about it name
  std::string type;
  std::vector<std::pair<std::string, std::string>> params;
};
struct ReplacedSink {
  bool errors = false;     // it takes the dead letters
  bool continued = false;  // a source goes on where an earlier run stopped: what that run wrote stays
};

// What a caller changes of a graph before it is checked.
struct Overrides {
  std::vector<std::string> set;                      // "nodes.resize.width=128"
  std::optional<StandIn> source;                     // instead of the sources
  std::function<StandIn(const ReplacedSink&)> sink;  // makes what stands in for a sink; empty: sinks stay
  bool replay = false;    // what the sources read was read before: at least once, an output file is new
  bool training = false;  // model files (Limits::digest) may be missing: they are about to be made
};

// Reads, checks and plans. Throws ConfigError with everything that is wrong.
Plan load_plan(const std::string& file, const Overrides& overrides = {});
// The same from text; `file` names it in messages and is where relative paths start.
Plan load_plan_text(std::string_view yaml, const std::string& file, const Overrides& overrides = {});

// One node from YAML such as "resize: {width: 8}"; for tests and tools. Throws ConfigError.
std::unique_ptr<NodeBody> make_node(std::string_view yaml, const std::string& folder = ".");

}  // namespace radflow
