#include "connectors/kafka/group/commits.hpp"

#include <algorithm>

namespace radflow::kafka {
namespace {

// Of the metadata what says that more is done: a graph's name and the other fields have room beside it.
constexpr std::size_t longest_list = 3500;

}  // namespace

bool Commits::due(const Frontier& frontier, const GatheredOffsets& gathered) const {
  if (gathered.gathering()) {
    const auto point = gathered.commit_point(frontier, too_long_ ? 0 : longest_list);
    if (metadata_.owner != sent_metadata_.owner) return point || last_.position >= 0;
    return point && point->position >= 0 && (point->position != sent_ || point->ahead != last_.ahead);
  }
  const std::int64_t position = frontier.position();
  return position >= 0 && (position != sent_ || metadata_.owner != sent_metadata_.owner ||
                           (!too_long_ && frontier.done_count() != done_then_ && frontier.pending() > 0 &&
                            !frontier.done_ahead().empty()));
}

void Commits::send(const Frontier& frontier, const GatheredOffsets& gathered, const std::string& graph,
                   rd_kafka_topic_partition_t& entry) {
  const Frontier& through = gathered.through(frontier);
  sent_metadata_ = metadata_;
  if (through.pending() == 0) {  // whoever dies now, no record is to blame
    sent_metadata_.deaths = 0;
    sent_metadata_.span = 0;
  }
  CommitMetadata told = sent_metadata_;
  if (told.span == 0)  // what is in flight, and twice what came since the last commit
    told.span = read_then_ < 0
                    ? unknown_span
                    : least_span + frontier.next() - through.position() + 2 * (frontier.next() - read_then_);
  if (gathered.gathering()) {
    if (auto point = gathered.commit_point(frontier, too_long_ ? 0 : longest_list)) last_ = *std::move(point);
    told.through = std::max(told.through, through.position());
  }
  entry.offset = sent_ = last_.position >= 0 ? last_.position : frontier.position();
  sent_through_ = through.position();
  std::string text = to_text(graph, told);
  if (gathered.gathering())
    text += ahead_text(sent_, last_.ahead, longest_list);
  else if (!too_long_ && text.size() < longest_metadata)
    text += ahead_text(sent_, gathered.commit_point(frontier, longest_list)->ahead,
                       longest_metadata - text.size());
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
