#include "connectors/kafka/client/certificates.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/x509v3.h>

#include <array>
#include <memory>
#include <vector>

namespace radflow::kafka {
namespace {

std::string text(const ASN1_STRING& string) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(&string)),
          static_cast<std::size_t>(ASN1_STRING_length(&string))};
}

std::string ip_text(const ASN1_OCTET_STRING& bytes) {
  std::array<char, INET6_ADDRSTRLEN> written{};
  const int family = ASN1_STRING_length(&bytes) == 4 ? AF_INET : AF_INET6;
  return inet_ntop(family, ASN1_STRING_get0_data(&bytes), written.data(), written.size()) ? written.data()
                                                                                          : "";
}

// The names and addresses that the certificate is for. Only without any is its common name looked at.
std::vector<std::string> names(std::string_view der) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  const std::unique_ptr<X509, decltype(&X509_free)> certificate{
      d2i_X509(nullptr, &bytes, static_cast<long>(der.size())), X509_free};
  if (!certificate) return {};
  const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> all{
      static_cast<GENERAL_NAMES*>(
          X509_get_ext_d2i(certificate.get(), NID_subject_alt_name, nullptr, nullptr)),
      GENERAL_NAMES_free};
  std::vector<std::string> found;
  for (int i = 0; i < sk_GENERAL_NAME_num(all.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(all.get(), i);
    if (name->type == GEN_DNS) found.push_back(text(*name->d.dNSName));
    if (name->type == GEN_IPADD) found.push_back(ip_text(*name->d.iPAddress));
  }
  const X509_NAME* subject = X509_get_subject_name(certificate.get());
  if (const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1); found.empty() && at >= 0)
    found.push_back(text(*X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at))));
  return found;
}

std::string sentence(std::string_view address, int error, std::string_view der) {
  if (error == X509_V_ERR_HOSTNAME_MISMATCH || error == X509_V_ERR_IP_ADDRESS_MISMATCH)
    return fmt::format("its certificate is for {}, not for {}", fmt::join(names(der), ", "),
                       address.substr(0, address.rfind(':')));
  return fmt::format("its certificate is not accepted: {}; check ssl.ca.location",
                     X509_verify_cert_error_string(error));
}

}  // namespace

bool Certificates::accepted(std::string_view address, int error, std::string_view der) {
  const std::lock_guard lock{mutex_};
  if (error == X509_V_OK)
    wrong_.erase(std::string{address});
  else
    wrong_.insert_or_assign(std::string{address}, sentence(address, error, der));
  return error == X509_V_OK;
}

std::string Certificates::explain(std::string reason) const {
  const std::size_t scheme = reason.find("://"), end = reason.find(": ");
  const std::size_t slash = reason.rfind('/', end);
  if (scheme == reason.npos || end == reason.npos || slash < scheme + 3) return reason;
  const std::lock_guard lock{mutex_};
  const auto wrong = wrong_.find(std::string_view{reason}.substr(scheme + 3, slash - scheme - 3));
  return wrong == wrong_.end() ? reason : reason.substr(0, end + 2) + wrong->second;
}

}  // namespace radflow::kafka
