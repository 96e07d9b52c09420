#include "connectors/kafka/group/commits.hpp"

#include <algorithm>

namespace radflow::kafka {

bool Commits::due(const Frontier& frontier) const {
  const std::int64_t position = frontier.position();
  return position >= 0 && (position != sent_ || note_.owner != sent_note_.owner);
}

void Commits::send(const Frontier& frontier, const std::string& graph, rd_kafka_topic_partition_t& entry) {
  sent_note_ = note_;
  if (frontier.pending() == 0) {  // whoever dies now, no record is to blame
    sent_note_.deaths = 0;
    sent_note_.span = 0;
  }
  Note told = sent_note_;
  if (told.span == 0)  // what is in flight, and twice what came since the last commit
    told.span = read_then_ < 0
                    ? unknown_span
                    : least_span + frontier.next() - frontier.position() + 2 * (frontier.next() - read_then_);
  entry.offset = sent_ = frontier.position();
  set_metadata(entry, to_text(graph, told));
  read_then_ = frontier.next();
}

void Commits::acknowledged(std::int64_t offset, const Frontier& frontier) {
  acknowledged_ = offset;
  if (base_ >= 0 && offset <= frontier.next()) base_ = std::max(base_, offset);
}

}  // namespace radflow::kafka
