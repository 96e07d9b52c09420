// What is logged while it lives, so that a test can wait for a message.
#pragma once

#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>

namespace radflow {

class Heard {
 public:
  Heard() : before_{spdlog::default_logger()}, sink_{std::make_shared<Sink>()} {
    spdlog::set_default_logger(std::make_shared<spdlog::logger>("heard", sink_));
  }
  ~Heard() { spdlog::set_default_logger(before_); }

  // True as soon as a message contains `text`.
  bool within(std::chrono::milliseconds longest, const std::string& text) {
    std::unique_lock lock{sink_->mutex};
    return sink_->came.wait_for(lock, longest, [&] { return sink_->all.find(text) != std::string::npos; });
  }
  std::string all() {
    std::lock_guard lock{sink_->mutex};
    return sink_->all;
  }

 private:
  struct Sink : spdlog::sinks::base_sink<std::mutex> {
    void sink_it_(const spdlog::details::log_msg& message) override {
      std::lock_guard lock{mutex};
      all.append(message.payload.data(), message.payload.size()).append("\n");
      came.notify_all();
    }
    void flush_() override {}
    std::mutex mutex;
    std::condition_variable came;
    std::string all;
  };
  std::shared_ptr<spdlog::logger> before_;
  std::shared_ptr<Sink> sink_;
};

}  // namespace radflow
