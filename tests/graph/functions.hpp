// Nodes and expectations that tests of the engine share.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <numeric>

#include "tests/graph/test_graph.hpp"

namespace radflow::testing {

// Busy for a while that differs from message to message, so that workers overtake each other.
inline void jitter(std::int64_t seed) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::microseconds{(seed * 7919) % 97};
  while (std::chrono::steady_clock::now() < until) {
  }
}

inline Function add(std::int64_t n) {
  return [n](std::span<const Payload* const> in, const Context&) {
    jitter(number(in[0]));
    return value(number(in[0]) + n);
  };
}

inline std::vector<std::int64_t> all(std::int64_t count) {
  std::vector<std::int64_t> numbers(static_cast<std::size_t>(count));
  std::iota(numbers.begin(), numbers.end(), 0);
  return numbers;
}

inline void expect_in_order_per_key(const std::vector<KeepingSink::Kept>& kept) {
  std::map<std::string, std::int64_t> last;
  for (const auto& one : kept) {
    const auto [at, first] = last.try_emplace(one.key, -1);
    EXPECT_GT(one.offset, at->second) << "key " << one.key;
    at->second = one.offset;
  }
}

// A split into (offset % 4) parts: part p of offset o has the number 10 * o + p.
inline Outcome parts(std::span<const Payload* const> in, const Context&) {
  std::vector<Outcome::Piece> pieces;
  const std::int64_t count = number(in[0]) % 4;
  for (std::int64_t p = 0; p < count; ++p)
    pieces.push_back({Payload::of(Number{10 * number(in[0]) + p}),
                      Identity{static_cast<std::uint32_t>(p), static_cast<std::uint32_t>(count), {}}});
  return Outcome::split(std::move(pieces));
}

}  // namespace radflow::testing
