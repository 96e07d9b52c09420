// Replay: records that were read before, once more: ranges of offsets, and what dead letters are about, with
// the position they had then, so that what comes of them is what came of them. It joins no consumer group; of
// dead letters it keeps which are settled, see SettledLetters. Used by one thread, but for done().
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "connectors/kafka/client/range_reader.hpp"
#include "connectors/kafka/group/source_params.hpp"
#include "connectors/kafka/librdkafka/properties.hpp"
#include "connectors/kafka/settled_letters.hpp"
#include "graph/connector.hpp"
#include "graph/dead_letter.hpp"

namespace radflow::kafka {

struct ReplayOf {
  std::string dead_letters;     // their topic, "" if there is none
  bool may_be_missing = false;  // that topic: then there are no dead letters yet
  // What is read; of the topic of the dead letters: what those are about. None: all dead letters.
  std::vector<Range> ranges;
  // Of the dead letters, only those of this graph and, unless empty, with one of these reasons and nodes.
  std::string graph;
  std::vector<std::string> reasons, nodes;
  bool again = false;   // dead letters that a replay before has settled as well
  bool settles = true;  // dead letters whose records were sent through the graph
  std::function<Properties(const std::string& topic)> properties;  // how a topic is read
};

class Replay {
 public:
  struct Found {
    Record record;
    std::string reason, node;  // of the dead letter's first failure; "" if it was a range
  };
  struct Counts {
    std::map<std::string, std::uint64_t> other_graphs;  // dead letters of those
    std::uint64_t settled = 0;                          // dead letters that a replay before has settled
    std::uint64_t filtered = 0;                         // by reason and node
    std::set<std::string> reasons, nodes;               // all that the graph's dead letters have
    std::uint64_t skipped = 0;                          // skipped once, so only replayed by that reason
    std::uint64_t repeated = 0;                         // more dead letters of a record that was among them
    std::uint64_t no_letters = 0;                       // in the topic of dead letters
    std::uint64_t lost = 0;                             // without bytes, and gone from their topic
  };

  explicit Replay(ReplayOf of) : of_{std::move(of)} {}

  // Fixes what is read: what is added later, by this replay too, is not. False: no broker answered yet, ask
  // again. Throws ParamError if there is no such range, NoTopic.
  bool prepare(std::chrono::milliseconds longest);
  // Then: the ranges, each with its end.
  const std::vector<Range>& ranges() const { return of_.ranges; }

  // Whether there is a next one; absent: not known within `longest`. Throws as next() does.
  std::optional<bool> any(std::chrono::milliseconds longest);
  // The next one; absent: none within `longest`. Throws std::runtime_error.
  std::optional<Found> next(std::chrono::milliseconds longest);
  // What came of the record is delivered. Any thread.
  void done(const Position& position);
  // Keeps what is settled; may be called again and again.
  void commit(std::chrono::milliseconds longest);
  bool ended() const { return !held_ && at_ == of_.ranges.size() && reader_ended(); }
  const Counts& counts() const { return counts_; }
  std::string not_ready() const { return at_ == 0 ? "" : reader(of_.ranges[at_ - 1].topic).not_ready(); }

 private:
  using Readers = std::map<std::string, std::unique_ptr<RangeReader>>;  // by topic

  RangeReader& reader(const std::string& topic);
  const RangeReader& reader(const std::string& topic) const { return *readers_.at(topic); }
  bool reader_ended() const { return at_ == 0 || reader(of_.ranges[at_ - 1].topic).ended(); }
  bool load_settled(const std::vector<Range>& partitions, std::chrono::milliseconds longest);
  std::optional<Found> read(std::chrono::milliseconds longest);
  std::optional<Found> open(Record letter);
  bool is_asked_for(const DeadLetter& letter);
  bool fetch(DeadLetter& letter);
  std::optional<Record> fetch(const Range& range, std::string& why);

  ReplayOf of_;
  Counts counts_;
  std::unique_ptr<SettledLetters> settled_;  // null: nothing is asked for and nothing kept
  bool settled_known_ = false;
  Readers readers_;
  Readers fetching_;    // what dead letters came without; the other readers are in the midst of something
  std::size_t at_ = 0;  // ranges begun
  std::optional<Found> held_;  // read by any(), for next()
  std::set<std::tuple<std::string, std::int32_t, std::int64_t>> seen_;
};

// A source that ends with the replay; claims are fetched as the graph's own source would, which has `params`
// and `info`. After its end the replay may be asked for its counts. Throws ParamError.
std::unique_ptr<Source> make_source(std::shared_ptr<Replay> replay, const SourceParams& params,
                                    const BuildInfo& info);

}  // namespace radflow::kafka
