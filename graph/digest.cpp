#include "graph/digest.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
// Inlined it is twice as fast as from the shared library, which is built for no more than SSE2.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <array>

namespace radflow {

std::string xxh3_digest(std::string_view bytes) {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return fmt::format("xxh3:{:016x}{:016x}", hash.high64, hash.low64);
}

std::string sha256_digest(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned size = 0;
  EVP_Digest(bytes.data(), bytes.size(), hash.data(), &size, EVP_sha256(), nullptr);
  std::string text = "sha256:";
  for (unsigned i = 0; i < size; ++i) text += fmt::format("{:02x}", hash[i]);
  return text;
}

}  // namespace radflow
