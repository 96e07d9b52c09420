// Fetching from a file system. Files are opened folder by folder below the prefix; no symbolic link is
// followed there, and only regular files are read.
#pragma once

#include <string>

#include "connectors/claim_check/address.hpp"
#include "connectors/claim_check/fetch_control.hpp"

namespace radflow {

// Errors: claim_not_found, claim_refused, claim_not_allowed, claim_too_large, claim_unreachable.
Result<std::string> fetch_file(const Claim& claim, const FetchLimits& limits, const FetchControl& control);

}  // namespace radflow
