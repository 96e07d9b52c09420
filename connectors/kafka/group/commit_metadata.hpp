// CommitMetadata: what a commit says beside its offset (Kafka calls it metadata), so that the next owner of a partition
// knows how the last one ended.
//   radflow GRAPH                                  it gave the partition up in order
//   radflow GRAPH owner=1f0c deaths=1 span=64      it was at work: if it does not say the above, it died
//   radflow GRAPH ... through=130                  all below waits in groups or is done: what may have been in
//                                                  flight begins there
//   radflow GRAPH ... finish=90+0x1+4x2            nothing else was in flight when the group of the records 90, 95 and 96
//                                                  was finished
//   radflow GRAPH ... ahead=100+3x4+10x2           at offset 100 these are done as well: from 103 on 4, then,
//                                                  10 after those, 2
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/frontier.hpp"

namespace radflow::kafka {

struct CommitMetadata {
  std::string owner;      // names one process, at random; "": given up in order
  int deaths = 0;         // how many owners died in a row with a record in flight that still is
  std::int64_t span = 0;  // how many records from the offset on may be in flight until the next commit
  // The offset from which on they count; -1: the one that is committed.
  std::int64_t through = -1;
  std::vector<OffsetRun> finish;  // records of the group that is being finished; none: no group is

  bool operator==(const CommitMetadata&) const = default;
};

std::string to_text(const std::string& graph, const CommitMetadata& metadata);
// Text that radflow did not write gives metadata without an owner.
CommitMetadata read_commit_metadata(std::string_view text);

// At most so many bytes of metadata: brokers take 4096 (offset.metadata.max.bytes) unless they are told otherwise.
inline constexpr std::size_t longest_metadata = 4000;

// How many of the runs ahead_text() has room for.
std::size_t runs_with_room(std::int64_t position, const std::vector<OffsetRun>& runs, std::size_t longest);
// What is done above the `position` that is committed, as the end of the metadata: "" for nothing, and at most
// `longest` bytes; the highest runs are left out where there is no room.
std::string ahead_text(std::int64_t position, const std::vector<OffsetRun>& runs, std::size_t longest);
// None if the text was written for another position than the one it was found at, or is not whole.
std::vector<OffsetRun> read_ahead(std::string_view text, std::int64_t position);

}  // namespace radflow::kafka
