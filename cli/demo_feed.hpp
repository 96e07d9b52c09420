// DemoFeed: sends what a source has to a topic of the embedded broker, never more ahead of the graph than
// that broker keeps. Has a thread of its own; the questions may be asked by any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "connectors/kafka/client/producer.hpp"
#include "graph/connector.hpp"

namespace radflow::cli {

class DemoFeed final : private Intake {
 public:
  // `ended` says how many of the sent records have ended, at the graph's far side.
  DemoFeed(std::unique_ptr<Source> source, const std::string& servers, const std::string& topic,
           std::function<std::uint64_t()> ended);
  ~DemoFeed();

  void start();
  // All the source had is sent and acknowledged.
  bool finished() const { return finished_; }
  std::uint64_t sent() const { return sent_; }
  // Larger than the embedded broker takes.
  std::uint64_t left_out() const { return left_out_; }
  std::optional<std::string> failure() const;

 private:
  Admission admit(Record& record) override;
  // It is the graph's turn to refuse it.
  Admission refuse(Record& record, Error, std::int64_t) override { return admit(record); }
  void wait(std::chrono::milliseconds longest) override;

  std::unique_ptr<Source> source_;
  std::function<std::uint64_t()> ended_;
  std::vector<std::uint64_t> bytes_{0};  // of the first n records
  std::atomic<std::uint64_t> sent_{0}, left_out_{0};
  std::atomic<bool> finished_{false};
  std::string failure_;  // set before finished_
  kafka::Producer producer_;
  std::jthread thread_;
};

}  // namespace radflow::cli
