// The message of a group: what it has of its members, and what is said of it where it fails.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "graph/context.hpp"
#include "graph/group_body.hpp"
#include "graph/run/gathered.hpp"

namespace radflow {

struct GroupMessage {
  Record record;      // key, headers, time and position are the lowest member's; there are no bytes
  Identity identity;  // numbers of the lowest member, and the identifiers that all members share
  std::unique_ptr<Gathered> gathered;
};
// The records that came together, each once, by offset.
std::vector<Position> records_of(const std::vector<GroupMember>& members);
GroupMessage group_message(int node, std::vector<GroupMember> members);

Error incomplete(std::size_t members, const std::string& range, GroupEnd end);
Error other_partition(const std::string& topic, std::int32_t partition, const Position& found);

}  // namespace radflow
