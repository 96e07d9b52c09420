#include "connectors/kafka/transactions/refused_outputs.hpp"

#include "graph/digest.hpp"

namespace radflow::kafka {

RefusedOutputs::Key RefusedOutputs::key(std::size_t topic, const Record& record, const Position& origin) {
  // The duration is among the headers: they differ from one time to the next.
  std::string what = xxh3_digest(record.value.text());
  if (record.key) what += xxh3_digest(*record.key);
  return {origin.topic, origin.partition, origin.offset, topic, std::move(what)};
}

void RefusedOutputs::add(std::size_t topic, const Record& record, const Position& origin, Error why) {
  all_.insert_or_assign(key(topic, record, origin), std::move(why));
}

std::optional<Error> RefusedOutputs::find(std::size_t topic, const Record& record,
                                          const Position& origin) const {
  if (all_.empty()) return std::nullopt;  // nearly always: nothing is digested then
  const auto found = all_.find(key(topic, record, origin));
  return found == all_.end() ? std::nullopt : std::optional{found->second};
}

void RefusedOutputs::forget_below(const rd_kafka_topic_partition_list_t& committed) {
  std::erase_if(all_, [&](const auto& entry) {
    const auto& [topic, partition, offset, to, what] = entry.first;
    const auto* at = rd_kafka_topic_partition_list_find(&committed, topic.c_str(), partition);
    return at && offset < at->offset;
  });
}

}  // namespace radflow::kafka
