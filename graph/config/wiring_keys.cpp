#include "graph/config/wiring_keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <functional>

namespace radflow::detail {
namespace {

struct WiringKey {
  std::string_view name;
  bool sources, nodes, sinks;  // which kinds have it
  std::string_view owners;

  bool fits(ComponentKind kind) const {
    return kind == ComponentKind::Source ? sources : kind == ComponentKind::Node ? nodes : sinks;
  }
};
constexpr std::array wiring_keys{
    WiringKey{"name", true, true, true, "every component"},
    WiringKey{"from", false, true, true, "nodes and sinks"},
    WiringKey{"concurrency", false, true, false, "nodes"},
    WiringKey{"on_error", false, true, false, "nodes"},
    WiringKey{"retry", false, true, true, "nodes and sinks"},
    WiringKey{"group", false, true, false, "nodes that gather"},
    WiringKey{"batch", false, true, false, "nodes that take several messages at once"},
    WiringKey{"order", false, false, true, "sinks"}};

bool is_name(std::string_view text) {
  return !text.empty() && std::isalpha(static_cast<unsigned char>(text.front())) &&
         std::ranges::all_of(text, [](unsigned char c) { return std::isalnum(c) || c == '_' || c == '-'; });
}

template <typename Enum>
std::string choose(const Value& value, std::optional<Enum>& out,
                   const std::vector<std::pair<std::string, Enum>>& known) {
  std::vector<std::string> names;
  for (const auto& [name, unused] : known) names.push_back(name);
  std::string text;
  if (std::string wrong = parse_choice(value, names, text); !wrong.empty()) return wrong;
  for (const auto& [name, meaning] : known)
    if (name == text) out = meaning;
  return "";
}

std::string read_duration(const Value& value, const Limits& limits, std::int64_t& ms) {
  Duration duration{ms};
  std::string wrong = parse_value(value, limits, duration);
  ms = duration.ms;
  return wrong;
}

// The keys of a map such as `example`: `read` sets what an inner entry names, and says what is wrong with it.
void read_keys(const Value::Entry& entry, const Draft& draft, std::string_view example, Findings& found,
               const std::function<std::string(const Value::Entry&)>& read) {
  if (entry.value.kind != Value::Kind::Map)
    return found.add(place(entry),
                     fmt::format("{}.{}: expected a map such as {}", draft.type, entry.key, example));
  for (const Value::Entry& inner : entry.value.entries)
    if (const std::string wrong = read(inner); !wrong.empty())
      found.add(place(inner), fmt::format("{}.{}.{}: {}", draft.type, entry.key, inner.key, wrong));
}

// retry: {times: 3, backoff: 200ms}; a sink without `times` tries again without end.
void read_retry(const Value::Entry& entry, Draft& draft, Findings& found) {
  if (!draft.component.spec) return;  // nothing is known of an unknown type
  if (draft.component.spec->arity == Arity::Many)
    return found.add(
        entry.mark, fmt::format("'{}' makes several messages of one: `retry` is for nodes that make one; use "
                                "on_error",
                                draft.type));
  if (draft.component.spec->arity == Arity::Identified)
    return found.add(entry.mark,
                     fmt::format("'{}' gives its messages other identifiers, and such a node takes no "
                                 "`retry`; use on_error",
                                 draft.type));
  if (draft.component.spec->arity == Arity::Gathered)
    return found.add(entry.mark,
                     fmt::format("'{}' gathers messages of many records, and such a node takes no "
                                 "`retry`; use on_error",
                                 draft.type));
  if (!draft.component.spec->own_retry.empty())
    return found.add(entry.mark,
                     fmt::format("'{}' takes no `retry`: {}", draft.type, draft.component.spec->own_retry));
  if (!draft.component.spec->transient)
    return found.add(entry.mark,
                     fmt::format("'{}' never fails in a way that passes: `retry` would change nothing{}",
                                 draft.type, draft.kind == ComponentKind::Node ? "; use on_error" : ""));
  Retry& retry = draft.retry.emplace();
  if (draft.kind == ComponentKind::Sink) retry = draft.component.info.retry;
  read_keys(entry, draft, "{times: 3, backoff: 200ms}", found, [&](const Value::Entry& inner) -> std::string {
    if (inner.key == "times") return parse_value(inner.value, range(1, 100), retry.times);
    if (inner.key == "backoff") return read_duration(inner.value, range(1, 3'600'000), retry.backoff_ms);
    return "no such key" + suggestion_or_all(inner.key, {"times", "backoff"});
  });
}

// group: {idle: 30s, longest: 10m, most: 4000, memory: 64MiB, incomplete: dead_letter}
void read_group(const Value::Entry& entry, Draft& draft, Findings& found) {
  if (!draft.component.spec) return;
  if (draft.component.spec->arity != Arity::Gathered)
    return found.add(entry.mark,
                     fmt::format("'{}' gathers nothing: `group` is for nodes that give one message "
                                 "for many records",
                                 draft.type));
  GroupPlan& group = draft.group;
  read_keys(entry, draft, "{idle: 30s, most: 4000}", found, [&](const Value::Entry& inner) -> std::string {
    if (inner.key == "idle") return read_duration(inner.value, at_least(1), group.idle_ms);
    if (inner.key == "longest") return read_duration(inner.value, at_least(1), group.longest_ms);
    if (inner.key == "most") return parse_value(inner.value, range(1, 1'000'000), group.most);
    if (inner.key == "memory") {
      ByteSize memory{group.memory_bytes};
      std::string wrong = parse_value(inner.value, at_least(1), memory);
      group.memory_bytes = memory.bytes;
      return wrong;
    }
    if (inner.key == "incomplete") {
      std::optional<GroupPlan::Incomplete> incomplete;
      std::string wrong = choose<GroupPlan::Incomplete>(
          inner.value, incomplete,
          {{"dead_letter", GroupPlan::Incomplete::DeadLetter}, {"emit", GroupPlan::Incomplete::Emit}});
      group.incomplete = incomplete.value_or(group.incomplete);
      return wrong;
    }
    return "no such key" + suggestion_or_all(inner.key, {"idle", "longest", "most", "memory", "incomplete"});
  });
}

// batch: {size: 16, wait: 5ms}
void read_batch(const Value::Entry& entry, Draft& draft, Findings& found) {
  if (!draft.component.spec) return;
  if (!draft.component.spec->batches)
    return found.add(entry.mark,
                     fmt::format("'{}' takes one message at a time: `batch` is for nodes that are called "
                                 "for several at once",
                                 draft.type));
  BatchPlan& batch = draft.batch.emplace();
  read_keys(entry, draft, "{size: 16, wait: 5ms}", found, [&](const Value::Entry& inner) -> std::string {
    if (inner.key == "size") return parse_value(inner.value, range(1, 1024), batch.size);
    if (inner.key == "wait") return read_duration(inner.value, range(1, 10'000), batch.wait_ms);
    return "no such key" + suggestion_or_all(inner.key, {"size", "wait"});
  });
}

}  // namespace

bool is_wiring_key(std::string_view key) {
  return std::ranges::find(wiring_keys, key, &WiringKey::name) != wiring_keys.end();
}

std::vector<std::string> wiring_keys_of(ComponentKind kind) {
  std::vector<std::string> names;
  for (const WiringKey& key : wiring_keys)
    if (key.fits(kind)) names.emplace_back(key.name);
  return names;
}

void read_wiring_key(const Value::Entry& entry, Draft& draft, Findings& found) {
  const WiringKey& key = *std::ranges::find(wiring_keys, entry.key, &WiringKey::name);
  if (!key.fits(draft.kind))
    return found.add(entry.mark, fmt::format("'{}' belongs to {}; '{}' is a {}", key.name, key.owners,
                                             draft.type, kind_name(draft.kind)));
  std::string wrong;
  if (entry.key == "name") {
    wrong = parse_value(entry.value, any(), draft.component.name);
    draft.named = true;
    if (wrong.empty() && !is_name(draft.component.name))
      wrong = fmt::format("'{}' is no name: a letter, then letters, digits, _ or -", draft.component.name);
    else if (draft.component.name == "errors" && draft.kind == ComponentKind::Node)
      wrong = "'errors' is taken: sinks take dead letters by it";
    else if (draft.component.name == "sources" && draft.kind == ComponentKind::Node)
      wrong = "'sources' is taken: it stands for all sources";
  } else if (entry.key == "from") {
    draft.from = entry.value;
    draft.from->mark = place(entry);
  } else if (entry.key == "concurrency") {
    wrong = parse_value(entry.value, range(1, 1024), draft.concurrency.emplace());
  } else if (entry.key == "on_error") {
    wrong = choose<OnError>(
        entry.value, draft.on_error,
        {{"dead_letter", OnError::DeadLetter}, {"drop", OnError::Drop}, {"stop", OnError::Stop}});
  } else if (entry.key == "retry") {
    return read_retry(entry, draft, found);
  } else if (entry.key == "group") {
    return read_group(entry, draft, found);
  } else if (entry.key == "batch") {
    return read_batch(entry, draft, found);
  } else {
    wrong = choose<Order>(entry.value, draft.order,
                          {{"key", Order::Key}, {"partition", Order::Partition}, {"none", Order::None}});
  }
  if (!wrong.empty()) found.add(place(entry), fmt::format("{}.{}: {}", draft.type, entry.key, wrong));
}

}  // namespace radflow::detail
