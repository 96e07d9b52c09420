#include "connectors/claim_check/address.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>
#include <optional>

#include "graph/param.hpp"

namespace radflow {
namespace {

struct EndUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using Url = std::unique_ptr<CURLU, EndUrl>;

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

std::string part(const Url& url, CURLUPart which, unsigned flags = 0) {
  char* found = nullptr;
  if (curl_url_get(url.get(), which, &found, flags)) return "";
  const std::unique_ptr<char, decltype(&curl_free)> owned{found, curl_free};
  return found;
}

// Takes an address apart; what is wrong with it, or "".
std::string take_apart(const std::string& address, ClaimPlace& parts, Url& url) {
  url.reset(curl_url());
  if (const CURLUcode wrong =
          curl_url_set(url.get(), CURLUPART_URL, address.c_str(), CURLU_PATH_AS_IS | CURLU_DISALLOW_USER))
    return wrong == CURLUE_USER_NOT_ALLOWED ? "it holds a user or password" : "it is no address";
  parts.scheme = lower(part(url, CURLUPART_SCHEME));
  if (parts.scheme != "file" && parts.scheme != "http" && parts.scheme != "https")
    return "its scheme is none of file, http, https";
  if (parts.scheme != "file") {
    parts.host = lower(part(url, CURLUPART_HOST));
    parts.port = part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
  }
  parts.path = part(url, CURLUPART_PATH, CURLU_URLDECODE);  // "" if a control character is in it
  if (!parts.path.starts_with('/')) return "its path is no path";
  return "";
}

// Whether some server or file system may take the path for one outside of where it begins.
bool climbs(const std::string& path) {
  const std::string low = lower(path);
  for (const char* hidden : {"\\", "%2e", "%2f", "%5c"})
    if (low.find(hidden) != std::string::npos) return true;
  for (std::size_t at = 0; at < path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view segment = std::string_view{path}.substr(at, end - at);
    const std::string_view name = segment.substr(0, segment.find(';'));
    if (name == "." || name == "..") return true;
    at = end + 1;
  }
  return false;
}

bool is_sha256(std::string_view text) {
  return text.size() == 64 && std::ranges::all_of(text, [](unsigned char c) { return std::isxdigit(c); });
}

}  // namespace

std::optional<std::string_view> claimed_address(const Record& record) {
  if (!record.value.empty()) return std::nullopt;
  return record.header("ce_dataref");
}

std::optional<std::string_view> claimed_mask(const Record& record) {
  return record.header(mask_claim_header);
}

ClaimAllowList::ClaimAllowList(const std::vector<std::string>& prefixes, const std::string& param) {
  for (const std::string& prefix : prefixes) {
    ClaimPlace place;
    Url url;
    std::string wrong = take_apart(prefix, place, url);
    if (wrong.empty() && !prefix.ends_with('/')) wrong = "it has to end with /";
    if (wrong.empty() && climbs(place.path)) wrong = "its path climbs";
    if (wrong.empty() && prefix.find_first_of("?#") != std::string::npos) wrong = "it has a query";
    if (!wrong.empty())
      throw ParamError{param, fmt::format("'{}': {}; expected a prefix such as file:///archive/ or "
                                          "https://pacs.example.org/objects/",
                                          prefix, wrong)};
    place.prefix = prefix;
    places_.push_back(std::move(place));
  }
}

Result<Claim> ClaimAllowList::claim(const Record& record, std::string_view address,
                                    const ClaimHeaders& by) const {
  const auto sha256 = record.header(by.sha256);
  if (!sha256 || !is_sha256(*sha256))
    return Error{"claim_malformed", fmt::format("the header {} does not hold 64 hex digits", by.sha256)};
  ClaimPlace parts;
  Url url;
  if (std::string wrong = take_apart(std::string{address}, parts, url); !wrong.empty())
    return Error{"claim_malformed", fmt::format("the address in {}: {}", by.address, wrong)};
  if (climbs(parts.path)) return Error{"claim_not_allowed", fmt::format("the path in {} climbs", by.address)};
  for (const ClaimPlace& place : places_) {
    if (place.scheme != parts.scheme || place.host != parts.host || place.port != parts.port ||
        !parts.path.starts_with(place.path) || parts.path.size() == place.path.size())
      continue;
    Claim claim{&place, {}, {}, lower(std::string{*sha256})};
    if (place.scheme == "file")
      claim.file = parts.path.substr(place.path.size());
    else
      claim.address = part(url, CURLUPART_URL);
    return claim;
  }
  return Error{"claim_not_allowed",
               places_.empty()
                   ? "nothing may be fetched; the source's claim_check.allow lists prefixes that may"
                   : fmt::format("the address in {} lies below no prefix of claim_check.allow", by.address)};
}

}  // namespace radflow
