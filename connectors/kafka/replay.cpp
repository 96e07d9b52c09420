#include "connectors/kafka/replay.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "connectors/kafka/client/durations.hpp"
#include "connectors/log.hpp"
#include "graph/input_digest.hpp"

namespace radflow::kafka {
namespace {

// The end is filled in, the rest has to be there.
void check(Range& range, const std::vector<Range>& partitions) {
  const auto there = std::ranges::find(partitions, range.partition, &Range::partition);
  if (there == partitions.end())
    throw ParamError{"--range", fmt::format("{}: the topic has {} partitions, none has the number {}",
                                            to_text(range), partitions.size(), range.partition)};
  if (range.end == Range::open) range.end = std::max(there->end, range.from);
  if (range.from < there->from || range.end > there->end) {
    Range left = range;
    left.from = std::max(range.from, there->from);
    left.end = std::min(range.end, there->end);
    throw ParamError{
        "--range",
        fmt::format(
            "{}: the partition {}{}", to_text(range),
            there->from == there->end
                ? "is empty"
                : fmt::format("holds offsets from {} to {}", there->from, there->end - 1),
            left.from < left.end ? fmt::format("; ask for {} to go without the rest", to_text(left)) : "")};
  }
}

bool any_of(const std::vector<std::string>& these, const std::vector<std::string>& wanted) {
  return std::ranges::find_first_of(these, wanted) != these.end();
}

}  // namespace

RangeReader& Replay::reader(const std::string& topic) {
  std::unique_ptr<RangeReader>& made = readers_[topic];
  if (!made) made = std::make_unique<RangeReader>(topic, of_.properties(topic));
  return *made;
}

bool Replay::prepare(std::chrono::milliseconds longest) {
  const bool all_letters = of_.ranges.empty();
  std::set<std::string> topics;
  if (all_letters) topics.insert(of_.dead_letters);
  for (const Range& range : of_.ranges) topics.insert(range.topic);
  for (const std::string& topic : topics) {
    std::optional<std::vector<Range>> partitions;
    try {
      partitions = reader(topic).partitions(longest);
    } catch (const TopicNotAllowed&) {
      throw;
    } catch (const NoTopic&) {
      if (!all_letters || !of_.may_be_missing) throw;
      log_info(fmt::format("topic '{}' does not exist: no dead letter was written yet", topic),
               named("replay", {{"topic", topic}}));
      return true;
    }
    if (!partitions) return false;
    if (topic == of_.dead_letters && !load_settled(*partitions, longest)) return false;
    if (all_letters) of_.ranges = *partitions;
    for (Range& range : of_.ranges)
      if (range.topic == topic) check(range, *partitions);
  }
  return true;
}

bool Replay::load_settled(const std::vector<Range>& partitions, std::chrono::milliseconds longest) {
  if (settled_known_ || (of_.again && !of_.settles)) return true;
  if (!settled_)
    settled_ =
        std::make_unique<SettledLetters>(of_.dead_letters, of_.graph, of_.properties(of_.dead_letters));
  try {
    settled_known_ = settled_->load(partitions, longest);
  } catch (const SettledLetters::NotAllowed& refused) {
    if (!of_.again) throw;
    log_warning(fmt::format("{}, as it does now, and what it sends is not settled", refused.what()),
                named("replay", {{"cause", "not allowed"}, {"topic", of_.dead_letters}}));
    settled_.reset();
    settled_known_ = true;
  }
  return settled_known_;
}

void Replay::done(const Position& position) {
  if (settled_) settled_->done(position);
}

void Replay::commit(std::chrono::milliseconds longest) {
  if (settled_ && of_.settles) settled_->commit(longest);
}

std::optional<bool> Replay::any(std::chrono::milliseconds longest) {
  if (!held_) held_ = read(longest);
  if (held_) return true;
  return ended() ? std::optional{false} : std::nullopt;
}

std::optional<Replay::Found> Replay::next(std::chrono::milliseconds longest) {
  if (held_) return std::exchange(held_, std::nullopt);
  return read(longest);
}

std::optional<Replay::Found> Replay::read(std::chrono::milliseconds longest) {
  if (reader_ended()) {
    if (at_ == of_.ranges.size()) {
      std::this_thread::sleep_for(longest);
      return std::nullopt;
    }
    const Range& range = of_.ranges[at_++];
    reader(range.topic).read(range);
    if (settled_ && range.topic == of_.dead_letters) settled_->begin(range.partition, range.from);
    return std::nullopt;
  }
  const std::string& topic = of_.ranges[at_ - 1].topic;
  std::optional<Record> record = reader(topic).next(longest);
  if (!record) return std::nullopt;
  if (topic == of_.dead_letters) return open(*std::move(record));
  const Position& at = record->position;
  if (!seen_.emplace(at.topic, at.partition, at.offset).second) {
    ++counts_.repeated;
    return std::nullopt;
  }
  return Found{*std::move(record), "", ""};
}

std::optional<Replay::Found> Replay::open(Record record) {
  std::optional<DeadLetter> letter = read_dead_letter(record);
  if (settled_) settled_->read(record.position);
  if (settled_ && (!letter || letter->graph != of_.graph)) settled_->settle(record.position);
  if (!letter) {
    ++counts_.no_letters;
    return std::nullopt;
  }
  if (letter->graph == of_.graph) {
    counts_.reasons.insert(letter->reasons.begin(), letter->reasons.end());
    counts_.nodes.insert(letter->nodes.begin(), letter->nodes.end());
  }
  if (settled_ && !of_.again && settled_->was_settled(record.position)) {
    ++counts_.settled;
    return std::nullopt;
  }
  if (!is_asked_for(*letter)) return std::nullopt;
  const Position& at = letter->original.position;
  if (settled_) settled_->send(record.position, at);
  if (!seen_.emplace(at.topic, at.partition, at.offset).second) {
    ++counts_.repeated;
    return std::nullopt;
  }
  if (!(letter->with_bytes && letter->with_headers) && !fetch(*letter)) {
    ++counts_.lost;
    return std::nullopt;
  }
  return Found{std::move(letter->original), letter->reasons.front(), letter->nodes.front()};
}

bool Replay::is_asked_for(const DeadLetter& letter) {
  if (letter.graph != of_.graph) {
    ++counts_.other_graphs[letter.graph];
    return false;
  }
  // What killed the process once may do so again.
  if (of_.reasons.empty() && letter.reasons.front() == skipped_reason) {
    ++counts_.skipped;
    return false;
  }
  const bool asked_for = (of_.reasons.empty() || any_of(letter.reasons, of_.reasons)) &&
                         (of_.nodes.empty() || any_of(letter.nodes, of_.nodes));
  if (!asked_for) ++counts_.filtered;
  return asked_for;
}

// Bytes or headers were too large for the topic of the dead letters: they may still be where they came from.
bool Replay::fetch(DeadLetter& letter) {
  const Position at = letter.original.position;
  const Range range{at.topic, at.partition, at.offset, at.offset + 1};
  std::string why;
  if (const auto original = fetch(range, why)) {
    // A claim has no bytes of its own; its headers have the digest of those it names.
    const bool claim = original->value.empty() && original->header("ce_dataref");
    const std::string_view algorithm = letter.input_digest.starts_with("sha256:") ? "sha256" : "xxh3";
    if (claim || letter.input_digest == input_digest(*original, algorithm)) {
      letter.original = *original;
      return true;
    }
    why = "its topic has another record at that offset: it was made anew";
  }
  log_warning(
      fmt::format("{} cannot be replayed: its dead letter {}, and {}", to_text(range),
                  letter.with_headers ? "has no bytes" : "lacks headers", why),
      named("replay",
            {{"cause", why}, {"topic", at.topic}, {"partition", at.partition}, {"offset", at.offset}}));
  return false;
}

std::optional<Record> Replay::fetch(const Range& range, std::string& why) {
  const auto deadline = std::chrono::steady_clock::now() + longest_fetch;
  const auto in_time = [&] {
    if (std::chrono::steady_clock::now() < deadline) return true;
    throw std::runtime_error{fmt::format("{} could not be read within a minute", to_text(range))};
  };
  std::unique_ptr<RangeReader>& reader = fetching_[range.topic];
  std::optional<std::vector<Range>> partitions;
  try {
    if (!reader) reader = std::make_unique<RangeReader>(range.topic, of_.properties(range.topic));
    while (!partitions && in_time()) partitions = reader->partitions(longest_answer_of_range);
  } catch (const NoTopic& none) {
    why = none.what();
    return std::nullopt;
  }
  why = "its topic does not hold that offset any more";
  const auto there = std::ranges::find(*partitions, range.partition, &Range::partition);
  if (there == partitions->end() || range.from < there->from || range.end > there->end) return std::nullopt;
  reader->read(range);
  while (!reader->ended() && in_time())
    if (auto record = reader->next(longest_of_record)) return record;
  return std::nullopt;
}

}  // namespace radflow::kafka
