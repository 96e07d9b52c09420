#include "graph/run/endings.hpp"

#include <fmt/format.h>

#include <functional>

#include "graph/run/guarded_call.hpp"

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

void Endings::submit(std::size_t sink, const Output& output) {
  Ticket& ticket = output.from->ticket;
  if (revoked(ticket)) return release(ticket);
  counters_[sink].submitted.add();
  ticket.submitted(sink);
  hand_over(sink, [&](Sink& to) {
    to.submit_from(static_cast<std::size_t>(output.edge), output.payload.without_charge(), *output.from,
                   acknowledgement(ticket, sink, output.payload.charge()));
  });
}

// A sink that throws may have kept the acknowledgement or not, so nobody knows how the record ends. It is called on
// workers, and for dead letters on other sinks' threads, which an exception would end.
template <typename Call>
void Endings::hand_over(std::size_t sink, const Call& call) {
  try {
    call(*run_.sinks[sink]);
  } catch (...) {
    run_.break_off(run_.sink_name(sink) + " failed: " + text_of(std::current_exception()));
  }
}

// An output counts against the graph's memory until the sink has acknowledged it.
Acknowledge Endings::acknowledgement(Ticket& ticket, std::size_t sink, std::shared_ptr<const void> charge) {
  if (charge)
    return {[this, sink, of = ticket.shared_from_this(),
             charge = std::move(charge)](std::optional<Error> error) mutable {
      charge.reset();
      acknowledged(*of, sink, std::move(error));
    }};
  return {[](void* of, std::size_t to, std::optional<Error> error) {
            Ticket& acknowledged = *static_cast<Ticket*>(of);
            acknowledged.endings().acknowledged(acknowledged, to, std::move(error));
          },
          ticket.shared_from_this(), sink};
}

void Endings::acknowledged(Ticket& ticket, std::size_t sink, std::optional<Error> error) {
  SinkCounters& counters = counters_[sink];
  ticket.acknowledged(sink);
  if (error) {
    counters.rejected.add();
    const SinkPlan& plan = run_.plan.sinks[sink];
    failures_.add(plan.name, error->reason);
    first_failures_.add(plan.name, *error, ticket.record().position);
    const bool stop = error->transient;
    if (stop) gave_up(ticket, sink, *error);
    fail(ticket, {{}, {}, plan.name, plan.spec->name, std::move(*error)}, stop);
  } else {
    const std::uint64_t before = counters.acknowledged.add();
    if (counters.latency.sample(before))
      counters.latency.observe(std::chrono::steady_clock::now() - ticket.admitted());
  }
  release(ticket);
}

// Not the record's fault: it ends without being done, and the graph with it.
void Endings::gave_up(const Ticket& ticket, std::size_t sink, const Error& error) {
  const Position& at = ticket.record().position;
  run_.fail(fmt::format(
      "sink '{}' gave up: {}; nothing was committed from {}:{}:{} on, the next start computes it again",
      run_.plan.sinks[sink].name, error.detail, at.topic, at.partition, at.offset));
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

void Endings::dead_letter(Ticket& ticket, Cut cut) {
  ticket.cut = cut;
  if (run_.discarding) return;  // the sinks end one by one
  if (revoked(ticket)) return finish(ticket, true);
  const Payload letter = Payload::of(make_dead_letter(ticket.record(), run_.plan.info, ticket.failures(),
                                                      ticket.input_digest(), cut, ticket.value_bytes()));
  ticket.acquire(static_cast<int>(error_sinks_.size()));
  for (const std::size_t sink : error_sinks_) {
    counters_[sink].submitted.add();
    ticket.submitted(sink);
    hand_over(sink, [&](Sink& to) {
      to.submit(letter, ticket.root,
                [this, sink, of = ticket.shared_from_this()](std::optional<Error> error) {
                  of->acknowledged(sink);
                  if (error) {
                    if (error->transient) gave_up(*of, sink, *error);
                    counters_[sink].rejected.add();
                    const std::lock_guard lock{of->mutex};
                    of->dead_letter_error = std::move(error);
                  } else {
                    counters_[sink].acknowledged.add();
                  }
                  release(*of);
                });
    });
  }
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
