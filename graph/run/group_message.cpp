#include "graph/run/group_message.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "graph/digest.hpp"
#include "graph/run/ticket.hpp"

namespace radflow {
namespace {

const Position& position(const GroupMember& member) { return member.ticket->record().position; }

// What came of one record, or of one group, is told apart by its part.
bool lower(const GroupMember& a, const GroupMember& b) {
  return position(a).offset != position(b).offset ? position(a).offset < position(b).offset
                                                  : a.message->part < b.message->part;
}

std::vector<std::pair<std::string, std::string>> shared_ids(const std::vector<GroupMember>& members) {
  std::vector<std::pair<std::string, std::string>> ids = members.front().message->identity().ids;
  std::erase_if(ids, [&](const auto& id) {
    return std::ranges::any_of(members, [&](const GroupMember& member) {
      return member.message->identity().id(id.first) != std::string_view{id.second};
    });
  });
  return ids;
}

}  // namespace

std::vector<Position> records_of(const std::vector<GroupMember>& members) {
  std::vector<Position> all;
  for (const GroupMember& member : members)
    if (const Gathered* inner = member.ticket->gathered())
      all.insert(all.end(), inner->positions.begin(), inner->positions.end());
    else
      all.push_back(position(member));
  std::ranges::sort(all, {}, &Position::offset);
  // Not std::ranges::unique: what it returns, Clang 14 cannot compile with GCC 12's library.
  const auto same = [](const Position& a, const Position& b) { return a.offset == b.offset; };
  all.erase(std::unique(all.begin(), all.end(), same), all.end());
  return all;
}

GroupMessage group_message(int node, std::vector<GroupMember> members) {
  std::ranges::stable_sort(members, lower);
  GroupMessage made;
  const Ticket& lowest = *members.front().ticket;
  const Record& record = lowest.record();
  made.record.key = record.key;
  made.record.headers = record.headers;
  made.record.timestamp_ms = record.timestamp_ms;
  made.record.position = record.position;
  const Identity& identity = members.front().message->identity();
  made.identity = {identity.index, identity.count, shared_ids(members), {}, identity.tiles};
  made.gathered = std::make_unique<Gathered>();
  Gathered& gathered = *made.gathered;
  gathered.node = node;
  gathered.positions = records_of(members);
  std::string digests;
  for (const GroupMember& member : members) digests += member.ticket->input_digest() + '\n';
  const bool sha256 = members.front().message->graph().input_digest == "sha256";
  gathered.digest = sha256 ? sha256_digest(digests) : xxh3_digest(digests);
  gathered.members = std::move(members);
  return made;
}

Error incomplete(std::size_t members, const std::string& range, GroupEnd end) {
  return {"incomplete_group",
          fmt::format("the group has {} member{} and is not complete, but {}; its records lie at {}", members,
                      members == 1 ? "" : "s", describe(end), range)};
}

Error other_partition(const std::string& topic, std::int32_t partition, const Position& found) {
  return {
      "other_partition",
      fmt::format("the group of this key is gathered from {}:{}, and this member came from {}:{}; records "
                  "of one group have to stand in one partition: give them one key (`radflow send --key`)",
                  topic, partition, found.topic, found.partition)};
}

}  // namespace radflow
