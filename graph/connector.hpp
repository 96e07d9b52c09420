// Source and Sink: the two ends of a graph, the only places that do I/O on records. The protocol:
//
//   Source: the pipeline calls run() on a thread of its own. The source calls intake.admit() for each record,
//   in order per partition; Full means: keep the record in hand, go on polling, try again after wait().
//   done() is called once for every admitted record, on any thread, when nothing that came of it is alive any
//   more and every sink has acknowledged; a record that failed and has no dead-letter sink gets no done().
//   After run() has returned and the graph is drained (or its drain time is over), finish() is called once:
//   commit what is done, then close. done() may still be called after that and is ignored.
//
//   Sink: its constructor changes nothing that others can see; start() is called once, when the run begins.
//   submit() is called on any worker and never blocks or throws; the sink calls the acknowledgement
//   exactly once per output, on any thread, possibly before submit() returns. It owns trying again: what is
//   wrong with the surroundings (broker away, disk full) is tried until it works; only what is wrong with the
//   output is an Error. A transient Error: the surroundings did not let it as often as BuildInfo::retry says;
//   the graph stops and the record is not done.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "graph/acknowledge.hpp"
#include "graph/node.hpp"
#include "graph/record.hpp"
#include "graph/result.hpp"
#include "graph/spec_builder.hpp"

namespace radflow {

enum class Admission { Admitted, Full };

// The pipeline's door for one source. Called by the source's own thread only, unless it says otherwise.
class Intake {
 public:
  // Takes the record if the memory budget and the cap on messages in computation allow,
  // else leaves it untouched.
  virtual Admission admit(Record& record) = 0;
  // Takes a record that cannot be processed, as if a node named like the source had failed on it: it goes to
  // the dead letters in its turn. Full as for admit(). `reserved`: see below; 0: nothing.
  virtual Admission refuse(Record& record, Error error, std::int64_t reserved) = 0;

  // Takes the bytes of a record, which are still to be fetched, of the budget before they are
  // allocated; false if there is no room. Then comes admit_reserved(), refuse() or give_back(). reserve()
  // and give_back() may be called by any thread.
  virtual bool reserve(std::int64_t /*bytes*/) { return true; }
  virtual void give_back(std::int64_t /*bytes*/) {}
  virtual Admission admit_reserved(Record& record, std::int64_t /*reserved*/) { return admit(record); }

  // Waits until there may be room, or `longest` has passed.
  virtual void wait(std::chrono::milliseconds longest) = 0;

  // The graph has nodes that gather groups.
  virtual bool gathers() const { return false; }
  // It has, and records are under way or wait in one: a source that stops reading only because it has
  // caught up goes on while this holds. Any thread.
  virtual bool gathering() const { return false; }

 protected:
  ~Intake() = default;
};

// Where a source stands in one partition, for metrics and status.
struct PartitionStatus {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t frontier = -1;  // the lowest offset that is not done; -1: nothing read yet
  std::int64_t end = -1;       // the offset the next record will get, as last heard of; -1: unknown
  std::int64_t pending = 0;    // records admitted at or after the frontier that are not done
  double frontier_age_s = 0;   // how long the frontier has stood still with work pending
};

// What a source was to read and its origin does not hold any more.
struct Gone {
  std::uint64_t records = 0;
  std::uint64_t positions = 0;  // positions beyond the end: nobody knows how many records are gone
};

class Source {
 public:
  virtual ~Source() = default;

  // Returns when the input has ended or a stop is requested. Throws ParamError or std::runtime_error if the
  // source cannot work at all: the pipeline stops and says why.
  virtual void run(Intake& intake, std::stop_token stop) = 0;
  virtual void done(const Position&) {}
  // Records that were gathered in groups are done together: what is committed has all of them or none. They are of one
  // partition, by offset.
  virtual void done_together(const std::vector<Position>& positions) {
    for (const Position& position : positions) done(position);
  }
  // All that is left of the record waits in groups for others, which may take long: it is not done, but it keeps nothing
  // waiting and counts as nothing that is under way. Any thread.
  virtual void parked(const Position&) {}
  // A parked record is under way once more, until it is done: its dead letter has been sent. Any thread.
  virtual void under_way_again(const Position&) {}
  // Whether the group of these records, which are of one partition and stand by offset, may be finished now: from then on
  // they are under way once more. After false it is asked again and again. Any thread.
  virtual bool may_finish(const std::vector<Position>&) { return true; }
  // After true: all that came of the group has ended or waits in another group. Any thread.
  virtual void finished(const std::vector<Position>&) {}
  // After false: the group was given up and is not asked for any more. Any thread.
  virtual void not_finished(const std::vector<Position>&) {}
  // Whether the next record could come now: not while it is paused, or what it reads from is away. The time for which a
  // group may go without a member runs only then. Any thread.
  virtual bool listening() const { return true; }
  // False if the position's partition was given up since it was admitted: what comes of it is somebody else's
  // to compute, and what is not sent yet is not sent; done() is called all the same and changes nothing. Any
  // thread, for every output. It has to be cheap. Returning true too often costs repeated work; returning false wrongly
  // loses a record.
  virtual bool holds(const Position&) const { return true; }
  virtual void finish(std::chrono::milliseconds /*longest*/) {}
  // False if run() returns because of a stop only: to be stopped cuts nothing short.
  virtual bool has_end() const { return true; }
  // After finish(): how many admitted records, ended or not, are not committed, where done() is not enough
  // for that: in transactions. Any thread.
  virtual std::int64_t uncommitted() const { return 0; }

