// What the YAML says to a source `kafka`; source.cpp says what each means.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "connectors/claim_check/desk.hpp"
#include "graph/node.hpp"
#include "graph/spec.hpp"

namespace radflow::kafka {

struct SourceParams {
  std::string topic;
  std::vector<std::string> topics;
  std::string group;
  std::string from = "earliest";
  bool until_caught_up = false;
  std::int64_t max_uncommitted = 4000;
  std::vector<std::string> skip;
  std::vector<std::string> claims_allowed;
  ByteSize claim_bytes{std::int64_t{256} << 20};
  Duration claim_timeout{30'000};
  std::string claim_ca;
  int claims_at_once = 4;
};

// Throws ParamError.
inline ClaimCheck claim_check(const SourceParams& params, const BuildInfo& info) {
  return {{params.claims_allowed, "claim_check.allow"},
          {params.claim_bytes.bytes, std::chrono::milliseconds{params.claim_timeout.ms},
           params.claim_ca.empty() ? "" : info.path(params.claim_ca)},
          params.claims_at_once};
}

}  // namespace radflow::kafka
