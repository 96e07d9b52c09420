#include "graph/run/records.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "graph/digest.hpp"
#include "graph/run/gathered.hpp"

namespace radflow {
namespace {

constexpr double stall_seconds = 1;

}  // namespace

Records::Records(RunState& run, Endings& endings)
    : run_{run}, endings_{endings}, admitted_(run.plan.sources.size()) {
  for (std::size_t s = 0; s < run.plan.sources.size(); ++s) tickets_.emplace_back(run.discarding);
}

std::shared_ptr<Ticket> Records::make(std::size_t source, Record&& record, std::int64_t charged) {
  admitted_[source].add();
  return std::make_shared<Ticket>(run_, endings_, tickets_[source], source, std::move(record), charged);
}

std::shared_ptr<Ticket> Records::make_group(std::size_t source, Record&& record,
                                            std::unique_ptr<Gathered> gathered, int region,
                                            Identity identity) {
  return std::make_shared<Ticket>(run_, endings_, tickets_[source], source, std::move(record),
                                  std::move(gathered), region, std::move(identity));
}

void Records::ended(End how) {
  (how == End::Revoked     ? revoked_
   : how == End::Dropped   ? dropped_
   : how == End::Delivered ? delivered_
                           : failed_)
      .add();
  if (waited_for_ && in_flight() == 0) {
    { const std::lock_guard lock{mutex_}; }
    all_ended_.notify_all();
  }
}

bool Records::wait_for_all(std::chrono::steady_clock::time_point deadline) {
  waited_for_ = true;
  std::unique_lock lock{mutex_};
  return all_ended_.wait_until(lock, deadline, [&] { return in_flight() == 0; });
}

// The ended ones are read first: a record that comes and goes meanwhile must not be missing among the admitted.
std::uint64_t Records::in_flight() const {
  const std::uint64_t ended = delivered_.get() + failed_.get() + revoked_.get() + dropped_.get();
  std::uint64_t admitted = 0;
  for (const Count& source : admitted_) admitted += source.get();
  return admitted - ended;
}

std::vector<Stall> Records::stalls(const std::vector<SourceStats>& at) const {
  std::vector<Stall> found;
  for (std::size_t s = 0; s < at.size(); ++s)
    for (const PartitionStatus& partition : at[s].partitions) {
      if (partition.pending == 0 || partition.frontier_age_s < stall_seconds) continue;
      Stall stall;
      stall.source = at[s].name;
      stall.topic = partition.topic;
      stall.partition = partition.partition;
      stall.offset = partition.frontier;
      stall.seconds = partition.frontier_age_s;
      // Default: no ticket of the record exists yet, so the source still has it. Overwritten below if one is found.
      stall.node = at[s].name;
      stall.where =
          fmt::format("source '{}' holds it: it waits for room, its transaction or its claim", stall.node);
      tickets_[s].find(
          [&](const Ticket& ticket) {
            const Position& position = ticket.record().position;
            return position.partition == partition.partition && position.offset == partition.frontier &&
                   position.topic == partition.topic;
          },
          [&](const Ticket& ticket) {
            explain(ticket, stall);
            if (const auto& key = ticket.record().key) stall.key_digest = xxh3_digest(*key);
          });
      found.push_back(std::move(stall));
    }
  if (!run_.layout.groups.empty()) add_stalled_groups(at, found);
  return found;
}

// Members of a group hold nothing up, but the group does, once it has ended and until all that came of it has.
void Records::add_stalled_groups(const std::vector<SourceStats>& at, std::vector<Stall>& found) const {
  const auto now = std::chrono::steady_clock::now();
  const auto age = [&](const Ticket& ticket) {
    return std::chrono::duration<double>{now - ticket.admitted()}.count();
  };
  for (std::size_t s = 0; s < at.size(); ++s)
    tickets_[s].find(
        [&](const Ticket& ticket) {
          const Position& position = ticket.record().position;
          return ticket.gathered() && !ticket.is_parked() && age(ticket) >= stall_seconds &&
                 std::ranges::none_of(found, [&](const Stall& stall) {
                   return stall.source == at[s].name && stall.partition == position.partition &&
                          stall.topic == position.topic;
                 });
        },
        [&](const Ticket& ticket) {
          const Position& position = ticket.record().position;
          Stall stall;
          stall.source = at[s].name;
          stall.topic = position.topic;
          stall.partition = position.partition;
          stall.offset = position.offset;
          stall.seconds = age(ticket);
          stall.node = run_.plan.nodes[static_cast<std::size_t>(ticket.gathered()->node)].name;
          explain(ticket, stall);
          stall.where = fmt::format("the group of {} records from here on: {}",
                                    ticket.gathered()->positions.size(), stall.where);
          if (const auto& key = ticket.record().key) stall.key_digest = xxh3_digest(*key);
          found.push_back(std::move(stall));
        });
}

// What the record waits for: a node first, since sinks wait for nodes; then its turn; then an acknowledgement.
void Records::explain(const Ticket& ticket, Stall& stall) const {
  using State = Ticket::AtSinkState;
  const Plan& plan = run_.plan;
  for (const auto& [state, sentence] :
       {std::pair{State::Computing, "node '{}' was called last and has not led to a result"},
        std::pair{State::WaitsForItsTurn, "sink '{}' holds its result until an earlier record has ended"},
        std::pair{State::WaitsForAcknowledgement, "sink '{}' has not acknowledged its result"}})
    for (std::size_t s = 0; s < plan.sinks.size(); ++s) {
      if (ticket.at_sink(s) != state) continue;
      const int node = ticket.last_node();
      stall.node = state == State::Computing && node >= 0 ? plan.nodes[static_cast<std::size_t>(node)].name
                                                          : plan.sinks[s].name;
      stall.where = fmt::format(fmt::runtime(sentence), stall.node);
      return;
    }
}

void Records::add_to(PipelineStats& stats) const {
  stats.stalls = stalls(stats.sources);
  stats.records_in_flight = static_cast<std::int64_t>(in_flight());
  stats.records_delivered = delivered_.get();
  stats.records_failed = failed_.get();
  stats.records_revoked = revoked_.get();
  stats.records_dropped = dropped_.get();
  for (const Tickets& tickets : tickets_) stats.records_abandoned += tickets.abandoned();
}

}  // namespace radflow
