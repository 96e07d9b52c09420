// Numbered records of one key given to a sink, and what the sink says of them.
#pragma once

#include <atomic>
#include <string>

#include "tests/connectors/build.hpp"

namespace radflow {

class Sent {
 public:
  explicit Sent(Sink& sink) : sink_{sink} {}

  // Those from `from` up to, not including, `to`. This has to outlive their acknowledgements.
  void submit(int from, int to) {
    for (int i = from; i < to; ++i)
      sink_.submit(Payload::of(Record{Bytes::of(std::to_string(i)), "key"}), context_,
                   [this](auto error) { ++(error ? refused : acknowledged); });
  }

  std::atomic<int> acknowledged{0}, refused{0};

 private:
  Sink& sink_;
  const FakeContext context_;
};

}  // namespace radflow
