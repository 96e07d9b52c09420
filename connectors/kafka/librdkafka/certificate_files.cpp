#include "connectors/kafka/librdkafka/certificate_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace radflow::kafka {
namespace {

namespace fs = std::filesystem;

struct File {
  std::string_view name, holds;
};
constexpr std::array<File, 5> files{
    {{"ssl.ca.location", "certificates to trust, in PEM: -----BEGIN CERTIFICATE-----"},
     {"ssl.crl.location", "revoked certificates, in PEM: -----BEGIN X509 CRL-----"},
     {"ssl.certificate.location", "the certificate of this client, in PEM: -----BEGIN CERTIFICATE-----"},
     {"ssl.key.location",
      "the private key of that certificate, in PEM: -----BEGIN PRIVATE KEY-----; `ssl.key.password` opens an "
      "encrypted one"},
     {"ssl.keystore.location", "a PKCS#12 keystore that `ssl.keystore.password` opens"}}};

// Paths of properties are librdkafka's: they start where the program was started, not at the graph.
std::string place(const std::string& path) {
  if (fs::path{path}.is_absolute()) return "";
  std::error_code ignored;
  return fmt::format(" (that is '{}': paths of librdkafka start at the folder the program is started in)",
                     fs::absolute(path, ignored).string());
}

std::string why_unreadable(const std::string& path) {
  std::ifstream file{path};
  return file ? "" : std::strerror(errno);
}

}  // namespace

std::vector<ParamError> check_certificate_files(const Properties& properties) {
  std::vector<ParamError> wrong;
  for (const File& file : files) {
    const std::string path = property(properties, file.name);
    const bool looked_for =
        file.name == "ssl.ca.location" && path == "probe";  // librdkafka tries known places
    if (path.empty() || looked_for) continue;
    const std::string why = why_unreadable(path);
    if (!why.empty())
      wrong.emplace_back(std::string{file.name},
                         fmt::format("'{}' cannot be read: {}{}", path, why, place(path)));
  }
  return wrong;
}

std::string explained(const Properties& properties, const std::string& name, const std::string& reason) {
  const auto file = std::ranges::find(files, name, &File::name);
  if (file == files.end()) return reason;
  return fmt::format("'{}' cannot be used; expected {} (librdkafka: {})", property(properties, name),
                     file->holds, reason);
}

}  // namespace radflow::kafka
