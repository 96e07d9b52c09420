#include "connectors/kafka/client/client.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <array>
#include <string_view>

#include "connectors/kafka/client/certificates.hpp"
#include "connectors/kafka/client/connection_advice.hpp"
#include "connectors/kafka/client/login_advice.hpp"
#include "connectors/kafka/librdkafka/properties.hpp"
#include "graph/param.hpp"

namespace radflow::kafka {
namespace {

constexpr auto patience = std::chrono::seconds{2};
constexpr auto silence = std::chrono::seconds{30};

// "ssl://host:9092/bootstrap: Connect to ipv4#1.2.3.4:9092 failed: Connection refused (after 0ms in state
// CONNECT)" without the broker before and the state behind.
std::string concise(std::string_view reason) {
  if (const std::size_t broker = reason.find(": "); broker != std::string_view::npos)
    reason.remove_prefix(broker + 2);
  return std::string{reason.substr(0, reason.find(" (after "))};
}

// librdkafka repeats in its log what the error callback and fatal() tell; the log is for those who look for more.
// The client may outlive its Client, as long as a record is a view of what it fetched.
void log(const rd_kafka_t* client, int level, const char* facility, const char* message) {
  const std::string_view about{facility};
  const bool told = level > 2 || about == "FATAL" || about == "TXNERR";
  log_with(*spdlog::default_logger(), !told ? spdlog::level::err : spdlog::level::debug,
           fmt::format("librdkafka {}: {}", facility, message),
           named("librdkafka", {{"client", rd_kafka_name(client)}, {"facility", facility}}));
}

}  // namespace

struct Client::Callbacks {
  // The mutex keeps the Client from ending under a callback, and lets a callback poll.
  std::recursive_mutex mutex;
  Client* owner = nullptr;  // null: it has ended
  Certificates certificates;

