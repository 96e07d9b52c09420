// A graph that reads what it writes would never end: each result, or each dead letter, comes back as a record. How
// that is recognised and said. Lint compares addresses (loop.cpp), a run asks the brokers as well (LoopWatch).
#pragma once

#include <string>

#include "connectors/kafka/group/source_params.hpp"

namespace radflow::kafka {

// The name or pattern by which the source reads the topic; "": it does not.
std::string read_as(const SourceParams& source, const Properties& properties, const std::string& topic);

// The lists of brokers have an address in common.
bool share_address(const Properties& one, const Properties& other);

// What is wrong with a source that reads `topic` as `name`. `where` says why its topic is the sink's.
std::string loop_message(const std::string& source, const std::string& name, const std::string& topic,
                         const std::string& where);

}  // namespace radflow::kafka
