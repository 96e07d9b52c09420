// LoopWatch: finds out whether a source reads what a sink of its graph writes where their addresses do not tell,
// because one cluster has many names. Both sides ask their brokers for the cluster's id. The source waits for the
// answers before it reads, but for no longer than two seconds from when its own brokers answer: a sink whose broker
// is away must not keep it from reading. What is still open then is asked once a second.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "connectors/kafka/client/client.hpp"
#include "connectors/kafka/group/source_params.hpp"

namespace radflow::kafka {

// What the sinks of a graph write; each adds its topic while the graph is built. A resource of the graph.
struct WrittenTopics {
  struct Topic {
    std::string name;
    Properties properties;
    std::function<std::string()> cluster;  // its id; "": not known yet. Any thread, while the graph runs.
  };
  std::vector<Topic> all;
};

// Used by the source's thread.
class LoopWatch {
 public:
  LoopWatch(std::string source, std::shared_ptr<WrittenTopics> written);

  // Whether the source may begin to read. Throws std::runtime_error if it would read what the graph writes.
  bool may_begin(const SourceParams& params, const Properties& properties, const Client& client);
  // What was open at the beginning, at most once a second. Throws the same.
  void look(const Client& client);

 private:
  using Clock = std::chrono::steady_clock;
  struct Open {
    const WrittenTopics::Topic* topic;
    std::string read_as;
  };
  void find_open(const SourceParams& params, const Properties& properties);
  void compare(const Client& client);

  const std::string source_;
  const std::shared_ptr<WrittenTopics> written_;
  bool found_open_ = false;
  std::string servers_;
  std::vector<Open> open_;  // of which it is not known on which cluster they lie
  Clock::time_point give_up_at_{}, look_at_{};
};

}  // namespace radflow::kafka
