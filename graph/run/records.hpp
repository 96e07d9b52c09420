// Records: every record that was admitted and has not ended, and what it waits for; how many ended in which way.
// Thread-safe, but for make(), which each source's own thread calls.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "graph/run/counters.hpp"
#include "graph/run/run_state.hpp"
#include "graph/run/ticket.hpp"
#include "graph/run/tickets.hpp"
#include "graph/stats.hpp"

namespace radflow {

class Records {
 public:
  Records(RunState& run, Endings& endings);

  // A record that was read from a source. `charged` bytes of the graph's memory are its own until it ends.
  std::shared_ptr<Ticket> make(std::size_t source, Record&& record, std::int64_t charged);

  // A group that was gathered from records of a source: no record, and not counted as one. Any thread.
  std::shared_ptr<Ticket> make_group(std::size_t source, Record&& record, std::unique_ptr<Gathered> gathered,
                                     int region, Identity identity);

  // Records that were made of a source.
  std::uint64_t admitted(std::size_t source) const { return admitted_[source].get(); }

  enum class End { Delivered, Failed, Revoked, Dropped };
  // A record has ended: what waits for it may go on.
  void ended(End how);

  // Waits until every admitted record has ended, or `deadline`. True if all have.
  bool wait_for_all(std::chrono::steady_clock::time_point deadline);
  std::uint64_t in_flight() const;

  // Reads `stats.sources`; adds what holds up each partition, and the numbers of records.
  void add_to(PipelineStats& stats) const;

 private:
  std::vector<Stall> stalls(const std::vector<SourceStats>& at) const;
  void add_stalled_groups(const std::vector<SourceStats>& at, std::vector<Stall>& found) const;
  void explain(const Ticket& ticket, Stall& stall) const;

  RunState& run_;
  Endings& endings_;
  std::deque<Tickets> tickets_;  // one per source
  std::vector<Count> admitted_;  // one per source
  SharedCount delivered_, failed_, revoked_, dropped_;
  std::atomic<bool> waited_for_{false};
  std::mutex mutex_;
  std::condition_variable all_ended_;
};

}  // namespace radflow
