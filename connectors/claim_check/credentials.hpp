// Files that fetching over https: needs, checked while the graph is built rather than at the first claim.
#pragma once

#include <string>

namespace radflow {

// Throws ParamError for `param` unless the file holds certificates (PEM).
void check_certificates(const std::string& file, const std::string& param);
// Throws ParamError for `param` unless the file names a host, as a netrc does. What is in it is never shown.
void check_netrc(const std::string& file, const std::string& param);

}  // namespace radflow
