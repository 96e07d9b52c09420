// ResultTable: records of a result or dead-letter topic as lines for a person.
#pragma once

#include <string>

#include "graph/record.hpp"

namespace radflow::cli {

// The names of the columns.
std::string result_header();

// "scans/0007.png  1/1  pneumonia 0.930  pneumonia  2.1 ms", a summary of features, or reason and node of a
// dead letter. Long keys lose their beginning. Coloured if stdout is a terminal, and not wider than that.
std::string result_row(const Record& record);

// One line of JSON: the result itself; of a dead letter its key, position and headers.
std::string result_json_line(const Record& record);

}  // namespace radflow::cli
