#include "tests/integration/real_broker.hpp"
#include "tests/paths.hpp"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <stdexcept>

#include "connectors/kafka/librdkafka/message.hpp"
#include "connectors/kafka/librdkafka/properties.hpp"

namespace radflow {
namespace {

using namespace kafka;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// `failure` gets why something that was produced was not delivered.
ClientPtr client(rd_kafka_type_t type, const Properties& properties, std::string* failure = nullptr) {
  ConfPtr conf = type == RD_KAFKA_PRODUCER ? make_conf({}, properties)
                                           : make_conf({{"enable.auto.commit", "false"},
                                                        {"enable.partition.eof", "true"},
                                                        {"isolation.level", "read_committed"}},
                                                       properties);
  rd_kafka_conf_set_opaque(conf.get(), failure);
  if (failure)
    rd_kafka_conf_set_dr_msg_cb(conf.get(), [](rd_kafka_t*, const rd_kafka_message_t* message, void* why) {
      if (message->err) *static_cast<std::string*>(why) = text(message->err);
    });
  std::array<char, 512> wrong{};
  rd_kafka_t* made = rd_kafka_new(type, conf.get(), wrong.data(), wrong.size());
  if (!made) throw std::runtime_error{wrong.data()};
  conf.release();
  return {made, rd_kafka_destroy};
}

// Runs one admin call and hands over its result event.
EventPtr admin(rd_kafka_t* asked, const std::function<void(rd_kafka_queue_t*)>& call) {
  const QueuePtr queue{rd_kafka_queue_new(asked)};
  call(queue.get());
  EventPtr event{rd_kafka_queue_poll(queue.get(), 30'000)};
  if (!event) throw std::runtime_error{"the broker does not answer"};
  if (rd_kafka_event_error(event.get())) throw std::runtime_error{rd_kafka_event_error_string(event.get())};
  return event;
}

void check_topics(const rd_kafka_topic_result_t* const* topics, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i)
    if (rd_kafka_topic_result_error(topics[i]))
      throw std::runtime_error{rd_kafka_topic_result_error_string(topics[i])};
}

int partition_count(rd_kafka_t* asked, const std::string& topic) {
  const rd_kafka_metadata_t* metadata = nullptr;
  rd_kafka_topic_t* handle = rd_kafka_topic_new(asked, topic.c_str(), nullptr);
  const auto error = rd_kafka_metadata(asked, 0, handle, &metadata, 10'000);
  rd_kafka_topic_destroy(handle);
  if (error) throw std::runtime_error{text(error)};
  const int count = metadata->topic_cnt > 0 ? metadata->topics[0].partition_cnt : 0;
  rd_kafka_metadata_destroy(metadata);
  if (count == 0) throw std::runtime_error{"the broker does not know " + topic};
  return count;
}

const std::string cluster = "kafka-cluster";  // Kafka's name of the only one there is

}  // namespace

RealBroker* RealBroker::instance() {
  struct Ended {
    std::unique_ptr<RealBroker> broker;
    Ended() {
      if (const char* given = std::getenv("RADFLOW_BROKER")) {
        broker.reset(new RealBroker);
        broker->servers_ = given;
      } else if (why_not().empty()) {
        broker = another({});
      }
    }
  };
  static Ended ended;
  return ended.broker.get();
}

std::unique_ptr<RealBroker> RealBroker::another(Setup setup) {
  std::unique_ptr<RealBroker> broker{new RealBroker};
  broker->setup_ = std::move(setup);
  std::string folder = (std::filesystem::temp_directory_path() / "radflow-broker-XXXXXX").string();
  broker->folder_ = mkdtemp(folder.data());
  if (broker->setup_.disk_mb > 0 &&
      std::system(
          fmt::format("mount -t tmpfs -o size={}m radflow-test {}", broker->setup_.disk_mb, folder).c_str()))
    throw std::runtime_error{"cannot mount a disk for the broker"};
  broker->start();
  return broker;
}

RealBroker::~RealBroker() {
  if (!own()) return;
  std::string output;
  script("stop", output);
  if (setup_.disk_mb > 0 && std::system(("umount " + folder_).c_str())) std::perror("umount");
  std::filesystem::remove_all(folder_);
}

std::string RealBroker::why_none_of_own() {
  if (std::system("command -v java >/dev/null 2>&1") == 0) return "";
  return "Java is missing (apt install default-jre-headless)";
}

std::string RealBroker::why_not() {
  if (std::getenv("RADFLOW_BROKER")) return "";
  const std::string why = why_none_of_own();
  return why.empty() ? why : why + ", or set RADFLOW_BROKER=HOST:PORT";
}

bool RealBroker::script(const std::string& arguments, std::string& output) const {
  const std::string command =
      fmt::format("{}/tests/kafka/broker.sh {} --folder {}", source_folder, arguments, folder_);
  const auto begin = std::chrono::steady_clock::now();
  FILE* pipe = popen(command.c_str(), "r");
  std::array<char, 1024> block;
  while (const std::size_t size = std::fread(block.data(), 1, block.size(), pipe))
    output.append(block.data(), size);
  const bool good = pclose(pipe) == 0;
  // Kafka's own programs need 1.5 s of a processor to start, which takes a minute on a machine that is very busy.
  if (const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin; took > 10s)
    fmt::print(stderr, "broker.sh {} took {:.0f} s\n", arguments.substr(0, arguments.find(' ')),
               took.count());
  return good;
}

void RealBroker::start() {
  std::string output;
  // Topics are made by the tests alone, so that a missing one is missing. Everybody may do everything that no
  // rule speaks of.
  std::vector<std::string> settings{
      "auto.create.topics.enable=false",
      "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
      "allow.everyone.if.no.acl.found=true"};
  settings.insert(settings.end(), setup_.settings.begin(), setup_.settings.end());
  const std::string joins = setup_.joins ? "--join " + setup_.joins->folder_ : "";
  const bool started =
      script(fmt::format("start --set '{}' --owner {} {}", fmt::join(settings, "' --set '"), getpid(), joins),
             output);
  const std::string_view key = "bootstrap.servers=";
  const std::size_t at = output.find(key);
  if (!started || at == std::string::npos) throw std::runtime_error{"the broker did not start: " + output};
  servers_ = output.substr(at + key.size(), output.find('\n', at) - at - key.size());
}

void RealBroker::stop() {
  std::string output;
  if (!script("stop", output)) throw std::runtime_error{"the broker did not stop: " + output};
}

void RealBroker::kill() {
  std::string output;
  if (!script("kill", output)) throw std::runtime_error{"the broker was not killed: " + output};
}

bool RealBroker::running() const {
  std::string output;
  return script("status", output);
}

void RealBroker::fill_disk(bool full) const {
  const std::filesystem::path ballast{folder_ + "/ballast"};
  std::filesystem::remove(ballast);
  if (!full) return;
  std::ofstream file{ballast, std::ios::binary};
  for (const std::string block(4096, 'x'); file.write(block.data(), 4096).flush();) continue;
}

void RealBroker::pause(bool on) const {
  pid_t pid = 0;
  std::ifstream{folder_ + "/pid"} >> pid;
  if (pid <= 0 || ::kill(pid, on ? SIGSTOP : SIGCONT)) throw std::runtime_error{"the broker is not there"};
}

std::string RealBroker::topic_name(const std::string& name) {
  static int number = 0;
  return fmt::format("{}-{}-{}", name, getpid(), ++number);
}

std::string RealBroker::make_topic(const std::string& name, int partitions,
                                   const std::map<std::string, std::string>& config) {
  const std::string topic = topic_name(name);
  make_topic_named(topic, partitions, config);
  return topic;
}

void RealBroker::make_topic_named(const std::string& topic, int partitions,
                                  const std::map<std::string, std::string>& config) {
  const ClientPtr asked = client(RD_KAFKA_PRODUCER, {{"bootstrap.servers", servers_}});
  std::array<char, 512> wrong{};
  rd_kafka_NewTopic_t* made =
      rd_kafka_NewTopic_new(topic.c_str(), partitions, -1, wrong.data(), wrong.size());
  for (const auto& [key, value] : config) rd_kafka_NewTopic_set_config(made, key.c_str(), value.c_str());
  const EventPtr event =
      admin(asked.get(), [&](auto* queue) { rd_kafka_CreateTopics(asked.get(), &made, 1, nullptr, queue); });
  rd_kafka_NewTopic_destroy(made);
  std::size_t count = 0;
  const auto* topics =
      rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(event.get()), &count);
  check_topics(topics, count);
}

void RealBroker::delete_topic(const std::string& topic) {
  const ClientPtr asked = client(RD_KAFKA_PRODUCER, {{"bootstrap.servers", servers_}});
  rd_kafka_DeleteTopic_t* gone = rd_kafka_DeleteTopic_new(topic.c_str());
  const EventPtr event =
      admin(asked.get(), [&](auto* queue) { rd_kafka_DeleteTopics(asked.get(), &gone, 1, nullptr, queue); });
  rd_kafka_DeleteTopic_destroy(gone);
  std::size_t count = 0;
  const auto* topics =
      rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event.get()), &count);
  check_topics(topics, count);
}

