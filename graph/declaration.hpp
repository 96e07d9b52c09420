// Checks what the author of a node declares, when the node is registered: a mistake there is found by whoever builds the
// program, before any graph is read.
#pragma once

#include <string>
#include <vector>

#include "graph/spec.hpp"

namespace radflow {

// The ports of `types`, with `names` in their order; a single port without a name is called `single`. What is wrong
// with the names (their number, two of one name, a name that a graph file could not write) is said in spec.defect.
std::vector<PortSpec> name_ports(const std::vector<const PayloadType*>& types, std::vector<std::string> names,
                                 const std::string& single, Spec& spec);

// spec.defect, or what is wrong with the error reasons, warnings and metrics; "" if nothing is.
std::string defect(const Spec& spec);

}  // namespace radflow
