// Notices a node that fails or warns for a reason which its specification does not declare: a mistake of its author that
// only shows while a graph runs. The message ends as it would have; users see a warning of the node beside it.
#pragma once

#include <optional>
#include <string_view>

#include "graph/result.hpp"
#include "graph/spec.hpp"

namespace radflow {

enum class ReasonKind { Error, Warning };

// The warning "undeclared_reason", which says what the specification lacks; nothing if the reason is declared.
std::optional<Error> undeclared(const Spec& spec, ReasonKind kind, std::string_view reason);

}  // namespace radflow