void RealBroker::set_topic_config(const std::string& topic,
                                  const std::map<std::string, std::string>& config) {
  const ClientPtr asked = client(RD_KAFKA_PRODUCER, {{"bootstrap.servers", servers_}});
  rd_kafka_ConfigResource_t* resource = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, topic.c_str());
  for (const auto& [key, value] : config)
    rd_kafka_ConfigResource_set_config(resource, key.c_str(), value.c_str());
  admin(asked.get(), [&](auto* queue) { rd_kafka_AlterConfigs(asked.get(), &resource, 1, nullptr, queue); });
  rd_kafka_ConfigResource_destroy(resource);
}

void RealBroker::add_rule(rd_kafka_ResourceType_t what, const std::string& name,
                          rd_kafka_AclOperation_t operation, rd_kafka_AclPermissionType_t permission) const {
  const ClientPtr asked = client(RD_KAFKA_PRODUCER, {{"bootstrap.servers", servers_}});
  std::array<char, 512> wrong{};
  rd_kafka_AclBinding_t* rule =
      rd_kafka_AclBinding_new(what, name.c_str(), RD_KAFKA_RESOURCE_PATTERN_LITERAL, "User:*", "*", operation,
                              permission, wrong.data(), wrong.size());
  if (!rule) throw std::runtime_error{wrong.data()};
  admin(asked.get(), [&](auto* queue) { rd_kafka_CreateAcls(asked.get(), &rule, 1, nullptr, queue); });
  rd_kafka_AclBinding_destroy(rule);
}

