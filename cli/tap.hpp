// Tap: runs a graph up to one node and keeps what arrives there, for train and evaluate.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "graph/plan.hpp"

namespace radflow::cli {

// One message at the tap.
struct Tapped {
  std::string key;  // of its record
  std::int64_t offset = 0;
  std::vector<std::uint32_t> part{0};  // which frame, from 0, and which tile of it, as Identity::path()
  std::optional<std::string> label;    // the record's header: the class folder's name
  std::string digest;                  // the digest of the record's bytes, "xxh3:..."
  Payload payload;
  std::vector<std::pair<std::string, std::string>> said =
      {};               // the frame's identifiers and the record's headers
  std::size_t end = 0;  // which of the ends it arrived at
};

struct TappedResults {
  std::vector<Tapped> messages;                // sorted by key, offset and part, however the workers ran
  std::map<std::string, std::int64_t> failed;  // records that gave no result, by reason
  std::vector<Record> letters = {};            // their dead letters, without the bytes, the first 100

  std::int64_t failures() const;
};

enum class TapAt { Input, Output };

// Throws a ConfigError of one message.
[[noreturn]] void refuse(const Mark& place, const std::string& message);

// The node that learns from features (`regress` is one), or that predicts; of several the one named `wanted`. Throws ConfigError.
std::size_t trainable_node(const Plan& plan, const std::string& wanted);
// A trainable one, or a `combine` that has a model.
std::size_t learning_node(const Plan& plan, const std::string& wanted);
std::size_t predicting_node(const Plan& plan, const std::string& wanted);

// What `node` is given, or what it makes. Only it and the nodes before it run; the graph's sinks are not
// built. Shows a progress bar. Throws ConfigError, or std::runtime_error if the graph stopped.
TappedResults tap(const Plan& plan, std::size_t node, TapAt at, const std::string& title,
                  std::uint64_t total);

// The same of several places in the graph at once: each end is a node with one of its outputs, none twice. Without a title
// there is no progress bar.
TappedResults tap_ends(const Plan& plan, const std::vector<InputPlan>& ends, const std::string& title,
                       std::uint64_t total);

// Files in the folder or glob that stands in for the sources; 0, for unknown, without one. Throws
// ConfigError.
std::uint64_t count_input(const std::string& input);

// For a source that never ends there is nothing to wait for: throws ConfigError.
void require_ending_sources(const Plan& plan);

// A line for a person about the records that failed, or "".
std::string describe_failures(const TappedResults& tapped);
// Prints it on stderr.
void print_failures(const TappedResults& tapped);

}  // namespace radflow::cli
