#include "connectors/kafka/group/commits.hpp"

#include <algorithm>

namespace radflow::kafka {
namespace {

// Of the metadata what says that more is done: a graph's name and the other fields have room beside it.
constexpr std::size_t longest_list = 3500;

}  // namespace

std::optional<CommitPoint> Commits::point(const Frontier& frontier, const GatheredOffsets& gathered) const {
  return gathered.commit_point(frontier, too_long_ ? 0 : longest_list);
}

bool Commits::due(const Frontier& frontier, const GatheredOffsets& gathered,
                  std::optional<CommitPoint>& now) const {
  const bool said_otherwise =
      metadata_.owner != sent_metadata_.owner || metadata_.finish != sent_metadata_.finish;
  if (gathered.gathering()) {
    now = point(frontier, gathered);
    if (said_otherwise) return now || last_.position >= 0;
    return now && now->position >= 0 && (now->position != sent_ || now->ahead != last_.ahead);
  }
  const bool moved = frontier.position() != sent_;
  // Without a look at each record that is read: where none was done since then, none is done above the frontier.
  const bool more_above = !too_long_ && frontier.done_count() != done_then_ && frontier.pending() > 0;
  if (frontier.position() < 0 || !(moved || said_otherwise || more_above)) return false;
  now = point(frontier, gathered);
  return moved || said_otherwise || !now->ahead.empty();
}

void Commits::send(std::optional<CommitPoint> now, const Frontier& frontier, const GatheredOffsets& gathered,
                   const std::string& graph, rd_kafka_topic_partition_t& entry) {
  const Frontier& through = gathered.through(frontier);
  sent_metadata_ = metadata_;
  if (through.pending() == 0 && metadata_.finish.empty()) {  // whoever dies now, no record is to blame
    sent_metadata_.deaths = 0;
    sent_metadata_.span = 0;
  }
  CommitMetadata told = sent_metadata_;
  if (told.span == 0)  // what is in flight, and twice what came since the last commit
    told.span = read_then_ < 0
                    ? unknown_span
                    : least_span + frontier.next() - through.position() + 2 * (frontier.next() - read_then_);
  if (gathered.gathering()) {
    if (now) last_ = *std::move(now);
    told.through = std::max(told.through, through.position());
  }
  entry.offset = sent_ = last_.position >= 0 ? last_.position : frontier.position();
  sent_through_ = through.position();
  std::string text = to_text(graph, told);
  if (gathered.gathering())
    text += ahead_text(sent_, last_.ahead, longest_list);
  else if (!too_long_ && text.size() < longest_metadata)
    text += ahead_text(sent_, now->ahead, longest_metadata - text.size());
  set_metadata(entry, text);
  read_then_ = frontier.next();
  done_then_ = frontier.done_count();
}

void Commits::failed(rd_kafka_resp_err_t error) {
  sent_ = acknowledged_ = acknowledged_through_ = -1;
  too_long_ = too_long_ || error == RD_KAFKA_RESP_ERR_OFFSET_METADATA_TOO_LARGE;
}

void Commits::acknowledged(std::int64_t offset, const Frontier& frontier) {
  acknowledged_ = offset;
  acknowledged_through_ = offset == sent_ ? sent_through_ : offset;
  if (base_ >= 0 && offset <= frontier.next()) base_ = std::max(base_, offset);
}

}  // namespace radflow::kafka
