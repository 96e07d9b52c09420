// How a group ends, and the records that it was gathered from.
#include <fmt/format.h>

#include "graph/run/endings.hpp"
#include "graph/run/gathered.hpp"

namespace radflow {

void Endings::settle(Ticket& ticket, Ticket::Left left) {
  if (left == Ticket::Left::Nothing) return end(ticket);
  if (left == Ticket::Left::Something || !ticket.park()) return;
  parked_.fetch_add(1);
  changes_.fetch_add(1);
  if (ticket.gathered())
    group_is_through(ticket);
  else
    run_.sources[ticket.source()]->parked(ticket.record().position);
}

void Endings::group_is_through(const Ticket& ticket) {
  if (ticket.gathered()->finishes) run_.sources[ticket.source()]->finished(ticket.gathered()->positions);
}

void Endings::say_stopped(const Ticket& ticket) {
  const Failure first = ticket.failures().front();
  const Position& at = ticket.record().position;
  const Gathered* group = ticket.gathered();
  const std::string records = group ? fmt::format("the group of {} records from {}:{}:{} on",
                                                  group->positions.size(), at.topic, at.partition, at.offset)
                                    : fmt::format("{}:{}:{}", at.topic, at.partition, at.offset);
  run_.fail(fmt::format(
      "{} failed at {}: {} ({}); on_error is stop, nothing was committed for {}; "
      "add a sink with `from: errors` to go on past such records",
      first.node, records, first.error.detail, first.error.reason, group ? "these records" : "this record"));
}

// Members end after their group: what failed of it has failed of each of them.
void Endings::end_group(Ticket& ticket) {
  if (ticket.end_parking())
    parked_.fetch_sub(1);
  else
    group_is_through(ticket);
  const bool stops = ticket.stops_graph();
  if (stops) say_stopped(ticket);
  ticket.phase = Ticket::Phase::Ended;
  if (stops || ticket.dropped()) together_.lose(ticket.bundle);
  together_.group_ended(ticket.bundle);
  const std::vector<Failure> failures = ticket.failures();
  for (const GroupMember& member : ticket.gathered()->members) {
    if (stops || ticket.dropped()) member.ticket->drop();
    if (ticket.revoked()) member.ticket->revoke();
    for (Failure failure : failures) {
      failure.part = member.message->part;
      failure.ids = member.message->identity().ids;
      failure.error.detail +=
          fmt::format(" (a member of the group of {} records at {})", ticket.gathered()->positions.size(),
                      range_text(ticket.gathered()->positions));
      member.ticket->add_failure(std::move(failure));
    }
    give_back(member);
  }
  group_gone();
}

}  // namespace radflow
