#include "connectors/claim_check/fetch.hpp"

#include <fmt/format.h>

#include "connectors/claim_check/fetch_file.hpp"
#include "graph/digest.hpp"

namespace radflow {

Result<Bytes> ClaimFetcher::fetch(const Claim& claim, const FetchControl& control) {
  Result<std::string> got =
      claim.place->scheme == "file" ? fetch_file(claim, limits_, control) : web_.get(claim, control);
  if (!got) {
    Error error = got.error();
    error.detail = fmt::format("{} (below {})", error.detail, claim.place->prefix);
    return error;
  }
  if (const std::string digest = sha256_digest(*got); digest != "sha256:" + claim.sha256)
    return Error{"claim_digest_mismatch",
                 fmt::format("{} bytes of {} below {}, and the claim promises {}", got->size(), digest,
                             claim.place->prefix, claim.sha256)};
  return Bytes::of(*std::move(got));
}

}  // namespace radflow
