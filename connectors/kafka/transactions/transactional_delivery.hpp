// TransactionalDelivery: exactly once. The graph's transactions commit; the member commits only who is at work and that
// partitions were given up in order.
#pragma once

#include <memory>

#include "connectors/kafka/group/assignment.hpp"
#include "connectors/kafka/group/delivery.hpp"
#include "connectors/kafka/transactions/transactions.hpp"

namespace radflow::kafka {

class TransactionalDelivery final : public Delivery {
 public:
  // `assignment` has to outlive this.
  TransactionalDelivery(Assignment& assignment, std::shared_ptr<Transactions> transactions)
      : assignment_{assignment}, transactions_{std::move(transactions)} {}

  void start(const ClientPtr& consumer) override;
  std::int64_t stop() override;
  bool enter(Position& position, GroupMember& member) override;
  void leave(const Position& position) override { transactions_->leave(position); }
  void pass(const Position& position) override { transactions_->pass(position); }
  // What is done is what the transactions say.
  bool take_as_done(const Position&, std::vector<OffsetRun>) override { return false; }
  void done(const Position& position) override { transactions_->done(position); }
  // What comes of a partition that was given up finds no batch.
  bool holds(const Position&) const override { return true; }
  PartitionsPtr to_commit() override { return nullptr; }
  bool commit_is_urgent() const override { return false; }
  bool settled(const rd_kafka_topic_partition_list_t& partitions,
               std::chrono::milliseconds longest) override {
    return transactions_->settled(partitions, longest);
  }
  bool give_up(const rd_kafka_topic_partition_list_t& partitions, Revocation how,
               GroupMember& member) override;
  bool all_committed() const override { return transactions_->all_committed(); }
  Loss loss() const override;
  std::string not_ready() const override { return transactions_->not_ready(); }

 private:
  Assignment& assignment_;
  const std::shared_ptr<Transactions> transactions_;
  bool started_ = false;
};

}  // namespace radflow::kafka
