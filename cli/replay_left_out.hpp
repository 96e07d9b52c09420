// What a replay says of the dead letters that it leaves out.
#pragma once

#include "connectors/kafka/replay.hpp"

namespace radflow::cli {

// Where there was nothing to replay: throws ParamError if a reason or node that was asked for is a slip of one that
// dead letters have.
void check_names(const kafka::ReplayOf& of, const kafka::Replay::Counts& counts);

// How many, and why.
void print_left_out(const kafka::Replay& replay);

}  // namespace radflow::cli
