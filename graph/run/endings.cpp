#include "graph/run/endings.hpp"

#include <fmt/format.h>

#include <functional>

namespace radflow {

Endings::Endings(RunState& run, Records& records)
    : run_{run}, records_{records}, counters_(run.plan.sinks.size()) {
  for (std::size_t s = 0; s < run.plan.sinks.size(); ++s) {
    const SinkPlan& sink = run.plan.sinks[s];
    if (sink.errors) error_sinks_.push_back(s);
    gates_.push_back(sink.errors || sink.order == Order::None
                         ? nullptr
                         : std::make_unique<OrderGate>([this, s](Ticket& ticket) {
                             for (const Output& output : ticket.take_outputs(s)) submit(s, output);
                           }));
  }
  for (std::size_t g = 0; g < run.layout.groups.size(); ++g)
    gates_.push_back(std::make_unique<OrderGate>([this, g](Ticket& ticket) {
      for (const Output& output : ticket.take_outputs(run_.layout.sinks + g))
        if (revoked(ticket))
          release(ticket);
        else
          gather_(g, output);
    }));
}

void Endings::enter(const std::shared_ptr<Ticket>& ticket) {
  for (std::size_t s = 0; s < gates_.size(); ++s)
    if (gates_[s] && run_.region(ticket->root.region).reachable[s] > 0)
      gates_[s]->enter(order_id(*ticket, s), ticket);
}

namespace {

std::uint64_t partition_id(std::size_t source, std::int32_t partition) {
  return source * 0x9e3779b97f4a7c15u + static_cast<std::uint32_t>(partition);
}

}  // namespace

// To a node that gathers the order is that of the partition.
std::uint64_t Endings::order_id(const Ticket& ticket, std::size_t destination) const {
  const Record& record = ticket.record();
  std::uint64_t id = partition_id(ticket.source(), record.position.partition);
  if (destination < run_.layout.sinks && run_.plan.sinks[destination].order == Order::Key && record.key)
    id ^= std::hash<std::string>{}(*record.key) * 0xff51afd7ed558ccdu;
  return id;
}

const void* Endings::first_waiting(std::size_t group, std::size_t source, std::int32_t partition) const {
  return gates_[run_.layout.sinks + group]->first(partition_id(source, partition));
}

void Endings::deliver(Message& message, const Layout::Delivery& delivery, const Payload& payload) {
  const auto sink = static_cast<std::size_t>(delivery.sink);
  // The output takes over the obligation that the message had.
  Output output{&message, delivery.edge, payload};
  if (gates_[sink])
    message.ticket.keep(sink, std::move(output));
  else
    submit(sink, output);
  count_down(message.ticket, sink, 1);
}

void Endings::fail(Ticket& ticket, Failure failure, bool stop) {
  if (stop || error_sinks_.empty()) ticket.stop_graph();
  ticket.add_failure(std::move(failure));
}

// What comes of a partition that was given up and is not sent yet would only repeat what its new owner sends.
bool Endings::revoked(Ticket& ticket) const {
  if (run_.sources[ticket.source()]->holds(ticket.record().position)) return false;
  ticket.revoke();
  return true;
}

void Endings::nothing_comes(Ticket& ticket, std::size_t sink, int count) {
  count_down(ticket, sink, count);
  release(ticket, count);
}

void Endings::count_down(Ticket& ticket, std::size_t sink, int count) {
  if (ticket.count_down(sink, count) && gates_[sink]) gates_[sink]->complete(order_id(ticket, sink), ticket);
}

void Endings::nothing_comes(Ticket& ticket, const std::vector<int>& reachable) {
  for (std::size_t sink = 0; sink < reachable.size(); ++sink)
    if (reachable[sink] > 0) nothing_comes(ticket, sink, reachable[sink]);
}

void Endings::end(Ticket& ticket) {
  using Phase = Ticket::Phase;
  if (ticket.gathered()) return end_group(ticket);
  const bool refused = ticket.dead_letter_error.has_value();
  if (ticket.phase == Phase::Alive) {
    const bool was_parked = ticket.bundle && ticket.end_parking();
    if (was_parked) parked_.fetch_sub(1);
    if (ticket.stops_graph()) {
      say_stopped(ticket);
      return finish(ticket, false);
    }
    if (ticket.dropped()) return finish(ticket, false);
    if (!ticket.failed()) return finish(ticket, true);
    ticket.phase = Phase::DeadLetter;
    if (was_parked) run_.sources[ticket.source()]->under_way_again(ticket.record().position);
    return dead_letter(ticket,
                       ticket.record().value.size() < ticket.value_bytes() ? Cut::Bytes : Cut::Nothing);
  }
  if (!refused) return finish(ticket, true);
  // Without its bytes it is tried whatever was wrong, and smaller still while that is what is wrong.
  const std::optional<Cut> smaller = cut_more(ticket.record(), ticket.cut);
  if (smaller && (smaller == Cut::Bytes || ticket.dead_letter_error->reason == "too_large")) {
    ticket.dead_letter_error.reset();
    return dead_letter(ticket, *smaller);
  }
  const Position& at = ticket.record().position;
  run_.fail(fmt::format("the dead letter of {}:{}:{} was refused even without its bytes{}: {} ({})", at.topic,
                        at.partition, at.offset, ticket.cut >= Cut::Headers ? ", headers and key" : "",
                        ticket.dead_letter_error->detail, ticket.dead_letter_error->reason));
  finish(ticket, false);
}

void Endings::finish(Ticket& ticket, bool done) {
  const bool delivered = ticket.phase == Ticket::Phase::Alive && done;
  ticket.phase = Ticket::Phase::Ended;
  Source& source = *run_.sources[ticket.source()];
  const Position& at = ticket.record().position;
  if (ticket.bundle && !ticket.revoked()) {
    const std::vector<Position> all = together_.record_ended(ticket.bundle, at, done);
    if (!all.empty()) source.done_together(all);
  } else if (done) {
    source.done(at);
  }
  run_.budget.release(ticket.charged());
  if (ticket.bundle) changes_.fetch_add(1);
  records_.ended(ticket.revoked()   ? Records::End::Revoked  // last: what waits for it may go on
                 : ticket.dropped() ? Records::End::Dropped
                 : delivered        ? Records::End::Delivered
                                    : Records::End::Failed);
}

// All that may hold a record goes first: a source cannot end before what it has read is released. A record on its way
// to a sink as it came keeps its own ticket.
void Endings::clear() {
  for (std::size_t s = 0; s < gates_.size(); ++s)
    if (gates_[s]) gates_[s]->clear([s](Ticket& ticket) { ticket.take_outputs(s); });
}

void Endings::add_to(PipelineStats& stats) const {
  for (std::size_t s = 0; s < run_.plan.sinks.size(); ++s) {
    const SinkCounters& counters = counters_[s];
    const SinkPlan& plan = run_.plan.sinks[s];
    const Sink& sink = *run_.sinks[s];
    stats.sinks.push_back({plan.name, plan.spec->name, plan.errors, counters.submitted.get(),
                           sink.written().value_or(counters.acknowledged.get()), counters.rejected.get(),
                           sink.not_ready(), failures_.of(plan.name), counters.latency.snapshot(),
                           counters.latency.sketch(), first_failures_.of(plan.name)});
  }
}

}  // namespace radflow
