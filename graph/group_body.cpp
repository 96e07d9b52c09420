#include "graph/group_body.hpp"

namespace radflow {

std::string_view describe(GroupEnd end) {
  switch (end) {
    case GroupEnd::Complete:
      return "it is complete";
    case GroupEnd::Idle:
      return "no member came for the time that `group.idle` says";
    case GroupEnd::Longest:
      return "it was open for the time that `group.longest` says";
    case GroupEnd::Most:
      return "it has as many members as `group.most` allows";
    case GroupEnd::EndOfInput:
      return "the input has ended";
    case GroupEnd::MemoryFull:
      return "the node's groups take more than `group.memory`, and it was the oldest";
  }
  return "";
}

}  // namespace radflow
