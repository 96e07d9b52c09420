// What a claim says, and where claims may lead.
//
// A record without a value but with a header ce_dataref is a claim: the header has the address (file:, http:,
// https:) of the bytes that are to be taken for its value, ce_datarefsha256 their SHA-256 as 64 hex digits.
// The names are CloudEvents': the extension `dataref` in the Kafka binding. The headers radflow-mask-dataref and
// radflow-mask-datarefsha256 say the same of the mask beside an image, whether or not the image is a claim.
//
// Nothing may be fetched but what lies below a prefix of the allow-list, else whoever writes to the topic
// could make radflow read any file or ask any server. An address is compared after it was taken apart:
//   - scheme, host and port are those of the prefix; a user or password in it is refused;
//   - the path, percent-decoded, begins with the prefix's, which ends with /; segments . and .., also encoded
//     twice or with a ;parameter, backslashes and control characters are refused.
// What is checked later: symbolic links below a file: prefix and redirects are not followed (see
// fetch_file.hpp and fetch_web.hpp).
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "graph/input_digest.hpp"
#include "graph/record.hpp"
#include "graph/result.hpp"

namespace radflow {

// An allowed prefix.
struct ClaimPlace {
  std::string prefix;  // as configured; may stand in logs, unlike what is below it
  std::string scheme, host, port;
  std::string path;  // percent-decoded, ends with /
};

struct Claim {
  const ClaimPlace* place = nullptr;
  std::string address;  // http, https: what to ask for
  std::string file;     // file: the path below the place's
  std::string sha256;   // lower case
};

// The headers by which a claim is made.
struct ClaimHeaders {
  std::string_view address, sha256;
};
inline constexpr ClaimHeaders value_claim{"ce_dataref", "ce_datarefsha256"};
inline constexpr ClaimHeaders mask_claim{mask_claim_header, mask_claim_sha256_header};

class ClaimAllowList {
 public:
  // Throws ParamError.
  ClaimAllowList(const std::vector<std::string>& prefixes, const std::string& param);

  // Of a record whose header `by.address` is `address`. Errors: claim_malformed, claim_not_allowed.
  Result<Claim> claim(const Record& record, std::string_view address,
                      const ClaimHeaders& by = value_claim) const;

 private:
  std::deque<ClaimPlace> places_;  // Claim points into it
};

// The address, if the record is a claim.
std::optional<std::string_view> claimed_address(const Record& record);
// The address of its mask, if that is elsewhere.
std::optional<std::string_view> claimed_mask(const Record& record);

}  // namespace radflow
