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

std::string_view label(GroupEnd end) {
  switch (end) {
    case GroupEnd::Complete:
      return "complete";
    case GroupEnd::Idle:
      return "idle";
    case GroupEnd::Longest:
      return "longest";
    case GroupEnd::Most:
      return "most";
    case GroupEnd::EndOfInput:
      return "end_of_input";
    case GroupEnd::MemoryFull:
      return "memory_full";
  }
  return "";
}

}  // namespace radflow