void RealBroker::deny(rd_kafka_ResourceType_t what, const std::string& name,
                      rd_kafka_AclOperation_t operation) {
  add_rule(what, name, operation, RD_KAFKA_ACL_PERMISSION_TYPE_DENY);
}

// A producer id is given to whoever may write any topic at all, or has IdempotentWrite on the cluster. A resource with
// one rule allows nothing that no rule allows.
void RealBroker::deny_all_writing() {
  add_rule(RD_KAFKA_RESOURCE_BROKER, cluster, RD_KAFKA_ACL_OPERATION_ALL, RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW);
  add_rule(RD_KAFKA_RESOURCE_TOPIC, "*", RD_KAFKA_ACL_OPERATION_ALL, RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW);
  deny(RD_KAFKA_RESOURCE_BROKER, cluster, RD_KAFKA_ACL_OPERATION_IDEMPOTENT_WRITE);
  deny(RD_KAFKA_RESOURCE_TOPIC, "*", RD_KAFKA_ACL_OPERATION_WRITE);
}

void RealBroker::allow_all_writing() {
  allow(RD_KAFKA_RESOURCE_TOPIC, "*");
  allow(RD_KAFKA_RESOURCE_BROKER, cluster);
}

void RealBroker::hide_configuration(const std::string& topic) {
  for (const auto operation : {RD_KAFKA_ACL_OPERATION_READ, RD_KAFKA_ACL_OPERATION_WRITE})
    add_rule(RD_KAFKA_RESOURCE_TOPIC, topic, operation, RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW);
}

