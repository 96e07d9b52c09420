// Source and sink meet where they name a common broker and the source reads the sink's topic, by name or by a
// pattern, as librdkafka matches them.
#include "connectors/kafka/loop.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <sstream>

#include "connectors/kafka/client/pattern.hpp"
#include "graph/build.hpp"
#include "graph/plan_check.hpp"

namespace radflow::kafka {
namespace {

// Host and port as librdkafka reads them. The names of this machine count as one.
std::string normal(std::string broker) {
  std::erase_if(broker, [](unsigned char c) { return std::isspace(c); });
  std::ranges::transform(broker, broker.begin(), [](unsigned char c) { return std::tolower(c); });
  if (const std::size_t scheme = broker.find("://"); scheme != std::string::npos) broker.erase(0, scheme + 3);
  broker.erase(std::min(broker.find('/'), broker.size()));
  const std::size_t bracket = broker.rfind(']');
  const std::size_t colon = broker.find(':', bracket == std::string::npos ? 0 : bracket);
  std::string host = broker.substr(0, colon);
  const std::string port = colon == std::string::npos ? "9092" : broker.substr(colon + 1);
  if (host.empty() || host == "127.0.0.1" || host == "[::1]") host = "localhost";
  return host + ":" + port;
}

std::set<std::string> brokers(const Properties& properties) {
  std::set<std::string> all;
  std::istringstream each{addresses(properties)};
  for (std::string broker; std::getline(each, broker, ',');)
    if (!broker.empty()) all.insert(normal(broker));
  return all;
}

bool compiles(const std::string& pattern) {
  std::vector<ParamError> wrong;
  collect(wrong, [&] { check_pattern(pattern, "topic.blacklist"); });
  return wrong.empty();
}

// librdkafka separates the patterns of `topic.blacklist` at every comma. One that is no regular expression is
// reported as that, and may have meant the topic.
bool left_out(const Properties& properties, const std::string& topic) {
  std::istringstream list{property(properties, "topic.blacklist")};
  for (std::string pattern; std::getline(list, pattern, ',');)
    if (!pattern.empty() && (!compiles(pattern) || matches(pattern, topic))) return true;
  return false;
}

std::string exactly(const std::string& topic) {
  std::string pattern = "^";
  for (const char c : topic) pattern += c == '.' ? std::string{"\\."} : std::string{c};
  return pattern + "$";
}

std::vector<Diagnostic> loops(const Plan& plan) {
  std::vector<Diagnostic> found;
  for (const SinkPlan& sink : plan.sinks) {
    if (!sink.spec || sink.spec->name != "kafka" || !sink.sound) continue;
    const std::string topic = sink.param_text("topic");
    for (const ComponentPlan& source : plan.sources) {
      const SourceParams* params = source_params(source);
      if (!params) continue;
      const std::string name = read_as(*params, source.info.properties, topic);
      if (name.empty() || !share_address(source.info.properties, sink.info.properties)) continue;
      found.push_back(
          diagnose(sink, ParamError{"topic", loop_message(source.name, name, topic, "on the same brokers")}));
    }
  }
  return found;
}

const PlanCheck registered{loops};

}  // namespace

bool share_address(const Properties& one, const Properties& other) {
  const std::set<std::string> mine = brokers(one), theirs = brokers(other);
  return std::ranges::any_of(mine, [&](const std::string& broker) { return theirs.contains(broker); });
}

std::string read_as(const SourceParams& source, const Properties& properties, const std::string& topic) {
  if (left_out(properties, topic)) return "";
  if (source.topic == topic || std::ranges::find(source.topics, topic) != source.topics.end()) return topic;
  std::vector<std::string> patterns = source.topics;
  patterns.push_back(source.topic);
  const auto pattern = std::ranges::find_if(
      patterns, [&](const std::string& name) { return name.starts_with('^') && matches(name, topic); });
  return pattern == patterns.end() ? "" : *pattern;
}

std::string loop_message(const std::string& source, const std::string& name, const std::string& topic,
                         const std::string& where) {
  if (name == topic)
    return fmt::format(
        "the graph would read what it writes, without end: the source '{}' reads '{}' {}; write to another "
        "topic",
        source, topic, where);
  return fmt::format(
      "the graph would read what it writes, without end: the pattern '{}' of the source '{}' matches '{}' "
      "{}; "
      "leave the topic out by `topic.blacklist: '{}'` at the source, or write to another",
      name, source, topic, where, exactly(topic));
}

}  // namespace radflow::kafka
