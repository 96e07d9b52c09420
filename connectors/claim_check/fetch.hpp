// ClaimFetcher: fetches what a claim leads to: a file, or an object of a web server by libcurl. For one
// thread.
//
// Files are opened folder by folder below the prefix; no symbolic link is followed there, and only regular
// files are read. Web servers are asked by GET; redirects are not followed, so credentials reach nobody but
// the server of an allowed address; certificates are verified.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "connectors/claim_check/address.hpp"
#include "graph/bytes.hpp"
#include "graph/result.hpp"

namespace radflow {

struct FetchLimits {
  std::int64_t max_bytes = 0;
  std::chrono::milliseconds timeout{};  // to connect, and without a byte
  std::string ca;                       // certificates to trust instead of the system's; "": those
  std::string netrc;                    // user and password by host; "": none
};

class ClaimFetcher {
 public:
  // Asked once the size is known and before it is allocated; max_bytes if the server does not say. False ends
  // the fetch.
  using Room = std::function<bool(std::int64_t bytes)>;
  // Asked now and then; true ends the fetch.
  using GiveUp = std::function<bool()>;

  explicit ClaimFetcher(FetchLimits limits);
  ~ClaimFetcher();
  ClaimFetcher(const ClaimFetcher&) = delete;
  ClaimFetcher& operator=(const ClaimFetcher&) = delete;

  // Errors: claim_not_found, claim_refused, claim_not_allowed, claim_too_large, claim_digest_mismatch. A
  // transient one, claim_unreachable, is the surroundings' (connection, certificate, login, timeout, 5xx, a
  // file system that is away), or the fetch was ended.
  Result<Bytes> fetch(const Claim& claim, const Room& room, const GiveUp& give_up);

 private:
  struct Download;
  Result<std::string> read_file(const Claim& claim, const Room& room, const GiveUp& give_up) const;
  Result<std::string> get(const Claim& claim, const Room& room, const GiveUp& give_up);
  Error too_large(std::int64_t bytes) const;

  const FetchLimits limits_;
  void* curl_ = nullptr;  // CURL; made by the first claim of http, keeps connections
};

}  // namespace radflow
