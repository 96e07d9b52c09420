// WebFetcher: fetches from web servers, by libcurl. They are asked by GET; redirects are not followed, so
// credentials reach nobody but the server of an allowed address; certificates are verified. For one thread.
#pragma once

#include <string>

#include "connectors/claim_check/address.hpp"
#include "connectors/claim_check/fetch_control.hpp"

namespace radflow {

class WebFetcher {
 public:
  // The limits have to outlive it.
  explicit WebFetcher(const FetchLimits& limits) : limits_{limits} {}
  ~WebFetcher();
  WebFetcher(const WebFetcher&) = delete;
  WebFetcher& operator=(const WebFetcher&) = delete;

  // Errors: claim_not_found, claim_refused, claim_not_allowed, claim_too_large, claim_unreachable.
  Result<std::string> get(const Claim& claim, const FetchControl& control);

 private:
  const FetchLimits& limits_;
  void* curl_ = nullptr;  // CURL; made by the first claim, keeps connections
};

}  // namespace radflow
