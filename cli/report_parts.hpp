// The parts of a page of an evaluation that do not depend on what was predicted.
#pragma once

#include <string>
#include <vector>

namespace radflow::cli {

// A table's first line, and a line: a name and its cells, which are HTML.
std::string table_head_of(const std::vector<std::string>& names);
std::string table_line(const std::string& name, const std::string& cells);
std::string table_of(const std::string& lines, const std::string& kind = "");

// The whole page, which needs nothing else: no script, no other file, no network.
std::string page_of(const std::string& title, const std::string& body);

}  // namespace radflow::cli