void RealBroker::allow(rd_kafka_ResourceType_t what, const std::string& name) {
  const ClientPtr asked = client(RD_KAFKA_PRODUCER, {{"bootstrap.servers", servers_}});
  std::array<char, 512> wrong{};
  rd_kafka_AclBindingFilter_t* rules = rd_kafka_AclBindingFilter_new(
      what, name.c_str(), RD_KAFKA_RESOURCE_PATTERN_LITERAL, nullptr, nullptr, RD_KAFKA_ACL_OPERATION_ANY,
      RD_KAFKA_ACL_PERMISSION_TYPE_ANY, wrong.data(), wrong.size());
  if (!rules) throw std::runtime_error{wrong.data()};
  admin(asked.get(), [&](auto* queue) { rd_kafka_DeleteAcls(asked.get(), &rules, 1, nullptr, queue); });
  rd_kafka_AclBinding_destroy(rules);
}

void RealBroker::transactional_id(const std::string& what, const std::string& id) const {
  std::string output;
  if (!script(fmt::format("acl --args '{} --deny-principal User:* --operation Write --transactional-id {}'",
                          what, id),
              output))
    throw std::runtime_error{"the rule was not changed: " + output};
}

void RealBroker::add_scram_user(const std::string& name, const std::string& password) {
  std::string output;
  if (!script(fmt::format("configs --args '--alter --entity-type users --entity-name {} --add-config "
                          "SCRAM-SHA-512=[password={}]'",
                          name, password),
              output))
    throw std::runtime_error{"the user was not added: " + output};
}

