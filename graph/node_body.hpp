// A node as the pipeline sees it: built once, called for every message. How to write one: graph/node.hpp.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "graph/context.hpp"
#include "graph/known.hpp"
#include "graph/payload.hpp"
#include "graph/resources.hpp"
#include "graph/result.hpp"

namespace radflow {

// One message that a split makes. A part without a value is a frame that failed: the others go on. Where what was split is
// a part itself, the message keeps the outer number, and this one becomes that of a tile.
template <typename T>
struct Part {
  Result<T> value;
  Identity identity;
};

// A value and the identifiers that replace those of its message, for what comes after this node.
template <typename T>
struct Identified {
  T value;
  std::vector<std::pair<std::string, std::string>> ids;
};

// What came of one call of a node.
struct Outcome {
  enum class Kind { Value, Values, Filtered, Failed, Split };
  struct Piece {
    Result<Payload> value;
    Identity identity;
    std::vector<Payload> others = {};  // by the outputs behind the first; empty where nothing leaves
  };

  Kind kind = Kind::Filtered;
  Payload value;
  int port = 0;                  // which output the value leaves by; nothing leaves by the others
  std::unique_ptr<Error> error;  // Failed
  std::vector<Payload> values;   // Values: one for each output, empty where nothing leaves
  std::vector<Piece> pieces;     // Split; the one message of a node that is Arity::Identified

  static Outcome of(Payload value, int port = 0) {
    Outcome outcome;
    outcome.kind = Kind::Value;
    outcome.value = std::move(value);
    outcome.port = port;
    return outcome;
  }
  // Filtered if all are empty.
  static Outcome of_each(std::vector<Payload> values) {
    Outcome outcome;
    for (const Payload& value : values)
      if (value) outcome.kind = Kind::Values;
    outcome.values = std::move(values);
    return outcome;
  }
  static Outcome filtered() { return {}; }
  static Outcome failed(Error error) {
    Outcome outcome;
    outcome.kind = Kind::Failed;
    outcome.error = std::make_unique<Error>(std::move(error));
    return outcome;
  }
  static Outcome split(std::vector<Piece> pieces) {
    Outcome outcome;
    outcome.kind = Kind::Split;
    outcome.pieces = std::move(pieces);
    return outcome;
  }
};

// What a node with several outputs returns: a value and the output it leaves by, counted from 0 in the order
// of .outputs({"matched", "other"}).
struct Routed {
  Payload value;
  int port = 0;
};

class NodeMetrics;  // graph/node_metrics.hpp

// One message of several that a node is called for at once; see graph/batch.hpp.
struct BatchMember {
  std::span<const Payload* const> inputs;
  const Context* context = nullptr;
};

// A node as the pipeline calls it: by any worker, by several at a time unless the specification says
// `exclusive`. Inputs are of the specification's types, one for each port, and null only where a port is optional. What
// it throws is a failed message.
class NodeBody {
 public:
  virtual ~NodeBody() = default;
  virtual Outcome call(std::span<const Payload* const> inputs, const Context& context) = 0;
  // Several calls in one, with an outcome for each message in their order. What it throws fails none of them yet: each is
  // called alone then.
  virtual std::vector<Outcome> call_all(std::span<const BatchMember> members);
  // What is known of the values that leave by an output, beyond their type.
  virtual Known known(int /*output*/) const { return {}; }
  // What the node counts itself, once it is built; its instances share it.
  std::shared_ptr<NodeMetrics> metrics;
};

// How often what failed in a way that may pass is tried again, and after what time:
// the backoff doubles each time.
struct Retry {
  int times = 3;  // 0: without end; sinks only
  std::int64_t backoff_ms = 200;
  bool operator==(const Retry&) const = default;
};

// How often a record takes effect where a process dies in between.
enum class Delivery { AtLeastOnce, ExactlyOnce };

// What a component may know of the graph while it is built.
struct BuildInfo {
  std::string graph;   // the graph's name
  std::string name;    // the component's own
  std::string folder;  // where the graph file lies: its relative paths start there
  // Nodes: a digest of every node and parameter between the source and this one;
  // "" where something there is wrong.
  std::string upstream_digest;
  std::string upstream;  // the same for a person: one line per node, "resize: {height: 256, width: 256}"
  std::vector<const PayloadType*> inputs;  // What arrives at each input; null: unknown, or not wired.
  std::vector<Known> known;                // nodes and sinks: beyond the type, at each input
  std::shared_ptr<NodeMetrics> metrics;    // nodes: what its specification declares; never null
  // Sinks: whether the key alone tells a record from all others of the graph, whether what arrives can be a part of a part
  // (see Identity::tiles), and the nodes (or sources) whose outputs they take, "decode" or "route.matched".
  bool key_is_unique = false;
  bool has_tiles = false;
  std::vector<std::string> from;
  Delivery delivery = Delivery::AtLeastOnce;
  // Connectors: of the shared block, then their own; later ones win.
  std::vector<std::pair<std::string, std::string>> properties;
  bool emits_incomplete =
      false;        // nodes that gather: finish() is also called of a group that is not complete
  int workers = 1;  // Calls of the graph's nodes that may go on at a time.
  Retry retry{.times = 0, .backoff_ms = 50};  // sinks: of what they write
  std::shared_ptr<Resources> resources =
      std::make_shared<Resources>();  // all components of one graph share it

  // A path of the YAML, made absolute or relative to the working directory.
  std::string path(const std::string& in_yaml) const;
};

struct NoParams {};

}  // namespace radflow
