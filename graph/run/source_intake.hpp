// SourceIntake: takes the records of one source into the graph, if there is room. The source's own thread calls it;
// it is the only place where a thread waits.
#pragma once

#include "graph/connector.hpp"
#include "graph/run/stages.hpp"
#include "graph/run/warnings.hpp"

namespace radflow {

class SourceIntake final : public Intake {
 public:
  SourceIntake(RunState& run, Records& records, Endings& endings, Stages& stages, std::size_t source);

  Admission admit(Record& record) override { return admit_reserved(record, 0); }
  Admission refuse(Record& record, Error error, std::int64_t reserved) override;
  bool reserve(std::int64_t bytes) override { return run_.budget.reserve(bytes); }
  void give_back(std::int64_t bytes) override { run_.budget.release(bytes); }
  Admission admit_reserved(Record& record, std::int64_t reserved) override;
  void wait(std::chrono::milliseconds longest) override { run_.budget.wait(longest); }

  bool gathers() const override { return !run_.layout.groups.empty(); }
  bool gathering() const override { return gathers() && records_.in_flight() > 0; }

  // The last record that was offered was admitted. Any thread.
  bool had_room() const { return had_room_.load(std::memory_order_relaxed); }
  SourceStats stats() const;

 private:
  std::shared_ptr<Ticket> take(Record& record, std::int64_t reserved);

  RunState& run_;
  Records& records_;
  Endings& endings_;
  Stages& stages_;
  const std::size_t source_;
  Count bytes_;
  FailureCounters refused_;
  WarningCounters first_refused_;  // each has the position of the first
  std::atomic<bool> had_room_{true};
};

}  // namespace radflow
