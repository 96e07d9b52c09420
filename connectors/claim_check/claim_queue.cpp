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
  const auto refused = [&](Error error) { return put(record, std::nullopt, std::nullopt, std::move(error)); };
  std::optional<Claim> value, mask;
  if (const auto address = claimed_address(record)) {
    const Result<Claim> claim = rules_.allow.claim(record, *address);
    if (!claim) return refused(claim.error());
    value = *claim;
  }
  if (const auto address = claimed_mask(record)) {
    if (record.header(mask_header))
      return refused({"claim_malformed", "the record has a mask, and says where another one lies"});
    const Result<Claim> claim = rules_.allow.claim(record, *address, mask_claim);
    if (!claim) return refused(claim.error());
    mask = *claim;
  }
  return put(record, std::move(value), std::move(mask), std::nullopt);
}

Admission ClaimQueue::refuse(Record& record, Error error, std::int64_t reserved) {
  serve();
  const Admission result = put(record, std::nullopt, std::nullopt, std::move(error));
  if (result == Admission::Admitted) graph_.give_back(reserved);
  return result;
}

Admission ClaimQueue::put(Record& record, std::optional<Claim> value, std::optional<Claim> mask,
                          std::optional<Error> error) {
  const bool claim = value || mask;
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
    entry->has_memory = true;
  } else {
    entry->state = Entry::State::Waiting;
    if (threads_.empty())
      for (int i = 0; i < rules_.parallel; ++i)
        threads_.emplace_back([this](std::stop_token stop) { fetch(stop); });
  }
  entry->record = std::move(record);
  entry->value = std::move(value);
  entry->mask = std::move(mask);
  entry->error = std::move(error);
  queue_.push_back(std::move(entry));
  changed_.notify_all();
  return Admission::Admitted;
}

// Whether all before the entry (null: one that is to come) in its partition have their memory.
bool ClaimQueue::has_turn(const Position& position, const Entry* entry) const {
  for (const auto& before : queue_) {
    if (before.get() == entry) return true;
    if (!before->has_memory && same_partition(before->record.position, position)) return false;
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

}  // namespace radflow
