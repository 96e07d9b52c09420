// Groups: gathers messages of many records by a key. A member is handed over in the order of its partition and then
// waits here, with nothing but its ticket; the group, once it is whole or its time is over, goes on as a message of its
// own, and when all that came of it has ended its members end. Time runs on a thread of its own, started if the graph
// gathers at all. Thread-safe.
#pragma once

#include <array>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "graph/group_body.hpp"
#include "graph/run/open_groups.hpp"
#include "graph/run/stages.hpp"

namespace radflow {

class Groups {
 public:
  // `may_come`: whether the next record of a source could come now, as far as the source and the graph's memory say.
  using MayCome = std::function<bool(std::size_t source)>;
  Groups(RunState& run, Records& records, Endings& endings, Stages& stages, MayCome may_come);
  ~Groups();

  // Starts the time.
  void start();
  // No group ends by time any more. Any thread.
  void stop_time() { stopped_ = true; }
  // The sources have ended by themselves and nothing else is on its way: finishes the open groups of the first node that
  // has some. To be called until nothing is left.
  void end_of_input();
  // Gives up what is open and what still comes: the next start reads it again.
  void drop_all();
  // After nothing runs any more.
  void clear();

  void add_to(PipelineStats& stats);

 private:
  struct Node {
    std::size_t group;  // its number in Layout::groups
    std::size_t index;  // its number in the plan
    const NodePlan* plan;
    GroupBody* body;
    OpenGroups open;
    std::array<SharedCount, ways_to_end> ended;  // by GroupEnd

    Node(std::size_t place, std::size_t at, const NodePlan& node, NodeBody& gathers, IdleClock::Duration step)
        : group{place}, index{at}, plan{&node}, body{static_cast<GroupBody*>(&gathers)}, open{step} {}
  };
  using Lane = OpenGroups::Lane;

  void add(std::size_t group, const Output& member);
  std::optional<GroupEnd> add_to_group(Node& node, Lane& lane, const std::string& key, const Output& member,
                                       std::optional<Error>& refused);
  void refuse(Node& node, const Output& member, Error error);
  // Under the lane's lock; each has to be finished or dropped.
  OpenGroup take(Node& node, Lane& lane, const std::string& key);
  std::vector<OpenGroup> take_all(Node& node, Lane& lane);
  // A group that has ended and whose source has not yet let it be finished.
  struct Due {
    Node* node;
    std::size_t source;
    OpenGroup group;
    GroupEnd end;
    std::vector<Position> records;
  };

  void finish(Node& node, std::size_t source, OpenGroup group, GroupEnd end);
  void finish_oldest(Node& node);
  bool start(Due& due);
  void give_up_incomplete(Node& node, std::size_t source, OpenGroup group, GroupEnd end);
  std::shared_ptr<Ticket> enter(Node& node, std::size_t source, OpenGroup& group, bool finishes);
  void put_off(Due due);
  void start_due();
  void drop(std::size_t source, const OpenGroup& group);
  void drop(const Due& due);
  static GroupStats stats_of(const Node& node);
  void add_open(Node& node, std::vector<OpenGroupStats>& all);
  void add_due(const Node& node, std::vector<OpenGroupStats>& all);
  bool held(std::size_t source, const OpenGroup& group) const;
  void tick(Node& node, IdleClock::Time now);
  void run(const std::stop_token& stop);

  RunState& run_;
  Records& records_;
  Endings& endings_;
  Stages& stages_;
  const MayCome may_come_;
  std::deque<Node> nodes_;  // in the order of Layout::groups
  std::atomic<bool> stopped_{false}, dropping_{false};
  std::atomic<std::uint64_t> dropped_{0};
  IdleClock::Duration step_;
  std::mutex due_mutex_;
  std::condition_variable_any wake_;
  bool woken_ = false;   // under due_mutex_: something is due since the timer looked
  std::deque<Due> due_;  // under due_mutex_
  std::jthread timer_;
};

}  // namespace radflow
