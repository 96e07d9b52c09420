#include "connectors/kafka/group/note.hpp"

#include <fmt/format.h>

#include <charconv>

namespace radflow::kafka {
namespace {

// The text behind " name=" up to the next space.
std::string_view field(std::string_view text, std::string_view name) {
  const std::size_t at = text.find(fmt::format(" {}=", name));
  if (at == std::string_view::npos) return {};
  text.remove_prefix(at + name.size() + 2);
  return text.substr(0, text.find(' '));
}

template <typename Number>
void read(std::string_view text, Number& number) {
  std::from_chars(text.data(), text.data() + text.size(), number);
}

}  // namespace

std::string to_text(const std::string& graph, const Note& note) {
  if (note.owner.empty()) return "radflow " + graph;
  return fmt::format("radflow {} owner={} deaths={} span={}", graph, note.owner, note.deaths, note.span);
}

Note read_note(std::string_view text) {
  Note note;
  if (!text.starts_with("radflow ")) return note;
  note.owner = field(text, "owner");
  read(field(text, "deaths"), note.deaths);
  read(field(text, "span"), note.span);
  return note;
}

}  // namespace radflow::kafka
