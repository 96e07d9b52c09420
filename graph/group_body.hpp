// A node that gathers, as the pipeline sees it. How to write one: graph/group_node.hpp.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "graph/node_body.hpp"

namespace radflow {

// What a member has made of its group.
enum class Gathering { Open, Complete };

// Why a group has ended.
enum class GroupEnd {
  Complete,    // its last member has come
  Idle,        // no member has come for `idle`, though it could have
  Longest,     // it has been open for `longest`
  Most,        // it has as many members as `most` allows
  EndOfInput,  // no source gives records any more
  MemoryFull,  // the groups of this node took more than `memory`; this one was the oldest
  Last = MemoryFull
};
inline constexpr std::size_t ways_to_end = static_cast<std::size_t>(GroupEnd::Last) + 1;
std::string_view describe(GroupEnd end);  // "no member came for `idle`"
std::string_view label(GroupEnd end);     // "idle", for metrics

// What arrives at the call that finishes a group.
struct GatheredState {
  static constexpr std::string_view payload_name = "group";
  std::shared_ptr<void> state;
  GroupEnd end = GroupEnd::Complete;
  std::size_t bytes() const {
    return sizeof(GatheredState);
  }  // the state counts against the group's own memory
};

class GroupBody : public NodeBody {
 public:
  // Which group a member belongs to.
  virtual Result<std::string> key(const Payload& member, const Context& context) const = 0;
  // The state of a group without members; the functions below get it back.
  virtual std::shared_ptr<void> open() const = 0;
  virtual Result<Gathering> add(void* state, const Payload& member, const Context& context) const = 0;
  virtual std::size_t bytes(const void* state) const = 0;
  // Uses the state up.
  virtual Outcome finish(void* state, GroupEnd end, const Context& context) const = 0;

  Outcome call(std::span<const Payload* const> inputs, const Context& context) override {
    const GatheredState& gathered = inputs[0]->as<GatheredState>();
    return finish(gathered.state.get(), gathered.end, context);
  }
};

// How the groups of a node end; the wiring key `group`.
struct GroupPlan {
  std::int64_t idle_ms = 30'000;
  std::int64_t longest_ms = 600'000;
  int most = 4000;
  std::int64_t memory_bytes = std::int64_t{64} << 20;
  // What ended otherwise than complete: its members become dead letters, or it is finished as it is.
  enum class Incomplete { DeadLetter, Emit } incomplete = Incomplete::DeadLetter;
};

}  // namespace radflow
