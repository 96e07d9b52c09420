// How a record ends: outputs go to sinks, acknowledgements come back, failures become one dead letter, the
// position is done. Runs on workers and on the sinks' own threads.
#include <fmt/format.h>

#include "graph/dead_letter.hpp"
#include "graph/run.hpp"

namespace radflow {

void Run::submit(std::size_t sink, const Output& output) {
  sink_counters_[sink].submitted.fetch_add(1, std::memory_order_relaxed);
  // The activation is the context and keeps the ticket.
  output.from->ticket->submitted(sink);
  sinks[sink]->submit(output.payload, *output.from,
                      [this, sink, from = output.from](std::optional<Error> error) {
                        acknowledged(*from->ticket, sink, std::move(error));
                      });
}

void Run::acknowledged(Ticket& ticket, std::size_t sink, std::optional<Error> error) {
  SinkCounters& counters = sink_counters_[sink];
  ticket.acknowledged(sink);
  if (error) {
    counters.rejected.fetch_add(1, std::memory_order_relaxed);
    failures_.add(plan.sinks[sink].name, error->reason);
    if (error_sinks_.empty()) ticket.stop_graph();
    ticket.add_failure({{}, {}, plan.sinks[sink].name, plan.sinks[sink].spec->name, std::move(*error)});
  } else {
    counters.acknowledged.fetch_add(1, std::memory_order_relaxed);
    const std::chrono::duration<double> latency = std::chrono::steady_clock::now() - ticket.admitted();
    counters.latency.observe(latency.count());
  }
  let_go(ticket);
}

void Run::end_units(Ticket& ticket, std::size_t sink, int count) {
  if (ticket.end_units(sink, count) && gates_[sink])
    gates_[sink]->complete(order_id(ticket, plan.sinks[sink].order), ticket);
  let_go(ticket, count);
}

void Run::let_go(Ticket& ticket, int count) {
  if (ticket.let_go(count)) end(ticket);
}

void Run::end(Ticket& ticket) {
  using Phase = Ticket::Phase;
  const bool refused = ticket.dead_letter_error.has_value();
  if (ticket.phase == Phase::Alive) {
    const std::vector<Failure> failures = ticket.failures();
    if (ticket.stops_graph()) {
      const Failure& first = failures.front();
      const Position& at = ticket.record().position;
      fail(fmt::format(
          "{} failed at {}:{}:{}: {} ({}); on_error is stop, nothing was committed for this record; "
          "add a sink with `from: errors` to go on past such records",
          first.node, at.topic, at.partition, at.offset, first.error.detail, first.error.reason));
      return finish(ticket, false);
    }
    if (failures.empty()) return finish(ticket, true);
    ticket.phase = Phase::DeadLetter;
    return dead_letter(ticket, true);
  }
  if (!refused) return finish(ticket, true);
  if (ticket.phase == Phase::DeadLetter) {
    ticket.dead_letter_error.reset();
    ticket.phase = Phase::DeadLetterWithoutBytes;
    return dead_letter(ticket, false);
  }
  const Position& at = ticket.record().position;
  fail(fmt::format("the dead letter of {}:{}:{} was refused even without its bytes: {} ({})", at.topic,
                   at.partition, at.offset, ticket.dead_letter_error->detail,
                   ticket.dead_letter_error->reason));
  finish(ticket, false);
}

void Run::dead_letter(Ticket& ticket, bool with_bytes) {
  const Payload letter = Payload::of(
      make_dead_letter(ticket.record(), plan.info, ticket.failures(), ticket.input_digest(), with_bytes));
  // The context of a dead letter is the record's own.
  const auto context = std::make_shared<Activation>(*this, ticket.shared_from_this(), 0, Identity{},
                                                    std::vector<std::uint32_t>{});
  ticket.hold(static_cast<int>(error_sinks_.size()));
  for (const std::size_t sink : error_sinks_) {
    sink_counters_[sink].submitted.fetch_add(1, std::memory_order_relaxed);
    ticket.submitted(sink);
    sinks[sink]->submit(letter, *context, [this, sink, context](std::optional<Error> error) {
      Ticket& of = *context->ticket;
      of.acknowledged(sink);
      if (error) {
        sink_counters_[sink].rejected.fetch_add(1, std::memory_order_relaxed);
        const std::lock_guard lock{of.mutex};
        of.dead_letter_error = std::move(error);
      } else {
        sink_counters_[sink].acknowledged.fetch_add(1, std::memory_order_relaxed);
      }
      let_go(of);
    });
  }
}

void Run::finish(Ticket& ticket, bool done) {
  if (ticket.phase == Ticket::Phase::Alive && done)
    delivered_.fetch_add(1, std::memory_order_relaxed);
  else
    failed_records_.fetch_add(1, std::memory_order_relaxed);
  ticket.phase = Ticket::Phase::Ended;
  if (done) sources[ticket.source()]->done(ticket.record().position);
  budget.release(ticket.charged());
  if (in_flight_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    { const std::lock_guard lock{mutex_}; }
    drained_.notify_all();
  }
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
  std::unique_lock lock{mutex_};
  return drained_.wait_until(lock, deadline, [&] { return in_flight_.load() == 0; });
}

void Run::close() {
  if (!flow_) return;
  if (in_flight_.load() > 0) discard();
  budget.close();
  retries_.close();
  flow_->wait();
  sinks.clear();
  for (const auto& gate : gates_)
    if (gate) gate->clear();
  flow_.reset();
}

}  // namespace radflow
