// What sinks are given, outputs and dead letters, and what they say of it.
#include <fmt/format.h>

#include "graph/run/endings.hpp"
#include "graph/run/guarded_call.hpp"

namespace radflow {

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

}  // namespace radflow
