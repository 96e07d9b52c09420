// Report: an evaluation as one HTML page that needs nothing else: no script, no other file, no network. Light or dark as
// the reader's system is, and light on paper.
#pragma once

#include <string>

#include "cli/evaluated_results.hpp"

namespace radflow::cli {

// `more` is HTML that stands at the end.
std::string to_html(const EvaluatedResults& evaluated, const Evaluation& evaluation,
                    const std::string& more = "");

}  // namespace radflow::cli
