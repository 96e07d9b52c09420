// How a ClaimQueue's threads fetch.
#include <fmt/format.h>

#include <algorithm>

#include "connectors/claim_check/claim_queue.hpp"
#include "connectors/log.hpp"
#include "graph/text.hpp"

namespace radflow {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

// Of a header that holds so many bytes as base64.
std::int64_t header_bytes(std::int64_t bytes) {
  return (bytes + 2) / 3 * 4 + static_cast<std::int64_t>(mask_header.size());
}

}  // namespace

void ClaimQueue::fetch(const std::stop_token& stop) {
  ClaimFetcher fetcher{rules_.limits};
  while (true) {
    std::shared_ptr<Entry> entry;
    {
      std::unique_lock lock{mutex_};
      changed_.wait(lock, stop, [&] {
        const auto first =
            std::ranges::find_if(queue_, [](const auto& one) { return one->state == Entry::State::Waiting; });
        if (first != queue_.end()) entry = *first;
        return entry != nullptr;
      });
      if (stop.stop_requested()) return;
      entry->state = Entry::State::Fetching;
    }
    fetch(*entry, fetcher, stop);
  }
}

bool ClaimQueue::ended(const Entry& entry, const std::stop_token& stop) {
  const std::lock_guard lock{mutex_};
  return entry.dropped || stop.stop_requested();
}

void ClaimQueue::fetch(Entry& entry, ClaimFetcher& fetcher, const std::stop_token& stop) {
  bool failing = false;
  std::optional<Error> error;
  Fetched fetched;
  for (auto backoff = 100ms;; backoff = std::min<std::chrono::milliseconds>(2 * backoff, 5s)) {
    std::optional<Error> wrong = fetch_once(entry, fetcher, fetched, stop);
    if (!wrong) break;
    if (!wrong->transient) error = wrong;
    if (entry.error) error = entry.error;  // room() says so
    if (error || ended(entry, stop)) break;
    if (!std::exchange(failing, true)) ++rules_.failing;
    warn(fetched.mask || !entry.mask ? *entry.value : *entry.mask, *wrong);
    std::unique_lock lock{mutex_};
    changed_.wait_for(lock, stop, backoff, [&] { return entry.dropped; });
  }
  if (failing && --rules_.failing == 0 && !ended(entry, stop))
    log_info(what_ + ": claims are fetched again", named(what_, {}));
  // Without bytes it still takes a place in the order and in the budget.
  room(entry, 1, Needs::All, fetched, stop);
  const std::lock_guard lock{mutex_};
  if (entry.dropped) return graph_.give_back(entry.reserved);
  if (!error && entry.value && fetched.value) entry.record.value = *std::move(fetched.value);
  entry.record.claimed = entry.record.claimed || entry.value.has_value();
  if (!error && fetched.mask)
    entry.record.headers.push_back({std::string{mask_header}, base64(fetched.mask->text())});
  entry.error = std::move(error);
  entry.state = Entry::State::Ready;
  changed_.notify_all();
}

// What is not there yet of mask and value; why one could not be fetched. The mask comes first: it is the smaller one, and
// is fetched again where room() gave it back.
std::optional<Error> ClaimQueue::fetch_once(Entry& entry, ClaimFetcher& fetcher, Fetched& fetched,
                                            const std::stop_token& stop) {
  while ((entry.mask && !fetched.mask) || (entry.value && !fetched.value)) {
    const bool of_mask = entry.mask && !fetched.mask;
    const auto with_room = [&](std::int64_t bytes) {
      if (!of_mask) {
        bytes += fetched.mask ? header_bytes(static_cast<std::int64_t>(fetched.mask->size())) : 0;
        return room(entry, bytes, Needs::All, fetched, stop);
      }
      bytes = header_bytes(bytes) + (fetched.value ? static_cast<std::int64_t>(fetched.value->size()) : 0);
      return room(entry, bytes, entry.value && !fetched.value ? Needs::More : Needs::All, fetched, stop);
    };
    Result<Bytes> got = fetcher.fetch(of_mask ? *entry.mask : *entry.value,
                                      {.room = with_room, .give_up = [&] { return ended(entry, stop); }});
    if (!got) {
      Error error = got.error();
      if (of_mask) error.detail = "the mask: " + error.detail;
      return error;
    }
    (of_mask ? fetched.mask : fetched.value) = *std::move(got);
  }
  return std::nullopt;
}

// Waits for the entry's turn, then for the memory. What it has it keeps, until it is admitted or ends; but what it holds
// before it has all is given back, with the mask that was fetched into it, where more is not there at once: records that
// each wait for more than they hold could wait for one another.
bool ClaimQueue::room(Entry& entry, std::int64_t bytes, Needs needs, Fetched& fetched,
                      const std::stop_token& stop) {
  std::unique_lock lock{mutex_};
  bytes = std::max<std::int64_t>(bytes, 1);
  if (entry.has_memory) {
    if (bytes > entry.reserved)
      entry.error = {"claim_digest_mismatch", "the object grew between two tries: it is another one"};
    return bytes <= entry.reserved;
  }
  bool waits = false;  // there is not enough memory yet
  while (!stop.stop_requested() && !entry.dropped) {
    const std::int64_t more = bytes - entry.reserved;
    if (has_turn(entry.record.position, &entry) && (more <= 0 || graph_.reserve(more))) {
      entry.reserved = std::max(bytes, entry.reserved);
      entry.has_memory = needs == Needs::All;
      break;
    }
    if (entry.reserved > 0) {
      graph_.give_back(std::exchange(entry.reserved, 0));
      fetched.mask.reset();
    }
    if (has_turn(entry.record.position, &entry) && !std::exchange(waits, true)) ++waiting_for_room_;
    changed_.wait_for(lock, 10ms);
  }
  if (waits) --waiting_for_room_;
  changed_.notify_all();
  return entry.reserved >= bytes;
}

void ClaimQueue::warn(const Claim& claim, const Error& error) {
  const std::lock_guard lock{mutex_};
  auto& said = warned_[claim.place->prefix];
  if (said != Clock::time_point{} && Clock::now() - said < 30s) return;
  said = Clock::now();
  log_warning(fmt::format("{}: a claim cannot be fetched: {}, trying again", what_, error.detail),
              named(what_, {{"cause", error.reason}, {"address", claim.place->prefix}}));
}

}  // namespace radflow
