#include "connectors/kafka/group/commit_metadata.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <span>

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

std::string ahead_of(std::int64_t position) { return fmt::format(" ahead={}", position); }
std::string finish_of(std::int64_t position) { return fmt::format(" finish={}", position); }
std::string run_text(std::int64_t at, const OffsetRun& run) {
  return fmt::format("+{}x{}", run.from - at, run.end - run.from);
}

std::string runs_text(std::string text, std::int64_t at, std::span<const OffsetRun> runs) {
  for (const OffsetRun& run : runs) {
    text += run_text(at, run);
    at = run.end;
  }
  return text;
}

// Of a group that lies scattered, from its first record to its last.
std::string finish_text(const std::vector<OffsetRun>& runs) {
  constexpr std::size_t longest = 300;
  if (runs.empty()) return "";
  const std::int64_t first = runs.front().from;
  std::string text = runs_text(finish_of(first), first, runs);
  if (text.size() <= longest) return text;
  const OffsetRun all{first, runs.back().end};
  return runs_text(finish_of(first), first, {&all, 1});
}

std::vector<OffsetRun> read_runs(std::string_view rest, std::optional<std::int64_t> position);

}  // namespace

std::string to_text(const std::string& graph, const CommitMetadata& metadata) {
  if (metadata.owner.empty()) return "radflow " + graph;
  return fmt::format("radflow {} owner={} deaths={} span={}{}{}", graph, metadata.owner, metadata.deaths,
                     metadata.span, metadata.through < 0 ? "" : fmt::format(" through={}", metadata.through),
                     finish_text(metadata.finish));
}

CommitMetadata read_commit_metadata(std::string_view text) {
  CommitMetadata metadata;
  if (!text.starts_with("radflow ")) return metadata;
  metadata.owner = field(text, "owner");
  read(field(text, "deaths"), metadata.deaths);
  read(field(text, "span"), metadata.span);
  read(field(text, "through"), metadata.through);
  metadata.finish = read_runs(field(text, "finish"), std::nullopt);
  return metadata;
}

std::size_t runs_with_room(std::int64_t position, const std::vector<OffsetRun>& runs, std::size_t longest) {
  std::size_t size = ahead_of(position).size(), count = 0;
  for (std::int64_t at = position; const OffsetRun& run : runs) {
    size += run_text(at, run).size();
    if (size > longest) break;
    at = run.end;
    ++count;
  }
  return count;
}

std::string ahead_text(std::int64_t position, const std::vector<OffsetRun>& runs, std::size_t longest) {
  const std::size_t count = runs_with_room(position, runs, longest);
  if (count == 0) return "";
  return runs_text(ahead_of(position), position, std::span{runs}.first(count));
}

std::vector<OffsetRun> read_ahead(std::string_view text, std::int64_t position) {
  return text.starts_with("radflow ") ? read_runs(field(text, "ahead"), position) : std::vector<OffsetRun>{};
}

namespace {

// Runs that begin at this position, if one is given.
std::vector<OffsetRun> read_runs(std::string_view rest, std::optional<std::int64_t> position) {
  const auto number = [&rest](std::int64_t& value) {
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    return error == std::errc{} && value >= 0;
  };
  const auto sign = [&rest](char expected) {
    if (!rest.starts_with(expected)) return false;
    rest.remove_prefix(1);
    return true;
  };
  constexpr std::int64_t largest = std::int64_t{1} << 62;  // sums stay below the largest offset
  std::int64_t at = -1, gap = 0, length = 0;
  if (!number(at) || (position && at != *position)) return {};
  std::vector<OffsetRun> runs;
  while (!rest.empty()) {
    if (!sign('+') || !number(gap) || !sign('x') || !number(length)) return {};
    if (gap > largest - at || length > largest - at - gap) return {};
    runs.push_back({at + gap, at + gap + length});
    at = runs.back().end;
  }
  return runs;
}

}  // namespace

}  // namespace radflow::kafka
