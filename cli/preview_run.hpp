// What every node of a graph makes of some files, for `radflow preview`.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cli/contact_sheet.hpp"
#include "graph/plan.hpp"

namespace radflow::cli {

struct PreviewOptions {
  std::string graph, until;  // until: the last node that runs; "" for all
  std::vector<std::string> set;
  std::size_t most = 3;  // how many of a node's messages of one file are shown
  std::size_t most_files = 40;
};

// A section for each file, with a tile for each output of each node that gave something and for each failure. `input` is a
// file, folder or glob. Throws ConfigError, or std::runtime_error if the graph stopped.
std::vector<SheetSection> preview_of(const PreviewOptions& options, const std::string& input);

}  // namespace radflow::cli
