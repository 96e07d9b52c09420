#include "connectors/kafka/settled_letters.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <stdexcept>

#include "connectors/kafka/client/topic_reader.hpp"
#include "connectors/kafka/group/commit_metadata.hpp"

namespace radflow::kafka {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

Properties with_group(const std::string& group) {
  Properties all = reader_defaults();
  all.emplace_back("group.id", group);
  return all;
}

}  // namespace

SettledLetters::NotAllowed::NotAllowed(const std::string& group)
    : std::runtime_error{fmt::format(
          "Kafka does not allow Read on group '{}', which keeps what was replayed: an ACL has to grant it; "
          "--again replays all dead letters without it",
          group)} {}

SettledLetters::SettledLetters(std::string topic, const std::string& graph, const Properties& properties)
    : topic_{std::move(topic)},
      group_{graph + ".replay"},
      client_{RD_KAFKA_CONSUMER, make_conf(with_group(group_), properties), "group " + group_, {}} {
  rd_kafka_poll_set_consumer(client_.get());
}

bool SettledLetters::load(const std::vector<Range>& partitions, std::chrono::milliseconds longest) {
  const PartitionsPtr list = partition_list();
  for (const Range& partition : partitions)
    rd_kafka_topic_partition_list_add(list.get(), topic_.c_str(), partition.partition);
  client_.watch();
  const auto error = rd_kafka_committed(client_.get(), list.get(), static_cast<int>(longest.count()));
  // Nothing is assigned: what is polled is what the search for the group's coordinator met.
  const MessagePtr met = client_.poll({});
  if (error == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED ||
      (met && met->err == RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED))
    throw NotAllowed{group_};
  if (error) return false;
  for (std::size_t i = 0; i < partitions.size(); ++i) {
    const rd_kafka_topic_partition_t& at = list->elems[i];
    if (at.err) return false;
    Partition& partition = partitions_[partitions[i].partition];
    partition.oldest = partitions[i].from;
    if (at.offset >= 0) {
      // A position above the end is of a topic of this name that is gone.
      if (at.offset > partitions[i].end) continue;
      partition.before.add({0, at.offset});
      for (const OffsetRun& run : read_ahead(metadata(at), at.offset)) partition.before.add(run);
    }
    partition.settled = partition.before;
  }
  return true;
}

bool SettledLetters::was_settled(const Position& letter) const {
  const auto partition = partitions_.find(letter.partition);
  return partition != partitions_.end() && partition->second.before.contains(letter.offset);
}

void SettledLetters::begin(std::int32_t partition, std::int64_t offset) {
  const std::lock_guard lock{mutex_};
  partitions_[partition].read_to = offset;
}

// Offsets that were passed over hold no letter.
void SettledLetters::read(const Position& letter) {
  const std::lock_guard lock{mutex_};
  Partition& partition = partitions_[letter.partition];
  partition.settled.add({partition.read_to, letter.offset});
  partition.read_to = letter.offset + 1;
}

void SettledLetters::settle(const Position& letter) {
  const std::lock_guard lock{mutex_};
  settle_locked(letter);
}

void SettledLetters::settle_locked(const Position& letter) {
  Partition& partition = partitions_[letter.partition];
  if (partition.settled.contains(letter.offset)) return;
  partition.settled.add({letter.offset, letter.offset + 1});
  partition.due = true;
}

void SettledLetters::send(const Position& letter, const Position& original) {
  const std::lock_guard lock{mutex_};
  Sent& sent = sent_[{original.topic, original.partition, original.offset}];
  if (sent.done)
    settle_locked(letter);
  else
    sent.letters.push_back(letter);
}

void SettledLetters::done(const Position& original) {
  const std::lock_guard lock{mutex_};
  const auto sent = sent_.find({original.topic, original.partition, original.offset});
  if (sent == sent_.end()) return;
  sent->second.done = true;
  for (const Position& letter : std::exchange(sent->second.letters, {})) settle_locked(letter);
}

PartitionsPtr SettledLetters::due() {
  const std::lock_guard lock{mutex_};
  PartitionsPtr list;
  for (auto& [number, partition] : partitions_) {
    if (!std::exchange(partition.due, false)) continue;
    if (!list) list = partition_list();
    rd_kafka_topic_partition_t& entry =
        *rd_kafka_topic_partition_list_add(list.get(), topic_.c_str(), number);
    entry.offset = partition.settled.first_missing(partition.oldest);
    const auto runs = partition.settled.above(entry.offset);
    const std::size_t room = longest_metadata - group_.size();
    if (runs_with_room(entry.offset, runs, room) < runs.size())
      client_.warn(
          fmt::format("too many letters of {}:{} are settled apart from each other: the next replay sends "
                      "the last of them "
                      "again; replay all of them at once to settle them",
                      topic_, number),
          {{"cause", "too many runs"}, {"topic", topic_}, {"partition", number}, {"count", runs.size()}});
    set_metadata(entry, to_text(group_, {}) + ahead_text(entry.offset, runs, room));
  }
  return list;
}

bool SettledLetters::commit(std::chrono::milliseconds longest) {
  const auto deadline = Clock::now() + longest;
  client_.poll({});
  client_.watch();
  const PartitionsPtr list = due();
  if (!list) return true;
  const QueuePtr answers{rd_kafka_queue_new(client_.get())};
  rd_kafka_resp_err_t error =
      rd_kafka_commit_queue(client_.get(), list.get(), answers.get(), nullptr, nullptr);
  if (!error) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    const EventPtr event{rd_kafka_queue_poll(answers.get(), std::max(0, static_cast<int>(left.count())))};
    error = event ? rd_kafka_event_error(event.get()) : RD_KAFKA_RESP_ERR__TIMED_OUT;
  }
  if (!error) return true;
  client_.warn(fmt::format("what was replayed could not be committed ({})", text(error)),
               {{"cause", text(error)}, {"topic", topic_}});
  const std::lock_guard lock{mutex_};
  for (const auto& entry : each(*list)) partitions_[entry.partition].due = true;
  return false;
}

}  // namespace radflow::kafka
