#include "connectors/images/file_name.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>

namespace radflow {
namespace {

// Bytes of a part. A file's name has 255 at most: besides these parts two numbers, the frame's and the
// extension.
constexpr std::size_t longest_folder = 180, longest_node = 40;
constexpr std::size_t longest_key = 180, longest_key_before_place = 90;
constexpr std::size_t longest_topic = 130, longest_topic_behind_key = 50;

enum class Part { Folder, File };

// A folder's name has no dot and a file's does not begin with one: neither is "..", and no file has a
// folder's name, as it ends in an extension.
std::string escape(std::string_view part, Part kind, std::size_t longest) {
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
  if (text.size() <= longest) return text;
  const XXH128_hash_t hash = XXH3_128bits(part.data(), part.size());
  return fmt::format("{}%~{:016x}{:016x}", text.substr(0, longest - 34), hash.high64, hash.low64);
}

std::string key_path(std::string_view key, std::size_t longest) {
  std::string path;
  for (std::size_t slash; (slash = key.find('/')) != std::string_view::npos; key.remove_prefix(slash + 1))
    path += escape(key.substr(0, slash), Part::Folder, longest_folder) + "/";
  return path + escape(key, Part::File, longest);
}

std::string place(const Position& at, std::size_t longest) {
  return fmt::format("@{}-{}-{}", escape(at.topic, Part::Folder, longest), at.partition, at.offset);
}

// Of one of several.
std::string number(std::uint32_t index, std::uint32_t count) {
  if (count < 2) return "";
  return fmt::format("@{:0{}}", index + 1, std::max<std::size_t>(4, fmt::formatted_size("{}", count)));
}

}  // namespace

std::string file_name(const Context& context, const Naming& naming, std::string_view extension) {
  const Record& record = context.record();
  std::string name;
  if (!record.key)
    name = place(record.position, longest_topic);
  else if (naming.key_is_unique)
    name = key_path(*record.key, longest_key);
  else
    name = key_path(*record.key, longest_key_before_place) + place(record.position, longest_topic_behind_key);
  const Identity& part = context.identity();
  name += number(part.index, part.count);
  for (const TileNumber& tile : part.tiles) name += number(tile.index, tile.count);
  if (!naming.node.empty()) name += "@" + escape(naming.node, Part::File, longest_node);
  return name.append(".").append(extension);
}

}  // namespace radflow
