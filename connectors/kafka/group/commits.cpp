#include "connectors/kafka/group/commits.hpp"

#include <algorithm>

namespace radflow::kafka {
namespace {

// Brokers take 4096 (offset.metadata.max.bytes) unless they are told otherwise.
constexpr std::size_t longest_note = 4000;

}  // namespace

bool Commits::due(const Frontier& frontier) const {
  const std::int64_t position = frontier.position();
  return position >= 0 && (position != sent_ || metadata_.owner != sent_metadata_.owner ||
                           (!too_long_ && frontier.done_count() != done_then_ && frontier.pending() > 0 &&
                            !frontier.done_ahead().empty()));
}

void Commits::send(const Frontier& frontier, const std::string& graph, rd_kafka_topic_partition_t& entry) {
  sent_metadata_ = metadata_;
  if (frontier.pending() == 0) {  // whoever dies now, no record is to blame
    sent_metadata_.deaths = 0;
    sent_metadata_.span = 0;
  }
  CommitMetadata told = sent_metadata_;
  if (told.span == 0)  // what is in flight, and twice what came since the last commit
    told.span = read_then_ < 0
                    ? unknown_span
                    : least_span + frontier.next() - frontier.position() + 2 * (frontier.next() - read_then_);
  entry.offset = sent_ = frontier.position();
  std::string text = to_text(graph, told);
  if (!too_long_ && text.size() < longest_note)
    text += ahead_text(sent_, frontier.done_ahead(), longest_note - text.size());
  set_metadata(entry, text);
  read_then_ = frontier.next();
  done_then_ = frontier.done_count();
}

void Commits::failed(rd_kafka_resp_err_t error) {
  sent_ = acknowledged_ = -1;
  too_long_ = too_long_ || error == RD_KAFKA_RESP_ERR_OFFSET_METADATA_TOO_LARGE;
}

void Commits::acknowledged(std::int64_t offset, const Frontier& frontier) {
  acknowledged_ = offset;
  if (base_ >= 0 && offset <= frontier.next()) base_ = std::max(base_, offset);
}

}  // namespace radflow::kafka
