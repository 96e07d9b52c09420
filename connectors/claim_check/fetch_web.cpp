#include "connectors/claim_check/fetch_web.hpp"

#include <curl/curl.h>
#include <fmt/format.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <array>
#include <mutex>

namespace radflow {
namespace {

// Why there is no secure connection to the server, and the way out.
std::string insecure(CURL* curl, CURLcode code, const char* why) {
  // Sometimes all that OpenSSL says of a wrong signature.
  if (code == CURLE_SSL_CONNECT_ERROR)
    return fmt::format(
        "{}; does the server speak https:, and is its certificate one that claim_check.ca "
        "vouches for?",
        why);
  long verdict = X509_V_OK;  // of the chain; unspecified: that was right, the name is not
  curl_easy_getinfo(curl, CURLINFO_SSL_VERIFYRESULT, &verdict);
  const bool vouched_for = verdict == X509_V_OK || verdict == X509_V_ERR_UNSPECIFIED ||
                           verdict == X509_V_ERR_CERT_HAS_EXPIRED || verdict == X509_V_ERR_CERT_NOT_YET_VALID;
  return fmt::format("the server's certificate is refused: {}; {}", why,
                     vouched_for ? "the server needs one that is valid now and for its name"
                                 : "claim_check.ca names a file of certificates to trust");
}

// What libcurl's callbacks work on.
struct Download {
  CURL* curl;
  const FetchLimits& limits;
  const FetchControl& control;
  bool begun = false;
  bool ended = false;
  std::int64_t promised = -1;
  std::string bytes;

  static std::size_t take(char* data, std::size_t, std::size_t size, void* self) {
    auto& to = *static_cast<Download*>(self);
    if (!to.begun && !to.begin()) return size + 1;  // ends the transfer
    if (to.bytes.size() + size > static_cast<std::size_t>(to.limits.max_bytes)) {
      to.promised = static_cast<std::int64_t>(to.bytes.size() + size);
      return size + 1;
    }
    to.bytes.append(data, size);
    return size;
  }
  bool begin() {
    begun = true;
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    if (status != 200) return false;
    curl_off_t length = -1;
    curl_easy_getinfo(curl, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
    promised = length;
    if (promised > limits.max_bytes) return false;
    const std::int64_t most = promised < 0 ? limits.max_bytes : promised;
    ended = !control.room(most);
    if (ended) return false;
    bytes.reserve(static_cast<std::size_t>(most));  // pages that are not written to cost nothing
    return true;
  }
  static int progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    auto& of = *static_cast<Download*>(self);
    of.ended = of.ended || of.control.give_up();
    return of.ended ? 1 : 0;
  }
};

}  // namespace

WebFetcher::~WebFetcher() {
  if (curl_) curl_easy_cleanup(curl_);
}

Result<std::string> WebFetcher::get(const Claim& claim, const FetchControl& control) {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  if (!curl_) curl_ = curl_easy_init();
  CURL* curl = curl_;
  curl_easy_reset(curl);  // keeps its connections
  std::array<char, CURL_ERROR_SIZE> why{};
  Download download{.curl = curl, .limits = limits_, .control = control, .bytes = {}};
  curl_easy_setopt(curl, CURLOPT_URL, claim.address.c_str());
  curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);  // as it was checked
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "radflow/" RADFLOW_VERSION);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits_.timeout.count()));
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, std::max<long>(1, limits_.timeout.count() / 1000));
  if (!limits_.ca.empty()) {
    curl_easy_setopt(curl, CURLOPT_CAINFO, limits_.ca.c_str());
    curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);  // else the system's are trusted as well
  }
  if (!limits_.netrc.empty()) {
    curl_easy_setopt(curl, CURLOPT_NETRC, CURL_NETRC_REQUIRED);
    curl_easy_setopt(curl, CURLOPT_NETRC_FILE, limits_.netrc.c_str());  // read anew for each request
  }
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why.data());
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &Download::take);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &download);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &Download::progress);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &download);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);

  const CURLcode code = curl_easy_perform(curl);
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, nullptr);
  if (download.ended) return claim_unreachable("ended");
  if (download.promised > limits_.max_bytes) return claim_too_large(download.promised, limits_);
  if (status >= 300 && status < 400)
    return Error{"claim_not_allowed", fmt::format("HTTP {}: redirects are not followed", status)};
  if (status == 404 || status == 410) return Error{"claim_not_found", fmt::format("HTTP {}", status)};
  // The object is not looked at before who asks is known: the record is not to blame.
  if (status == 401 || status == 407)
    return claim_unreachable(fmt::format(
        "HTTP {}: the server {}", status,
        limits_.netrc.empty() ? "wants credentials: claim_check.netrc names a file of them"
                              : "refuses those of claim_check.netrc, or there are none for its host"));
  if (status == 403)
    return Error{"claim_refused",
                 fmt::format("HTTP 403: the server does not give this object to who asks with {}",
                             limits_.netrc.empty() ? "no credentials: claim_check.netrc names a file of them"
                                                   : "the credentials of claim_check.netrc")};
  const bool passes = status == 408 || status == 425 || status == 429 || status >= 500;
  if (status >= 400 && !passes) return Error{"claim_refused", fmt::format("HTTP {}", status)};
  if (passes) return claim_unreachable(fmt::format("HTTP {}", status));
  if (code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CONNECT_ERROR)
    return claim_unreachable(insecure(curl, code, why.data()));
  if (code) return claim_unreachable(why[0] != '\0' ? why.data() : curl_easy_strerror(code));
  if (status != 200) return Error{"claim_refused", fmt::format("HTTP {}", status)};
  return std::move(download.bytes);
}

}  // namespace radflow