  template <typename Call>
  static void call(void* opaque, const Call& tell) {
    auto& callbacks = *static_cast<Callbacks*>(opaque);
    const std::lock_guard lock{callbacks.mutex};
    if (callbacks.owner) tell(*callbacks.owner);
  }
};

LogFields error_fields(const rd_kafka_message_t& message) {
  LogFields fields{{"cause", text(message.err)}};
  if (!message.rkt) return fields;
  fields["topic"] = rd_kafka_topic_name(message.rkt);
  if (message.partition >= 0) fields["partition"] = message.partition;
  return fields;
}

Client::Client(rd_kafka_type_t type, ConfPtr conf, std::string what, Handlers handlers)
    : what_{std::move(what)}, handlers_{std::move(handlers)} {
  servers_ = property(*conf, "bootstrap.servers");
  group_ = property(*conf, "group.id");
  mechanism_ = property(*conf, "sasl.mechanisms");
  if (servers_.empty()) throw no_broker();
  update();
  callbacks_ = std::make_shared<Callbacks>();
  callbacks_->owner = this;
  rd_kafka_conf_set_opaque(conf.get(), callbacks_.get());
  rd_kafka_conf_set_log_cb(conf.get(), log);
  rd_kafka_conf_set_error_cb(conf.get(), [](rd_kafka_t*, int error, const char* reason, void* opaque) {
    Callbacks::call(
        opaque, [&](Client& client) { client.on_error(static_cast<rd_kafka_resp_err_t>(error), reason); });
  });
  rd_kafka_conf_set_ssl_cert_verify_cb(
      conf.get(), [](rd_kafka_t*, const char* address, std::int32_t, int* error, int, const char* der,
                     std::size_t size, char*, std::size_t, void* opaque) {
        auto& certificates = static_cast<Callbacks*>(opaque)->certificates;
        return static_cast<int>(certificates.accepted(address, *error, {der, size}));
      });
  // Once a second.
  rd_kafka_conf_set_stats_cb(conf.get(), [](rd_kafka_t*, char* json, std::size_t size, void* opaque) {
    Callbacks::call(opaque, [&](Client& client) { client.on_statistics({json, size}); });
    return 0;
  });
  if (type == RD_KAFKA_CONSUMER) {
    rd_kafka_conf_set_rebalance_cb(conf.get(), [](rd_kafka_t*, rd_kafka_resp_err_t error,
                                                  rd_kafka_topic_partition_list_t* partitions, void* opaque) {
      Callbacks::call(opaque, [&](Client& client) { client.handlers_.rebalance(error, partitions); });
    });
    fetch_ahead_.emplace(*conf);
  } else
    rd_kafka_conf_set_dr_msg_cb(conf.get(), [](rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
      Callbacks::call(opaque, [&](Client& client) { client.handlers_.delivered(*message); });
    });

  std::array<char, 512> wrong{};
  rd_kafka_t* client = rd_kafka_new(type, conf.get(), wrong.data(), wrong.size());
  if (!client) throw ParamError{"", wrong.data()};
  conf.release();  // the client's now
  client_.reset(client, [callbacks = callbacks_, kept = handlers_.kept](rd_kafka_t* ended) {
    rd_kafka_destroy_flags(ended, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
  });
}

Client::~Client() {
  const std::lock_guard lock{callbacks_->mutex};
  callbacks_->owner = nullptr;
}

void Client::on_statistics(std::string_view json) {
  const auto brokers = broker_statistics(json);
  connected_ = answering_.take(brokers);
  update();
  unreachable_.take(brokers, Clock::now());
  has_producer_id_ = kafka::has_producer_id(json);
}

MessagePtr Client::poll(std::chrono::milliseconds longest) {
  MessagePtr message{rd_kafka_consumer_poll(client_.get(), static_cast<int>(longest.count()))};
  if (message) fetch_ahead_->took(client_.get(), *message);
  return message;
}

void Client::on_error(rd_kafka_resp_err_t error, std::string reason) {
  switch (error) {
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
      connected_ = false;
      break;
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
      login_refused_ = true;
      [[fallthrough]];
    case RD_KAFKA_RESP_ERR__TRANSPORT:
    case RD_KAFKA_RESP_ERR__RESOLVE:
    case RD_KAFKA_RESP_ERR__SSL:
    case RD_KAFKA_RESP_ERR__TIMED_OUT:
      reason = callbacks_->certificates.explain(std::move(reason));
      unreachable_.failed(reason, Clock::now());
      reason_ = concise(reason);
      break;
    case RD_KAFKA_RESP_ERR__FATAL:
      break;  // fatal() tells
    default:
      warn(fmt::format("{}: {}", text(error), reason), {{"cause", text(error)}});
  }
  update();
}

// What the polling thread knows, for the others.
void Client::update() {
  std::string why;
  // A new client that takes over what was refused has not heard of its brokers yet: that says nothing.
  if (!connected_ && (refusals_.empty() || !reason_.empty())) {
    const std::string reason = reason_.empty() ? "" : fmt::format(" ({})", reason_);
    why = login_refused_ ? fmt::format("Kafka at {} refuses the login{}", servers_, reason)
                         : fmt::format("no broker at {} answers{}", servers_, reason);
  } else if (!refusals_.empty()) {
    const auto& [refusal, operation] = *refusals_.begin();
    why = fmt::format("Kafka at {} does not allow {} on {} '{}'{}", servers_, operation, refusal.kind,
                      refusal.name, refusal.cost.empty() ? "" : ": " + refusal.cost);
  }
  const std::lock_guard lock{mutex_};
  not_ready_ = std::move(why);
}

std::string Client::not_ready() const {
  const std::lock_guard lock{mutex_};
  return not_ready_;
}

void Client::watch() {
  const auto now = Clock::now();
  if (connected_) {
    if (std::exchange(said_, false))
      log_info(fmt::format("{}: Kafka at {} answers", what_, servers_),
               named(what_, {{"brokers", servers_}}));
    since_ = now;
    reason_.clear();
    login_refused_ = false;
    for (const std::string& sentence : unreachable_.news(servers_, now))
      log_warning(fmt::format("{}: {}", what_, sentence), named(what_, {{"brokers", servers_}}));
  } else if (now - since_ > patience) {
    said_ = true;
    const std::string reason = reason_.empty() ? "no answer" : reason_;
    warn(login_refused_ ? fmt::format("Kafka at {} refuses the login ({}); {}; trying again", servers_,
                                      reason, login_advice(mechanism_, rd_kafka_version()))
                        : fmt::format("cannot reach Kafka at {} ({}), trying again{}", servers_, reason,
                                      connection_advice(reason)),
         {{"brokers", servers_}, {"cause", reason}});
  }
}

void Client::warn(const std::string& message, const LogFields& fields) {
  const auto now = Clock::now();
  const auto [said, fresh] = warned_.try_emplace(message, now);
  if (!fresh && now - said->second < silence) return;
  said->second = now;
  log_warning(fmt::format("{}: {}", what_, message), named(what_, fields));
  if (warned_.size() > 100) warned_.clear();
}

std::optional<Client::Fatal> Client::fatal() const {
  std::array<char, 512> reason{};
  const rd_kafka_resp_err_t code = rd_kafka_fatal_error(client_.get(), reason.data(), reason.size());
  return code ? std::optional{Fatal{code, reason.data()}} : std::nullopt;
}

std::string Client::cluster() const {
  char* told = rd_kafka_clusterid(client_.get(), 0);
  std::string id = told ? told : "";
  if (told) rd_kafka_mem_free(client_.get(), told);
  return id;
}

Client::Memory Client::memory() const {
  Memory memory;
  memory.refusals = refusals_;
  memory.warned = warned_;
  return memory;
}

void Client::take_over(Memory memory) {
  refusals_ = std::move(memory.refusals);
  warned_ = std::move(memory.warned);
  update();
}

}  // namespace radflow::kafka
