#include "connectors/kafka/transactions/transactional_delivery.hpp"

#include <stdexcept>
#include <utility>

#include "connectors/kafka/group/durations.hpp"
#include "connectors/kafka/group/group_member.hpp"

namespace radflow::kafka {

void TransactionalDelivery::start(const ClientPtr& consumer) {
  if (std::exchange(started_, true)) return transactions_->renew(consumer);
  transactions_->start(consumer, [this](const auto& committed) { assignment_.done_below(committed); });
}

std::int64_t TransactionalDelivery::stop() {
  transactions_->stop();
  std::int64_t uncommitted = 0;
  for (const PartitionStatus& partition : assignment_.status()) uncommitted += partition.pending;
  return uncommitted;
}

bool TransactionalDelivery::enter(Position& position, GroupMember&) {
  if (transactions_->enter(position)) return true;
  transactions_->wait(longest_turn);
  return false;
}

bool TransactionalDelivery::give_up(const rd_kafka_topic_partition_list_t& partitions, Revocation how,
                                    GroupMember& member) {
  using namespace std::chrono_literals;
  const bool all = transactions_->give_up(partitions, how == Revocation::Asked ? longest_to_end : 0ms);
  if (all && how != Revocation::Lost) member.close(partitions, GroupMember::Clock::now() + longest_to_commit);
  return how != Revocation::Lost;
}

Delivery::Loss TransactionalDelivery::loss() const {
  if (const std::string failure = transactions_->failure(); !failure.empty())
    throw std::runtime_error{failure};
  if (!transactions_->lost()) return Loss::None;
  return transactions_->may_be_fenced_by_twin() ? Loss::PerhapsToTwin : Loss::Lost;
}

}  // namespace radflow::kafka
