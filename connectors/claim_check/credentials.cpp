#include "connectors/claim_check/credentials.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/x509_vfy.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>

#include "graph/param.hpp"

namespace radflow {
namespace {

// A folder opens, but does not read.
std::ifstream open_text(const std::string& file, const std::string& param) {
  std::ifstream text{file};
  if (!text || (text.peek(), text.bad()))
    throw ParamError{param, fmt::format("'{}' cannot be read: {}", file, std::strerror(errno))};
  return text;
}

struct EndStore {
  void operator()(X509_STORE* store) const { X509_STORE_free(store); }
};

}  // namespace

void check_certificates(const std::string& file, const std::string& param) {
  open_text(file, param);
  const std::unique_ptr<X509_STORE, EndStore> store{X509_STORE_new()};
  ERR_clear_error();
  if (X509_STORE_load_file(store.get(), file.c_str())) return;  // as libcurl loads it
  const char* why = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  throw ParamError{param, fmt::format("'{}' holds no certificates that can be read ({}); expected PEM: "
                                      "-----BEGIN CERTIFICATE-----",
                                      file, why ? why : "unknown")};
}

void check_netrc(const std::string& file, const std::string& param) {
  std::ifstream text = open_text(file, param);
  for (std::string word; text >> word;)
    if (word == "machine" || word == "default") return;
  throw ParamError{param, fmt::format("'{}' names no host; expected lines such as `machine pacs.example.org "
                                      "login NAME password WORD`",
                                      file)};
}

}  // namespace radflow
