#include "graph/run/source_intake.hpp"

namespace radflow {
namespace {

// What a record counts for besides its bytes: ticket, message, bookkeeping.
constexpr std::int64_t record_overhead = 1024;

}  // namespace

SourceIntake::SourceIntake(RunState& run, Records& records, Endings& endings, Stages& stages,
                           std::size_t source)
    : run_{run}, records_{records}, endings_{endings}, stages_{stages}, source_{source} {}

// Null: there is no room.
std::shared_ptr<Ticket> SourceIntake::take(Record& record, std::int64_t reserved) {
  const auto bytes = static_cast<std::int64_t>(record.bytes()) + record_overhead;
  const bool room =
      reserved > 0 ? run_.budget.try_admit_reserved(bytes, reserved) : run_.budget.try_admit(bytes);
  if (room != had_room()) had_room_.store(room, std::memory_order_relaxed);
  if (!room) return nullptr;
  bytes_.add(record.bytes());
  std::shared_ptr<Ticket> ticket = records_.make(source_, std::move(record), bytes);
  endings_.enter(ticket);
  return ticket;
}

Admission SourceIntake::admit_reserved(Record& record, std::int64_t reserved) {
  std::shared_ptr<Ticket> ticket = take(record, reserved);
  if (!ticket) return Admission::Full;
  Message& root = ticket->root;
  Payload payload = Payload::share(std::shared_ptr<const Record>{ticket, &ticket->record()});
  stages_.start(std::move(ticket), root, std::move(payload));
  return Admission::Admitted;
}

Admission SourceIntake::refuse(Record& record, Error error, std::int64_t reserved) {
  const std::shared_ptr<Ticket> ticket = take(record, reserved);
  if (!ticket) return Admission::Full;
  const ComponentPlan& from = run_.plan.sources[source_];
  refused_.add(from.name, error.reason);
  first_refused_.add(from.name, error, ticket->record().position);
  endings_.fail(*ticket, {{}, {}, from.name, from.spec->name, std::move(error)});
  run_.budget.end_computing();
  endings_.nothing_comes(*ticket, run_.region(0).reachable);
  return Admission::Admitted;
}

SourceStats SourceIntake::stats() const {
  const ComponentPlan& plan = run_.plan.sources[source_];
  const Source& source = *run_.sources[source_];
  return {plan.name,
          plan.spec->name,
          records_.admitted(source_),
          bytes_.get(),
          source.not_ready(),
          source.partitions(),
          refused_.of(plan.name),
          source.uncommitted(),
          source.gone(),
          first_refused_.of(plan.name)};
}

}  // namespace radflow
