#include "connectors/kafka/loop_watch.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "connectors/kafka/loop.hpp"

namespace radflow::kafka {
namespace {

using namespace std::chrono_literals;

constexpr auto longest_to_begin = 2s;  // from when the source's own brokers answer
constexpr auto between_looks = 1s;

}  // namespace

LoopWatch::LoopWatch(std::string source, std::shared_ptr<WrittenTopics> written)
    : source_{std::move(source)}, written_{std::move(written)} {}

// Sinks are made after sources, so this waits for the first question. Where addresses meet, lint has refused the graph.
void LoopWatch::find_open(const SourceParams& params, const Properties& properties) {
  if (std::exchange(found_open_, true) || !written_) return;
  servers_ = addresses(properties);
  for (const WrittenTopics::Topic& topic : written_->all)
    if (std::string name = read_as(params, properties, topic.name); !name.empty())
      open_.push_back({&topic, std::move(name)});
}

bool LoopWatch::may_begin(const SourceParams& params, const Properties& properties, const Client& client) {
  find_open(params, properties);
  compare(client);
  const auto now = Clock::now();
  if (open_.empty()) return true;
  if (client.cluster().empty() && !client.not_ready().empty())
    give_up_at_ = {};
  else if (give_up_at_ == Clock::time_point{})
    give_up_at_ = now + longest_to_begin;
  return give_up_at_ != Clock::time_point{} && now >= give_up_at_;
}

void LoopWatch::look(const Client& client) {
  if (open_.empty() || Clock::now() < look_at_) return;
  look_at_ = Clock::now() + between_looks;
  compare(client);
}

void LoopWatch::compare(const Client& client) {
  if (open_.empty()) return;
  const std::string mine = client.cluster();
  if (mine.empty()) return;
  std::erase_if(open_, [&](const Open& open) {
    const std::string other = open.topic->cluster();
    if (other == mine)
      throw std::runtime_error{
          loop_message(source_, open.read_as, open.topic->name,
                       fmt::format("on the same brokers ({} and {} are one cluster, '{}')", servers_,
                                   addresses(open.topic->properties), mine))};
    return !other.empty();
  });
}

}  // namespace radflow::kafka
