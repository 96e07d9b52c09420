// The top-level keys of a graph file that are not components.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "graph/config/draft.hpp"

namespace radflow::detail {
namespace {

std::vector<std::string> top_level_keys(const std::vector<SharedBlock>& blocks) {
  std::vector<std::string> keys{"graph", "memory", "delivery"};
  for (const SharedBlock& block : blocks) keys.push_back(block.name);
  keys.insert(keys.end(),
              {"sources", "nodes", "sinks", "http", "drain", "workers", "input_digest", "plugins"});
  return keys;
}

// "" if `text` is HOST:PORT.
std::string check_address(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  int port = -1;
  const auto is_host = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) ||
           std::string_view{".-_:[]"}.find(c) != std::string_view::npos;
  };
  if (colon != std::string::npos && colon > 0 && std::ranges::all_of(text, is_host)) {
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data() + colon + 1, end, port);
    if (error != std::errc{} || stop != end) port = -1;
  }
  if (port >= 0 && port <= 65535) return "";
  return fmt::format("expected an address such as 127.0.0.1:9464, found '{}'", text);
}

std::string read_graph_name(const Value& value, std::string& name) {
  if (std::string wrong = parse_value(value, any(), name); !wrong.empty()) return wrong;
  const bool good = !name.empty() && std::ranges::all_of(name, [](unsigned char c) {
    return std::isalnum(c) || c == '_' || c == '-' || c == '.';
  });
  return good ? "" : fmt::format("'{}' is no name: letters, digits, _, - and . may stand in it", name);
}

std::string read_delivery(const Value& value, Delivery& delivery) {
  std::string name;
  std::string wrong = parse_choice(value, {"at_least_once", "exactly_once"}, name);
  if (name == "exactly_once") delivery = Delivery::ExactlyOnce;
  return wrong;
}

void read_http(const Value& value, Plan& plan, Findings& found) {
  if (value.kind != Value::Kind::Map)
    return found.add(value.mark, "http: expected a map such as {listen: 127.0.0.1:9464}");
  for (const Value::Entry& entry : value.entries) {
    if (entry.key != "listen") {
      found.add(entry.mark,
                fmt::format("http has no key '{}'{}", entry.key, suggestion_or_all(entry.key, {"listen"})));
      continue;
    }
    std::string wrong = parse_value(entry.value, any(), plan.http_listen);
    plan.http_mark = entry.value.mark;
    if (wrong.empty() && !entry.value.unset) wrong = check_address(plan.http_listen);
    if (!wrong.empty()) found.add(entry.value.mark, "http.listen: " + wrong);
  }
}

GivenProperties read_shared(const SharedBlock& block, const Value::Entry& given, Findings& found) {
  GivenProperties properties;
  const Value& value = given.value;
  if (value.kind != Value::Kind::Map && value.kind != Value::Kind::Null)
    found.add(value.mark, fmt::format("{}: expected a map of {}", block.name, block.expected));
  for (const Value::Entry& entry : value.entries) {
    if (const std::string wrong = properties.add(entry, block); !wrong.empty())
      found.add(entry.mark, fmt::format("{}.{}: {}", block.name, entry.key, wrong));
  }
  if (!block.needed.empty()) properties.marks.emplace(properties.marks.begin(), block.needed, given.mark);
  return properties;
}

}  // namespace

std::string GivenProperties::add(const Value::Entry& entry, const SharedBlock& block) {
  if (entry.value.kind != Value::Kind::Scalar) return "expected one value";
  if (entry.value.unset && entry.key != block.needed) return "";
  values.emplace_back(entry.key, entry.value.unset ? "unset" : entry.value.text);
  marks.emplace_back(entry.key, entry.mark);
  return "";
}

SharedProperties read_settings(const Value& root, Plan& plan, Findings& found) {
  const std::vector<SharedBlock> blocks = Registry::instance().shared_blocks();
  const std::vector<std::string> keys = top_level_keys(blocks);
  SharedProperties properties;
  plan.info.name = std::filesystem::path{plan.file}.stem().string();
  for (const Value::Entry& entry : root.entries) {
    const Value& value = entry.value;
    const Mark& mark = value.mark.line > 0 ? value.mark : entry.mark;
    std::string wrong;
    if (entry.key == "graph")
      wrong = read_graph_name(value, plan.info.name);
    else if (entry.key == "delivery")
      wrong = read_delivery(value, plan.delivery);
    else if (entry.key == "workers")
      wrong = parse_value(value, range(0, 1024), plan.workers);
    else if (entry.key == "input_digest")
      wrong = parse_choice(value, {"xxh3", "sha256"}, plan.info.input_digest);
    else if (entry.key == "memory") {
      ByteSize size;
      wrong = parse_value(value, at_least(1), size);
      plan.memory_bytes = size.bytes;
    } else if (entry.key == "drain") {
      Duration time;
      wrong = parse_value(value, at_least(0), time);
      plan.drain_ms = time.ms;
    } else if (entry.key == "http")
      read_http(value, plan, found);
    else if (const auto block = std::ranges::find(blocks, entry.key, &SharedBlock::name);
             block != blocks.end())
      properties.emplace(entry.key, read_shared(*block, entry, found));
    else if (std::ranges::find(keys, entry.key) == keys.end())
      found.add(entry.mark,
                fmt::format("a graph has no key '{}'{}", entry.key, suggestion_or_all(entry.key, keys)));
    if (!wrong.empty()) found.add(mark, entry.key + ": " + wrong);
  }
  return properties;
}

}  // namespace radflow::detail
