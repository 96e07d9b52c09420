#include "graph/run/undeclared.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace radflow {

std::optional<Error> undeclared(const Spec& spec, ReasonKind kind, std::string_view reason) {
  const bool error = kind == ReasonKind::Error;
  const std::vector<ReasonSpec>& declared = error ? spec.errors : spec.warnings;
  if (std::ranges::find(declared, reason, &ReasonSpec::name) != declared.end()) return std::nullopt;
  if (error &&
      std::ranges::find(errors_of_any_node, reason, &ReasonSpec::name) != std::end(errors_of_any_node))
    return std::nullopt;
  // Of any node's result too, which the graph charges to its memory when the node has returned.
  if (error && reason == too_large.name) return std::nullopt;
  return Error{
      "undeclared_reason",
      fmt::format("the specification of '{0}' declares no {1} '{2}': .{1}s({{{{\"{2}\", \"...\"}}}})",
                  spec.name, error ? "error" : "warning", reason)};
}

}  // namespace radflow
