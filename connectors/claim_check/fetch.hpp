// ClaimFetcher: fetches what a claim leads to, and compares its digest. For one thread.
#pragma once

#include "connectors/claim_check/address.hpp"
#include "connectors/claim_check/fetch_control.hpp"
#include "connectors/claim_check/fetch_web.hpp"
#include "graph/bytes.hpp"
#include "graph/result.hpp"

namespace radflow {

class ClaimFetcher {
 public:
  explicit ClaimFetcher(FetchLimits limits) : limits_{std::move(limits)} {}

  // Errors: claim_not_found, claim_refused, claim_not_allowed, claim_too_large, claim_digest_mismatch. A
  // transient one, claim_unreachable, is the surroundings' (connection, certificate, login, timeout, 5xx, a
  // file system that is away), or the fetch was ended.
  Result<Bytes> fetch(const Claim& claim, const FetchControl& control);

 private:
  const FetchLimits limits_;
  WebFetcher web_{limits_};
};

}  // namespace radflow