void RealBroker::produce(const std::string& topic, const std::vector<Record>& records,
                         std::int32_t partition) {
  std::string failure;
  const ClientPtr producer = client(RD_KAFKA_PRODUCER,
                                    {{"bootstrap.servers", servers_},
                                     {"message.max.bytes", "1000000000"},
                                     {"enable.idempotence", "true"},
                                     {"partitioner", "murmur2_random"}},
                                    &failure);
  for (const Record& record : records) {
    rd_kafka_headers_t* headers = rd_kafka_headers_new(record.headers.size());
    for (const Header& header : record.headers)
      rd_kafka_header_add(headers, header.name.c_str(), -1, header.value.data(),
                          static_cast<ssize_t>(header.value.size()));
    const char* key = record.key ? record.key->data() : nullptr;
    const std::size_t key_size = record.key ? record.key->size() : 0;
    const auto error = rd_kafka_producev(
        producer.get(), RD_KAFKA_V_TOPIC(topic.c_str()), RD_KAFKA_V_PARTITION(partition),
        RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY | RD_KAFKA_MSG_F_BLOCK), RD_KAFKA_V_KEY(key, key_size),
        RD_KAFKA_V_VALUE(const_cast<char*>(record.value.data()), record.value.size()),
        RD_KAFKA_V_TIMESTAMP(record.timestamp_ms), RD_KAFKA_V_HEADERS(headers), RD_KAFKA_V_END);
    if (error) throw std::runtime_error{text(error)};
  }
  if (const auto error = rd_kafka_flush(producer.get(), 60'000)) throw std::runtime_error{text(error)};
  if (!failure.empty()) throw std::runtime_error{"not delivered: " + failure};
}

std::map<std::int32_t, std::int64_t> RealBroker::ends(const std::string& topic) {
  const ClientPtr asked = client(RD_KAFKA_CONSUMER, {{"bootstrap.servers", servers_}, {"group.id", "ends"}});
  const int count = partition_count(asked.get(), topic);
  std::map<std::int32_t, std::int64_t> ends;
  for (std::int32_t i = 0; i < count; ++i) {
    std::int64_t low = 0;
    const auto error =
        rd_kafka_query_watermark_offsets(asked.get(), topic.c_str(), i, &low, &ends[i], 10'000);
    if (error) throw std::runtime_error{text(error)};
  }
  return ends;
}

std::vector<Record> RealBroker::read_all(const std::string& topic) {
  std::map<std::pair<std::int32_t, std::int64_t>, Record> records;
  read(topic, [&](const Record& record) {
    Record copy = record;
    copy.value = Bytes::copy(record.value.data(), record.value.size());  // a view would keep the client alive
    records.insert_or_assign({record.position.partition, record.position.offset}, std::move(copy));
  });
  std::vector<Record> all;
  for (auto& [at, record] : records) all.push_back(std::move(record));
  return all;
}

void RealBroker::read(const std::string& topic, const std::function<void(const Record&)>& take) {
  const int partition_count = static_cast<int>(ends(topic).size());
  const ClientPtr consumer = client(RD_KAFKA_CONSUMER, {{"bootstrap.servers", servers_},
                                                        {"group.id", "test-reader"},
                                                        {"fetch.wait.max.ms", "5"},
                                                        {"receive.message.max.bytes", "2147483647"}});
  const PartitionsPtr partitions = partition_list();
  for (int i = 0; i < partition_count; ++i)
    rd_kafka_topic_partition_list_add(partitions.get(), topic.c_str(), i)->offset = 0;
  rd_kafka_assign(consumer.get(), partitions.get());
  int open = partition_count;
  auto heard = Clock::now();
  while (open > 0) {
    if (Clock::now() - heard > 60s) throw std::runtime_error{"cannot read to the end of " + topic};
    MessagePtr message{rd_kafka_consumer_poll(consumer.get(), 100)};
    if (!message) continue;
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
      --open;
    } else if (!message->err) {
      Position at = position(*message);
      take(to_record(std::move(message), at, consumer));
    } else {
      continue;
    }
    heard = Clock::now();
  }
  rd_kafka_consumer_close(consumer.get());
}

// By a consumer that joins nothing: it survives a broker that goes away in the middle of the question.
std::map<std::int32_t, std::int64_t> RealBroker::committed(const std::string& group,
                                                           const std::string& topic) {
  // A reader of committed records waits for an open transaction of the group to end, librdkafka 2.8 ever longer
  // from try to try: a test that looks whether work has begun would see it when it is done.
  const ClientPtr asked =
      client(RD_KAFKA_CONSUMER,
             {{"bootstrap.servers", servers_}, {"group.id", group}, {"isolation.level", "read_uncommitted"}});
  const PartitionsPtr partitions = partition_list();
  for (std::int32_t i = 0, count = partition_count(asked.get(), topic); i < count; ++i)
    rd_kafka_topic_partition_list_add(partitions.get(), topic.c_str(), i);
  // A broker that was just started loads the groups first.
  const auto patient_until = Clock::now() + 30s;
  while (const auto error = rd_kafka_committed(asked.get(), partitions.get(), 10'000)) {
    if (Clock::now() > patient_until) throw std::runtime_error{text(error)};
    std::this_thread::sleep_for(100ms);
  }
  std::map<std::int32_t, std::int64_t> offsets;
  for (int i = 0; i < partitions->cnt; ++i)
    if (partitions->elems[i].offset >= 0)
      offsets[partitions->elems[i].partition] = partitions->elems[i].offset;
  return offsets;
}

std::int64_t RealBroker::committed_records(const std::string& group, const std::string& topic) {
  std::int64_t sum = 0;
  for (const auto& [partition, offset] : committed(group, topic)) sum += offset;
  return sum;
}

std::size_t RealBroker::members(const std::string& group) {
  const ClientPtr asked = client(RD_KAFKA_PRODUCER, {{"bootstrap.servers", servers_}});
  const char* name = group.c_str();
  const EventPtr event = admin(asked.get(), [&](auto* queue) {
    rd_kafka_DescribeConsumerGroups(asked.get(), &name, 1, nullptr, queue);
  });
  std::size_t count = 0;
  const auto* groups = rd_kafka_DescribeConsumerGroups_result_groups(
      rd_kafka_event_DescribeConsumerGroups_result(event.get()), &count);
  return count == 0 ? 0 : rd_kafka_ConsumerGroupDescription_member_count(groups[0]);
}

}  // namespace radflow
