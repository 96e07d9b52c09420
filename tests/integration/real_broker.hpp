// A real Apache Kafka broker for the tests of one executable, and what tests ask of it.
// RADFLOW_BROKER=HOST:PORT uses one that runs already. Without Java (or Maven, where the jars were never
// fetched) such tests are skipped.
#pragma once

#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "graph/record.hpp"

namespace radflow {

class RealBroker {
 public:
  // The one of this executable, started by the first test that asks. Null: why_not() says why.
  static RealBroker* instance();
  static std::string why_not();
  static std::string why_none_of_own();  // "" if another() can work

  // One more; ends with its owner. Throws.
  struct Setup {
    std::vector<std::string> settings;  // KEY=VALUE of Kafka's own
    const RealBroker* joins = nullptr;  // the controller of its cluster
    int disk_mb = 0;                    // its folder is a disk of that size; root only
  };
  static std::unique_ptr<RealBroker> another(Setup setup);
  ~RealBroker();

  const std::string& servers() const { return servers_; }

  // `name` with a number: another one for each call.
  static std::string topic_name(const std::string& name);
  // A topic of its own for each call, named so. Throws what the broker says.
  std::string make_topic(const std::string& name, int partitions = 1,
                         const std::map<std::string, std::string>& config = {});
  // The same with exactly this name.
  void make_topic_named(const std::string& topic, int partitions = 1,
                        const std::map<std::string, std::string>& config = {});
  void delete_topic(const std::string& topic);
  void set_topic_config(const std::string& topic, const std::map<std::string, std::string>& config);

  // A rule that takes an operation on a topic or group from everybody, and the end of all such rules. Only of
  // a broker of our own.
  void deny(rd_kafka_ResourceType_t what, const std::string& name, rd_kafka_AclOperation_t operation);
  void allow(rd_kafka_ResourceType_t what, const std::string& name);
  // The topic may be read and written by everybody, and by nobody asked for its configuration.
  void hide_configuration(const std::string& topic);
  // Nobody may write any topic, nor have a producer id: all else is allowed. And the end of it.
  void deny_all_writing();
  void allow_all_writing();
  // The same for the writing under a transactional.id, of which librdkafka's admin knows nothing.
  void deny_transactional_id(const std::string& id) { transactional_id("--add", id); }
  void allow_transactional_id(const std::string& id) { transactional_id("--remove --force", id); }

  // A user who logs in with that password by SCRAM-SHA-512, once the broker asks for it.
  void add_scram_user(const std::string& name, const std::string& password);

  // Produces and waits for the acknowledgements; partition -1: by key.
  void produce(const std::string& topic, const std::vector<Record>& records, std::int32_t partition = -1);
  // Everything below the ends at the time of the call, committed transactions only; by partition, then
  // offset.
  std::vector<Record> read_all(const std::string& topic);
  // The same, one by one: by offset within a partition, partitions in any order.
  void read(const std::string& topic, const std::function<void(const Record&)>& take);
  // The offset after the last record of each partition.
  std::map<std::int32_t, std::int64_t> ends(const std::string& topic);
  // Committed offsets by partition; absent: none.
  std::map<std::int32_t, std::int64_t> committed(const std::string& group, const std::string& topic);
  // Their sum.
  std::int64_t committed_records(const std::string& group, const std::string& topic);
  // How many members a consumer group has.
  std::size_t members(const std::string& group);

  // For tests of a broker that goes away; only of a broker of our own.
  bool own() const { return !folder_.empty(); }
  void stop();
  void kill();  // as kill -9
  void start();
  void pause(bool on) const;  // a broker that hears and says nothing
  bool running() const;
  void configure(std::vector<std::string> settings) { setup_.settings = std::move(settings); }  // for start()
  // Leaves nothing of its disk, or gives it back.
  void fill_disk(bool full) const;

 private:
  RealBroker() = default;
  bool script(const std::string& arguments, std::string& output) const;
  void add_rule(rd_kafka_ResourceType_t what, const std::string& name, rd_kafka_AclOperation_t operation,
                rd_kafka_AclPermissionType_t permission) const;
  void transactional_id(const std::string& what, const std::string& id) const;

  std::string servers_;
  std::string folder_;
  Setup setup_;
};

// Skips a test without a broker.
class OnRealBroker : public testing::Test {
 protected:
  void SetUp() override {
    broker_ = RealBroker::instance();
    if (!broker_) GTEST_SKIP() << RealBroker::why_not();
    if (broker_->own() && !broker_->running()) broker_->start();  // a test that failed had it stopped
  }
  RealBroker& broker() const { return *broker_; }
  void use(RealBroker& other) { broker_ = &other; }  // which lives as long as the test

 private:
  RealBroker* broker_ = nullptr;
};

// And gives it topics of its own to read, for results and for dead letters. The group is called as `in`.
class WithTopics : public OnRealBroker {
 protected:
  explicit WithTopics(int partitions = 3) : partitions_{partitions} {}
  void SetUp() override {
    OnRealBroker::SetUp();
    if (IsSkipped()) return;
    in = broker().make_topic("frames", partitions_);
    out = broker().make_topic("results", 2);
    dead = broker().make_topic("dead");
  }
  std::int64_t committed() const { return broker().committed_records(in, in); }
  std::string in, out, dead;

 private:
  const int partitions_;  // of `in`
};

// And on one whose rules are not the test's to change.
class WithRules : public OnRealBroker {
 protected:
  void SetUp() override {
    OnRealBroker::SetUp();
    if (!IsSkipped() && !broker().own()) GTEST_SKIP() << "RADFLOW_BROKER's rules are not ours to change";
  }
};

}  // namespace radflow
