#include "connectors/images/file_name.hpp"

#include <fmt/format.h>
#include <xxhash.h>

namespace radflow {
namespace {

constexpr std::size_t longest_part = 180;

enum class Part { Folder, File };

// A folder's name has no dot and a file's does not begin with one: neither is "..", and no file has a
// folder's name, as it ends in an extension.
std::string escape(std::string_view part, Part kind) {
  std::string text;
  for (const char c : part) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || (c == '.' && kind == Part::File && !text.empty());
    if (plain)
      text += c;
    else
      text += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  if (text.empty()) return "%";  // two slashes in a row
  if (text.size() <= longest_part) return text;
  const XXH128_hash_t hash = XXH3_128bits(part.data(), part.size());
  return fmt::format("{}%~{:016x}{:016x}", text.substr(0, longest_part - 34), hash.high64, hash.low64);
}

std::string key_path(std::string_view key) {
  std::string path;
  for (std::size_t slash; (slash = key.find('/')) != std::string_view::npos; key.remove_prefix(slash + 1))
    path += escape(key.substr(0, slash), Part::Folder) + "/";
  return path + escape(key, Part::File);
}

}  // namespace

std::string file_name(const Context& context, std::string_view extension) {
  const Record& record = context.record();
  const Position& at = record.position;
  std::string name = record.key
                         ? key_path(*record.key)
                         : fmt::format("@{}-{}-{}", escape(at.topic, Part::Folder), at.partition, at.offset);
  if (context.identity().count > 1) name += fmt::format("@{:04}", context.identity().index + 1);
  return name.append(".").append(extension);
}

}  // namespace radflow
