// Seeded: cv::ml draws from the thread's generator. It gets a known state while a forest grows, and its own back.
#pragma once

#include <cstdint>
#include <opencv2/core.hpp>

namespace radflow {

class Seeded {
 public:
  explicit Seeded(int seed) : before_{cv::theRNG()} {
    cv::theRNG() = cv::RNG{static_cast<std::uint64_t>(seed)};
  }
  ~Seeded() { cv::theRNG() = before_; }
  Seeded(const Seeded&) = delete;
  Seeded& operator=(const Seeded&) = delete;

 private:
  cv::RNG before_;
};

}  // namespace radflow