  // Why it cannot deliver for now, the one cause, as "no broker at HOST:PORT answers"; "" while it can. An empty
  // assignment is ready. Any thread.
  virtual std::string not_ready() const { return {}; }
  bool ready() const { return not_ready().empty(); }
  virtual std::vector<PartitionStatus> partitions() const { return {}; }
  // Any thread.
  virtual Gone gone() const { return {}; }
  // Tells a source that numbers its own records, before it runs: another source of the graph has the same topic
  // (a folder of the same name), so this one's records stand in a partition of their own. Without it two
  // records would have one position, and their results one id.
  virtual void stand_in(std::int32_t partition) { (void)partition; }
};

class Sink {
 public:
  virtual ~Sink() = default;

  // Before the first output; throws std::exception: the graph stops and says why. What is written over, such as an old
  // file of results, is let go here, because a run that is refused must not cost it.
  virtual void start() {}
  // `output` is of the type the sink registered for: a record, or a typed payload (images takes frames). A
  // typed payload on its way to a sink that takes records is made a record first.
  // `context` lives until the acknowledgement.
  virtual void submit(Payload output, const Context& context, Acknowledge acknowledge) = 0;
  // The same for a sink that has to know which of its inputs (BuildInfo::from) an output came by.
  virtual void submit_from(std::size_t input, Payload output, const Context& context,
                           Acknowledge acknowledge) {
    (void)input;
    submit(std::move(output), context, std::move(acknowledge));
  }
  // Everything submitted must be acknowledged within `longest`; false if some is not.
  virtual bool flush(std::chrono::milliseconds longest) = 0;

  // Why it cannot write for now, as a source's. Any thread.
  virtual std::string not_ready() const { return {}; }
  bool ready() const { return not_ready().empty(); }
  // How many outputs readers can see, where an acknowledgement does not say so: in a transaction an output is
  // acknowledged before its commit, and may be dropped with it. Absent: what is acknowledged. Any thread.
  virtual std::optional<std::uint64_t> written() const { return std::nullopt; }
};

template <typename Connector, typename Params>
std::unique_ptr<Connector> make_connector(const void* params, const BuildInfo& info) {
  const auto& typed = *static_cast<const Params*>(params);
  if constexpr (std::is_constructible_v<Connector, const Params&, const BuildInfo&>)
    return std::make_unique<Connector>(typed, info);
  else
    return std::make_unique<Connector>(typed);
}

// Spec::check of a connector that has `static std::vector<ParamError> check(const Params&, const BuildInfo&)`.
template <typename Connector, typename Params>
void add_check(Spec& spec) {
  if constexpr (requires(const Params& params, const BuildInfo& info) { Connector::check(params, info); })
    spec.check = [](const void* params, const BuildInfo& info) {
      return Connector::check(*static_cast<const Params*>(params), info);
    };
}

// As Register, for sources and sinks: Connector(const Params&) or Connector(const Params&, const BuildInfo&).
// `Output` is the payload type a source emits, `Input` the one a sink takes; almost always Record.
template <typename Connector, typename Params, typename Output = Record>
class RegisterSource {
 public:
  explicit RegisterSource(SpecBuilder builder) {
    builder.spec.kind = ComponentKind::Source;
    builder.spec.outputs.push_back({"out", &payload_type<Output>});
    builder.spec.make_params = [] { return std::make_shared<Params>(); };
    builder.spec.make_source = [](const void* params, const BuildInfo& info) -> std::unique_ptr<Source> {
      return make_connector<Connector, Params>(params, info);
    };
    add_check<Connector, Params>(builder.spec);
    Registry::instance().add(std::move(builder.spec));
  }
};

template <typename Connector, typename Params, typename Input = Record>
class RegisterSink {
 public:
  explicit RegisterSink(SpecBuilder builder) {
    builder.spec.kind = ComponentKind::Sink;
    builder.spec.inputs.push_back({"in", &payload_type<Input>});
    builder.spec.make_params = [] { return std::make_shared<Params>(); };
    builder.spec.make_sink = [](const void* params, const BuildInfo& info) -> std::unique_ptr<Sink> {
      return make_connector<Connector, Params>(params, info);
    };
    add_check<Connector, Params>(builder.spec);
    Registry::instance().add(std::move(builder.spec));
  }
};

}  // namespace radflow
