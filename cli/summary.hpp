// What a run came to, for a person.
#pragma once

#include <cstdint>
#include <string>

#include "cli/runner.hpp"

namespace radflow::cli {

// "624 records, 600 results, 24 filtered, 0 dead letters in 1.2 s, 520 records/s; latency p50 2.1 ms, p99 8
// ms", then what became of those that gave no result; on stderr.
void print_summary(const RunReport& report, const Plan& plan);

// "3 dead letters", or "3 failed" where the graph has no sink for them.
std::string failures_name(const Plan& plan, std::uint64_t count);

}  // namespace radflow::cli
