#include "connectors/claim_check/claim_queue.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "connectors/log.hpp"

namespace radflow {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace {

bool same_partition(const Position& a, const Position& b) {
  return a.partition == b.partition && a.topic == b.topic;
}

}  // namespace

ClaimQueue::ClaimQueue(ClaimCheck& rules, std::string what, Intake& graph,
                       std::function<bool(const Position&)> holds)
    : rules_{rules}, what_{std::move(what)}, graph_{graph}, holds_{std::move(holds)} {}

ClaimQueue::~ClaimQueue() {
  for (std::jthread& thread : threads_) thread.request_stop();
  threads_.clear();
  for (const auto& entry : queue_) graph_.give_back(entry->reserved);
}

bool ClaimQueue::empty() const {
  const std::lock_guard lock{mutex_};
  return queue_.empty();
}

std::vector<Position> ClaimQueue::positions() const {
  const std::lock_guard lock{mutex_};
  std::vector<Position> all;
  for (const auto& entry : queue_) all.push_back(entry->record.position);
  return all;
}

Admission ClaimQueue::admit(Record& record) {
  serve();
  const auto address = claimed_address(record);
  if (!address) return put(record, std::nullopt, std::nullopt);
  const Result<Claim> claim = rules_.allow.claim(record, *address);
  return claim ? put(record, *claim, std::nullopt) : put(record, std::nullopt, claim.error());
}

Admission ClaimQueue::refuse(Record& record, Error error, std::int64_t reserved) {
  serve();
  const Admission result = put(record, std::nullopt, std::move(error));
  if (result == Admission::Admitted) graph_.give_back(reserved);
  return result;
}

Admission ClaimQueue::put(Record& record, std::optional<Claim> claim, std::optional<Error> error) {
  std::unique_lock lock{mutex_};
  full_here_ = true;
  // Who waits for memory comes first, else small records would pass it by for ever.
  if (waiting_for_room_ > 0 || queue_.size() >= most) return Admission::Full;
  if (!claim) {
    const bool behind = std::ranges::any_of(
        queue_, [&](const auto& entry) { return same_partition(entry->record.position, record.position); });
    if (!behind) {
      full_here_ = false;
      lock.unlock();
      return error ? graph_.refuse(record, std::move(*error), 0) : graph_.admit(record);
    }
    if (!has_turn(record.position, nullptr)) return Admission::Full;
  }
  auto entry = std::make_shared<Entry>();
  if (!claim) {
    entry->reserved = static_cast<std::int64_t>(record.bytes()) + 1;
    if (!graph_.reserve(entry->reserved)) {
      full_here_ = false;
      return Admission::Full;
    }
  } else {
    entry->state = Entry::State::Waiting;
    if (threads_.empty())
      for (int i = 0; i < rules_.parallel; ++i)
        threads_.emplace_back([this](std::stop_token stop) { fetch(stop); });
  }
  entry->record = std::move(record);
  entry->claim = std::move(claim);
  entry->error = std::move(error);
  queue_.push_back(std::move(entry));
  changed_.notify_all();
  return Admission::Admitted;
}

// Whether all before the entry (null: one that is to come) in its partition have their memory.
bool ClaimQueue::has_turn(const Position& position, const Entry* entry) const {
  for (const auto& before : queue_) {
    if (before.get() == entry) return true;
    if (before->reserved == 0 && same_partition(before->record.position, position)) return false;
  }
  return true;
}

void ClaimQueue::wait(std::chrono::milliseconds longest) {
  std::unique_lock lock{mutex_};
  if (full_here_) {
    changed_.wait_for(lock, longest);
    return;
  }
  lock.unlock();
  graph_.wait(longest);
}

void ClaimQueue::serve() {
  const std::lock_guard lock{mutex_};
  std::vector<const Position*> blocked;
  for (auto at = queue_.begin(); at != queue_.end();) {
    Entry& entry = **at;
    if (!holds_(entry.record.position)) {
      entry.dropped = true;
      // A thread that fetches for it gives back what it has reserved.
      if (entry.state != Entry::State::Fetching) graph_.give_back(entry.reserved);
      at = queue_.erase(at);
      changed_.notify_all();
      continue;
    }
    if (entry.state != Entry::State::Ready || std::ranges::any_of(blocked, [&](const Position* position) {
          return same_partition(*position, entry.record.position);
        })) {
      blocked.push_back(&entry.record.position);
      ++at;
      continue;
    }
    const Admission result = entry.error ? graph_.refuse(entry.record, *entry.error, entry.reserved)
                                         : graph_.admit_reserved(entry.record, entry.reserved);
    if (result == Admission::Full) return;
    at = queue_.erase(at);
    changed_.notify_all();
  }
}

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

void ClaimQueue::fetch(Entry& entry, ClaimFetcher& fetcher, const std::stop_token& stop) {
  const auto ended = [&] {
    const std::lock_guard lock{mutex_};
    return entry.dropped || stop.stop_requested();
  };
  bool failing = false;
  std::optional<Error> error;
  Bytes value;
  for (auto backoff = 100ms;; backoff = std::min<std::chrono::milliseconds>(2 * backoff, 5s)) {
    Result<Bytes> got = fetcher.fetch(
        *entry.claim,
        {.room = [&](std::int64_t bytes) { return room(entry, bytes, stop); }, .give_up = ended});
    if (got) value = *std::move(got);
    if (!got && !got.error().transient) error = got.error();
    if (!got && entry.error) error = entry.error;  // by room()
    if (got || error || ended()) break;
    if (!std::exchange(failing, true)) ++rules_.failing;
    warn(*entry.claim, got.error());
    std::unique_lock lock{mutex_};
    changed_.wait_for(lock, stop, backoff, [&] { return entry.dropped; });
  }
  if (failing && --rules_.failing == 0 && !ended())
    log_info(what_ + ": claims are fetched again", named(what_, {}));
  // Without bytes it still takes a place in the order and in the budget.
  room(entry, 1, stop);
  const std::lock_guard lock{mutex_};
  if (entry.dropped) return graph_.give_back(entry.reserved);
  entry.record.value = std::move(value);
  entry.record.claimed = true;
  entry.error = std::move(error);
  entry.state = Entry::State::Ready;
  changed_.notify_all();
}

// Waits for the entry's turn, then for the memory. What it has it keeps, until it is admitted or ends.
bool ClaimQueue::room(Entry& entry, std::int64_t bytes, const std::stop_token& stop) {
  std::unique_lock lock{mutex_};
  if (entry.reserved > 0) {
    if (bytes > entry.reserved)
      entry.error = {"claim_digest_mismatch", "the object grew between two tries: it is another one"};
    return bytes <= entry.reserved;
  }
  bytes = std::max<std::int64_t>(bytes, 1);
  bool waits = false;  // for the memory
  while (!stop.stop_requested() && !entry.dropped && entry.reserved == 0) {
    if (has_turn(entry.record.position, &entry)) {
      if (graph_.reserve(bytes)) {
        entry.reserved = bytes;
        break;
      }
      if (!std::exchange(waits, true)) ++waiting_for_room_;
    }
    changed_.wait_for(lock, 10ms);
  }
  if (waits) --waiting_for_room_;
  changed_.notify_all();
  return entry.reserved > 0;
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
