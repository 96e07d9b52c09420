// Text of graphs for the tests of checking.
#pragma once

#include <string>

namespace radflow::checking {

// A graph around the given nodes; they begin at line 4.
inline std::string around(const std::string& nodes, const std::string& sinks = "  - t_wall\n") {
  return "sources: [t_in]\nnodes:\n  - t_open\n" + nodes + "sinks:\n" + sinks;
}

}  // namespace radflow::checking
