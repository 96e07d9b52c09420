// How a record ends: outputs go to sinks, acknowledgements come back, failures become one dead letter, the
// position is done. Runs on workers and on the sinks' own threads.
#include <fmt/format.h>

#include "graph/dead_letter.hpp"
#include "graph/run/run.hpp"

namespace radflow {

// What comes of a partition that was given up and is not sent yet would only repeat what its new owner sends.
bool Run::revoked(Ticket& ticket) const {
  if (sources[ticket.source()]->holds(ticket.record().position)) return false;
  ticket.revoke();
  return true;
}

void Run::submit(std::size_t sink, const Output& output) {
  Ticket& ticket = output.from->ticket;
  if (revoked(ticket)) return let_go(ticket);
  sink_counters_[sink].submitted.add();
  ticket.submitted(sink);
  sinks[sink]->submit_from(static_cast<std::size_t>(output.edge), output.payload, *output.from,
                           {[](void* of, std::size_t to, std::optional<Error> error) {
                              Ticket& acknowledged = *static_cast<Ticket*>(of);
                              acknowledged.run().acknowledged(acknowledged, to, std::move(error));
                            },
                            ticket.shared(), sink});
}

void Run::acknowledged(Ticket& ticket, std::size_t sink, std::optional<Error> error) {
  SinkCounters& counters = sink_counters_[sink];
  ticket.acknowledged(sink);
  if (error) {
    counters.rejected.add();
    failures_.add(plan.sinks[sink].name, error->reason);
    first_failures_.add(plan.sinks[sink].name, *error, ticket.record().position);
    if (error->transient) gave_up(ticket, sink, *error);
    if (error->transient || error_sinks_.empty()) ticket.stop_graph();
    ticket.add_failure({{}, {}, plan.sinks[sink].name, plan.sinks[sink].spec->name, std::move(*error)});
  } else {
    const std::uint64_t before = counters.acknowledged.add();
    if (counters.latency.sample(before))
      counters.latency.observe(std::chrono::steady_clock::now() - ticket.admitted());
  }
  let_go(ticket);
}

// Not the record's fault: it ends without being done, and the graph with it.
void Run::gave_up(const Ticket& ticket, std::size_t sink, const Error& error) {
  const Position& at = ticket.record().position;
  fail(fmt::format(
      "sink '{}' gave up: {}; nothing was committed from {}:{}:{} on, the next start computes it again",
      plan.sinks[sink].name, error.detail, at.topic, at.partition, at.offset));
}

void Run::end_units(Ticket& ticket, std::size_t sink, int count) {
  count_down(ticket, sink, count);
  let_go(ticket, count);
}

void Run::count_down(Ticket& ticket, std::size_t sink, int count) {
  if (ticket.count_down(sink, count) && gates_[sink])
    gates_[sink]->complete(order_id(ticket, plan.sinks[sink].order), ticket);
}

void Run::end_units(Ticket& ticket, const std::vector<int>& units) {
  for (std::size_t sink = 0; sink < units.size(); ++sink)
    if (units[sink] > 0) end_units(ticket, sink, units[sink]);
}

void Run::let_go(Ticket& ticket, int count) {
  if (ticket.let_go(count)) end(ticket);
}

void Run::end(Ticket& ticket) {
  using Phase = Ticket::Phase;
  const bool refused = ticket.dead_letter_error.has_value();
  if (ticket.phase == Phase::Alive) {
    if (ticket.stops_graph()) {
      const Failure first = ticket.failures().front();
      const Position& at = ticket.record().position;
      fail(fmt::format(
          "{} failed at {}:{}:{}: {} ({}); on_error is stop, nothing was committed for this record; "
          "add a sink with `from: errors` to go on past such records",
          first.node, at.topic, at.partition, at.offset, first.error.detail, first.error.reason));
      return finish(ticket, false);
    }
    if (!ticket.failed()) return finish(ticket, true);
    ticket.phase = Phase::DeadLetter;
    return dead_letter(ticket, Cut::Nothing);
  }
  if (!refused) return finish(ticket, true);
  // Without its bytes it is tried whatever was wrong, and smaller still while that is what is wrong.
  const std::optional<Cut> smaller = cut_more(ticket.record(), ticket.cut);
  if (smaller && (smaller == Cut::Bytes || ticket.dead_letter_error->reason == "too_large")) {
    ticket.dead_letter_error.reset();
    return dead_letter(ticket, *smaller);
  }
  const Position& at = ticket.record().position;
  fail(fmt::format("the dead letter of {}:{}:{} was refused even without its bytes{}: {} ({})", at.topic,
                   at.partition, at.offset, ticket.cut >= Cut::Headers ? ", headers and key" : "",
                   ticket.dead_letter_error->detail, ticket.dead_letter_error->reason));
  finish(ticket, false);
}

void Run::dead_letter(Ticket& ticket, Cut cut) {
  ticket.cut = cut;
  if (discard_) return;  // the sinks end one by one
  if (revoked(ticket)) return finish(ticket, true);
  const Payload letter = Payload::of(
      make_dead_letter(ticket.record(), plan.info, ticket.failures(), ticket.input_digest(), cut));
  ticket.hold(static_cast<int>(error_sinks_.size()));
  for (const std::size_t sink : error_sinks_) {
    sink_counters_[sink].submitted.add();
    ticket.submitted(sink);
    sinks[sink]->submit(letter, ticket.root, [this, sink, of = ticket.shared()](std::optional<Error> error) {
      of->acknowledged(sink);
      if (error) {
        if (error->transient) gave_up(*of, sink, *error);
        sink_counters_[sink].rejected.add();
        const std::lock_guard lock{of->mutex};
        of->dead_letter_error = std::move(error);
      } else {
        sink_counters_[sink].acknowledged.add();
      }
      let_go(*of);
    });
  }
}

void Run::finish(Ticket& ticket, bool done) {
  const bool delivered = ticket.phase == Ticket::Phase::Alive && done;
  ticket.phase = Ticket::Phase::Ended;
  if (done) sources[ticket.source()]->done(ticket.record().position);
  budget.release(ticket.charged());
  (ticket.revoked() ? revoked_records_
   : delivered      ? delivered_
                    : failed_records_)
      .add();  // last: what waits for it may go on
  if (draining_ && in_flight() == 0) {
    { const std::lock_guard lock{mutex_}; }
    drained_.notify_all();
  }
}

// Ended ones first: a record that comes and goes meanwhile must not be missing among the admitted.
std::uint64_t Run::in_flight() const {
  const std::uint64_t ended = delivered_.get() + failed_records_.get() + revoked_records_.get();
  std::uint64_t admitted = 0;
  for (const SourceCounters& source : source_counters_) admitted += source.records.get();
  return admitted - ended;
}

void Run::fail(std::string message) {
  {
    const std::lock_guard lock{mutex_};
    if (failure_) return;
    failure_ = std::move(message);
  }
  failed_();
}

std::optional<std::string> Run::failure() const {
  const std::lock_guard lock{mutex_};
  return failure_;
}

bool Run::drain(std::chrono::steady_clock::time_point deadline) {
  draining_ = true;
  {
    std::unique_lock lock{mutex_};
    if (!drained_.wait_until(lock, deadline, [&] { return in_flight() == 0; })) return false;
  }
  flow_->wait();  // the workers are on their way out of the last messages: they give back what those held
  return true;
}

void Run::close() {
  if (!flow_) return;
  if (in_flight() > 0) discard();
  budget.close();
  retries_.close();
  {
    const Ending::Wait waiting{*ending, "a node"};
    flow_->wait();
  }
  for (std::size_t i = 0; i < sinks.size(); ++i) {
    const Ending::Wait waiting{*ending, sink_name(i)};
    sinks[i].reset();
  }
  // All that may hold a record goes first: a source cannot end before what it has read is let go. One on its
  // way to a sink as it came keeps its own ticket.
  for (std::size_t s = 0; s < gates_.size(); ++s)
    if (gates_[s]) gates_[s]->clear([s](Ticket& ticket) { ticket.take_outputs(s); });
  flow_.reset();
  bodies_.clear();
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const Ending::Wait waiting{*ending, source_name(i)};
    sources[i].reset();
  }
}

}  // namespace radflow
