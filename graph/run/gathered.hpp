// Gathered: what the message of a group came of.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "graph/record.hpp"

namespace radflow {

class Message;
class Ticket;

struct GroupMember {
  std::shared_ptr<Ticket> ticket;    // the record's, or that of a group that is a member of this one
  const Message* message = nullptr;  // what was added; it belongs to that ticket
};

struct Gathered {
  int node = 0;                      // its number in the plan
  std::vector<GroupMember> members;  // lowest first; each holds an obligation of its ticket
  std::vector<Position> positions;   // all records that came together, each once, sorted by offset
  std::string digest;                // over those of its members
  bool finishes = false;             // its source has let it be finished (Source::may_finish)
};

// "frames:0:17-40", from the lowest to the highest of them.
std::string range_text(const std::vector<Position>& positions);

}  // namespace radflow
