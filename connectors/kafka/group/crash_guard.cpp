#include "connectors/kafka/group/crash_guard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "connectors/kafka/client/range.hpp"
#include "connectors/kafka/group/commits.hpp"
#include "connectors/kafka/group/durations.hpp"
#include "connectors/log.hpp"

namespace radflow::kafka {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t group_size = 64;
constexpr std::int64_t in_groups = 4096;

std::string range_of(const Position& at, const std::vector<OffsetRun>& runs) {
  return to_text(Range{at.topic, at.partition, runs.front().from, runs.back().end});
}
std::vector<std::string> ranges_of(const Position& at, const std::vector<OffsetRun>& runs) {
  std::vector<std::string> all;
  for (const OffsetRun& run : runs) all.push_back(range_of(at, {run}));
  return all;
}

}  // namespace

CrashGuard::CrashGuard(Assignment& assignment, Delivery& delivery, const std::string& graph,
                       const std::string& owner)
    : assignment_{assignment}, delivery_{delivery}, graph_{graph}, owner_{owner} {}

std::string CrashGuard::new_owner() {
  std::random_device random;
  return fmt::format("{:08x}", random());
}

std::function<std::string(std::int64_t)> CrashGuard::at_work(const std::string& graph,
                                                             const std::string& owner) {
  return [graph, owner](std::int64_t records) {
    return to_text(graph, {owner, 0, Commits::least_span + 3 * records});
  };
}

// `below`: of those that come again though they were through. Whoever dies meanwhile has not reached the others.
CommitMetadata CrashGuard::metadata(const Guarded& guarded, bool below) const {
  if (below) return {owner_, guarded.deaths, guarded.one_by_one, guarded.through};
  return {owner_, guarded.deaths, guarded.one_by_one > 0 ? 1 : guarded.in_groups > 0 ? group_size : 0};
}

bool CrashGuard::lets_in(const Position& position, GroupMember& member) {
  if (finishing_ && waits_for_group(position)) return false;
  // As the one before, mostly.
  if (let_in_ && let_in_->generation == position.generation && let_in_->free > 0 &&
      position.offset < let_in_->free_below)
    return true;
  Guarded& guarded = guarded_[{position.topic, position.partition}];
  if (guarded.generation != position.generation) guarded = {.generation = position.generation};
  let_in_ = &guarded;
  if (position.offset >= guarded.free_below) {
    guarded.free = 0;
    guarded.free_below = no_limit;
  }
  if (guarded.free > 0) return true;
  if (!guarded.knows && !look_back(position, member, guarded)) return false;
  if (!settled(position)) return false;
  if (!assignment_.wait_first(position, longest_turn)) return false;
  const bool below = position.offset < guarded.through;
  if (!assignment_.was_committed_with(position, metadata(guarded, below))) {
    member.commit_with(position, metadata(guarded, below));
    return false;
  }
  if (below) {  // none of them killed the process by itself
    guarded.free = no_limit;
    guarded.free_below = guarded.through;
    return true;
  }
  guarded.free = guarded.one_by_one > 0 ? 1 : guarded.in_groups > 0 ? group_size : no_limit;
  return true;
}

bool CrashGuard::settled(const Position& position) const {
  const PartitionsPtr one = partition_list(1);
  rd_kafka_topic_partition_list_add(one.get(), position.topic.c_str(), position.partition);
  return delivery_.settled(*one, longest_turn);
}

void CrashGuard::entered() {
  if (let_in_->free == no_limit) return;
  --let_in_->free;
  if (let_in_->one_by_one > 0)
    --let_in_->one_by_one;
  else if (--let_in_->in_groups == 0)
    let_in_->deaths = 0;
}

// Records that an owner before left done above its position.
void CrashGuard::pass_over(const Position& position, std::vector<OffsetRun> runs) {
  std::int64_t records = 0;
  for (const OffsetRun& run : runs) records += run.end - run.from;
  if (records == 0 || !delivery_.take_as_done(position, std::move(runs))) return;
  log_info(fmt::format("{}:{}: {} records behind {} are done already and are not computed again",
                       position.topic, position.partition, records, position.offset),
           {{"topic", position.topic},
            {"partition", position.partition},
            {"offset", position.offset},
            {"count", records}});
}

// False: the broker did not say.
bool CrashGuard::look_back(const Position& position, GroupMember& member, Guarded& guarded) {
  const PartitionsPtr list = partition_list(1);
  rd_kafka_topic_partition_t* before =
      rd_kafka_topic_partition_list_add(list.get(), position.topic.c_str(), position.partition);
  if (rd_kafka_committed(member.client().get(), list.get(),
                         static_cast<int>(longest_answer_at_assignment.count())) ||
      before->err)
    return false;
  guarded.knows = true;
  const std::string_view said = kafka::metadata(*before);
  const CommitMetadata last = read_commit_metadata(said);
  if (position.offset >= before->offset) pass_over(position, read_ahead(said, before->offset));
  if (last.owner.empty() || last.owner == owner_) return true;
  guarded.deaths = last.deaths + 1;
  guarded.one_by_one = last.span;
  guarded.through = last.through;
  guarded.in_groups = in_groups;
  const std::int64_t first = std::max(position.offset, last.through);  // the first record that was under way
  {
    const std::lock_guard lock{mutex_};
    suspects_[{position.topic, position.partition}] = {position.generation, first + last.span + in_groups,
                                                       guarded.deaths};
  }
  const std::string at = fmt::format("{}:{}:{}", position.topic, position.partition, first);
  const std::string here = fmt::format("{}:{}:{}", position.topic, position.partition, position.offset);
  const LogFields fields = named(member.client().what(), {{"topic", position.topic},
                                                          {"partition", position.partition},
                                                          {"offset", first},
                                                          {"deaths", guarded.deaths}});
  if (!last.finish.empty() && guarded.deaths > 1)
    log_error(fmt::format("{}: the process died or was cut off {} times, the last time while it finished the "
                          "group of {} with nothing else of its partition in flight. If it is the group "
                          "that kills it, pass it to the dead letters: --skip {}",
                          here, guarded.deaths, range_of(position, last.finish),
                          fmt::join(ranges_of(position, last.finish), " --skip ")),
              fields);
  else if (last.span == 1 && guarded.deaths > 1)
    log_error(
        fmt::format(
            "{}: the process died or was cut off {} times with this record in flight, the last time with no "
            "other of its "
            "partition. If it is the record that kills it, pass it to the dead letters: --skip {}",
            at, guarded.deaths, at),
        fields);
  else if (last.through > position.offset && guarded.deaths > 1)
    log_error(
        fmt::format(
            "{}: the process died or was cut off {} times while groups with records from here to {} were "
            "open. If it is what finishes one of them that kills it, pass them to the dead letters: "
            "--skip {}-{}",
            here, guarded.deaths, last.through - 1, here, last.through - 1),
        fields);
  else
    log_warning(fmt::format("{}: the process that read on from here died or was cut off, so records come one "
                            "by one for a while",
                            at),
                fields);
  return true;
}

}  // namespace radflow::kafka
