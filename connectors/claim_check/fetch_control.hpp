// What fetching files and fetching from web servers have in common: limits, what is asked meanwhile, errors.
#pragma once

#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "graph/result.hpp"

namespace radflow {

struct FetchLimits {
  std::int64_t max_bytes = 0;
  std::chrono::milliseconds timeout{};  // to connect, and without a byte
  std::string ca;                       // certificates to trust instead of the system's; "": those
  std::string netrc;                    // user and password by host; "": none
};

struct FetchControl {
  // Asked once the size is known and before it is allocated; max_bytes if the server does not say. False ends
  // the fetch.
  std::function<bool(std::int64_t bytes)> room;
  // Asked now and then; true ends the fetch.
  std::function<bool()> give_up;
};

// The surroundings' fault, or the fetch was ended: transient.
inline Error claim_unreachable(std::string detail) { return {"claim_unreachable", std::move(detail), true}; }
inline Error claim_too_large(std::int64_t bytes, const FetchLimits& limits) {
  return {"claim_too_large",
          fmt::format("{} bytes, claim_check.max_bytes allows {}", bytes, limits.max_bytes)};
}

}  // namespace radflow
