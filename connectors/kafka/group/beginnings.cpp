#include "connectors/kafka/group/beginnings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "connectors/kafka/group/commit_metadata.hpp"
#include "connectors/kafka/group/durations.hpp"
#include "connectors/log.hpp"

namespace radflow::kafka {
namespace {

using namespace std::chrono_literals;

bool has_position(const rd_kafka_topic_partition_list_t& committed) {
  return std::ranges::any_of(each(committed), [](const auto& at) { return !at.err && at.offset >= 0; });
}

}  // namespace

Beginnings::Beginnings(const SourceParams& params, const BuildInfo& info, Assignment& assignment)
    : latest_{params.from == From::Latest},
      stops_{params.on_gap == OnGap::Stop},
      what_{"source " + info.name},
      group_{group(params, info)},
      graph_{info.graph},
      assignment_{assignment} {}

void Beginnings::look_around(Client& client) {
  if (!latest_ || there_) return;
  if (const auto topics = ask_topics(client, longest_answer_at_start))
    there_ = std::set<std::string>{topics->begin(), topics->end()};
}

PartitionsPtr Beginnings::choose(Client& client, rd_kafka_topic_partition_list_t& partitions) {
  if (partitions.cnt == 0) return nullptr;
  look_around(client);
  // Left to librdkafka where nobody answers: then passes() asks before the first record.
  const PartitionsPtr committed = ask_committed(client, partitions, longest_answer_at_assignment);
  if (!committed) return nullptr;
  const PartitionsPtr bounds = partition_list(partitions.cnt);
  std::map<std::string, bool> from;  // whether it applies, for each topic
  for (const auto& at : each(*committed)) {
    const bool without = !at.err && at.offset < 0;
    if (without && !from.contains(at.topic)) from[at.topic] = from_applies(client, at.topic);
    rd_kafka_topic_partition_list_add(bounds.get(), at.topic, at.partition)->offset =
        without && from[at.topic] && latest_ ? newest : oldest;
  }
  const PartitionsPtr asked{rd_kafka_topic_partition_list_copy(bounds.get())};
  ask_offsets(client, *bounds, longest_answer_at_assignment);
  PartitionsPtr due = partition_list();
  for (int i = 0; i < partitions.cnt; ++i) {
    const rd_kafka_topic_partition_t& before = committed->elems[i];
    const rd_kafka_topic_partition_t& bound = bounds->elems[i];
    std::int64_t& offset = partitions.elems[i].offset;
    if (before.err) continue;
    const bool gone = before.offset >= 0 && !bound.err && bound.offset > before.offset;
    const bool known = !bound.err && bound.offset >= 0;
    if (gone) say_gone({before.topic, before.partition, before.offset, bound.offset});
    const bool stays = before.offset >= 0 && !gone;
    offset = stays ? before.offset : known ? bound.offset : asked->elems[i].offset;
    if (stays || !known || !failure_.empty()) continue;
    rd_kafka_topic_partition_t& entry =
        *rd_kafka_topic_partition_list_add(due.get(), before.topic, before.partition);
    entry.offset = offset;
    // Who was at work stays known: see CrashGuard.
    set_metadata(entry, before.metadata ? std::string{metadata(before)} : to_text(graph_, {}));
  }
  return due->cnt > 0 ? std::move(due) : nullptr;
}

// Else the topic is read from its beginning.
bool Beginnings::from_applies(Client& client, const std::string& topic) {
  const PartitionsPtr all = ask_partitions_of(client, topic, longest_answer_at_assignment);
  const PartitionsPtr committed = ask_committed(client, *all, longest_answer_at_assignment);
  if (committed && has_position(*committed)) return false;
  const bool later = later_.contains(topic) || (there_ && !there_->contains(topic));
  const std::string from = later || !latest_ ? "earliest" : "latest";
  if (said_.insert(topic).second)
    log_info(fmt::format("{}: group '{}' has no position in '{}', begins at {}", what_, group_, topic, from),
             named(what_, {{"group", group_}, {"topic", topic}, {"from", from}}));
  return !later;
}

bool Beginnings::passes(Client& client, const Position& next, const std::atomic<std::uint64_t>& asked) {
  std::optional<Assignment::Jump> jump = assignment_.jump(next);
  if (jump && jump->expected == Assignment::unsettled) {
    const PartitionsPtr one = partition_list(1);
    rd_kafka_topic_partition_list_add(one.get(), next.topic.c_str(), next.partition);
    const PartitionsPtr committed = ask_committed(client, *one, longest_answer_between_records);
    if (!committed || committed->elems[0].err) return false;
    assignment_.begins_at(next, std::max<std::int64_t>(committed->elems[0].offset, -1));
    jump = assignment_.jump(next);
  }
  if (!jump) return true;
  if (next.offset < jump->expected) {
    say_beyond(next, jump->expected);
    if (!failure_.empty()) throw std::runtime_error{failure_};
    assignment_.begins_at(next, next.offset);
    return true;
  }
  const std::uint64_t before = asked;
  if (before == jump->asked) return true;
  const auto low = ask_offset(client, next.topic, next.partition, oldest, longest_answer_between_records);
  if (!low) return false;
  // One request was this one: with more, librdkafka may have asked meanwhile.
  const std::uint64_t after = asked;
  assignment_.asked(next, after == before + 1 ? after : before);
  if (*low > jump->expected)
    say_gone({next.topic, next.partition, jump->expected, std::min(*low, next.offset)});
  if (!failure_.empty()) throw std::runtime_error{failure_};
  return true;
}

void Beginnings::say_gone(const Range& range) {
  const std::int64_t count = range.end - range.from;
  records_ += static_cast<std::uint64_t>(count);
  say(fmt::format("{}: {} record{} gone: deleted before group '{}' has read {}", to_text(range), count,
                  count == 1 ? " is" : "s are", group_, count == 1 ? "it" : "them"),
      range.end,
      {{"cause", "deleted"},
       {"topic", range.topic},
       {"partition", range.partition},
       {"offset", range.from},
       {"count", count}});
}

void Beginnings::say_beyond(const Position& next, std::int64_t expected) {
  ++resets_;
  say(fmt::format(
          "{}:{}: position {} of group '{}' lies beyond the end: the topic was made again or cut off, "
          "and what it held from there on is gone",
          next.topic, next.partition, expected, group_),
      next.offset,
      {{"cause", "beyond the end"},
       {"topic", next.topic},
       {"partition", next.partition},
       {"offset", expected}});
}

void Beginnings::say(const std::string& what, std::int64_t to, const LogFields& fields) {
  if (!stops_)
    return log_warning(fmt::format("{}: {}; goes on at the oldest, {}", what_, what, to),
                       named(what_, fields));
  if (failure_.empty())
    failure_ = fmt::format(
        "{}; stops here because of 'on_gap: stop', start it with 'on_gap: warn' to go on "
        "at the oldest, {}",
        what, to);
}

}  // namespace radflow::kafka
