// The parts of a page of an evaluation that do not depend on what was predicted.
#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "cli/chart.hpp"

namespace radflow::cli {

// A table's first line, and a line: a name and its cells, which are HTML.
std::string table_head_of(const std::vector<std::string>& names);
std::string table_line(const std::string& name, const std::string& cells);
std::string table_of(const std::string& lines, const std::string& kind = "");

// What was evaluated: the graph, how much, and the model. Of EvaluatedResults or EvaluatedNumbers.
template <typename Evaluated>
std::string page_head(const Evaluated& evaluated, std::size_t cases) {
  return fmt::format(
      "<h1>Evaluation of {}</h1>\n<p>{} cases{}{}, model {}</p>\n"
      "<p class=\"faint\">graph {}; model {}</p>\n",
      escaped(evaluated.graph), cases, evaluated.failed ? fmt::format(", {} failed", evaluated.failed) : "",
      evaluated.repeated ? fmt::format(", {} repeated", evaluated.repeated) : "", escaped(evaluated.model),
      escaped(evaluated.graph_digest), escaped(evaluated.model_digest));
}

// Each line as a paragraph of small print.
std::string paragraphs_of(const std::string& lines);
// The whole page, which needs nothing else: no script, no other file, no network.
std::string page_of(const std::string& title, const std::string& body);

}  // namespace radflow::cli
