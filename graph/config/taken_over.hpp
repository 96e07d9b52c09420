// The value, in StandIn::params, of a parameter that the stand-in takes over from the sources of its type: they say it, and
// without it the records would be others.
#pragma once

#include <string_view>

namespace radflow {

inline constexpr std::string_view taken_over = "(as the graph's sources say)";

}  // namespace radflow
