// Why nobody can listen on an address: civetweb has one text for every cause.
#pragma once

#include <string>

namespace radflow {

// `address` is HOST:PORT. The cause and the way out; "" if it can be listened on.
std::string why_not_listening(const std::string& address);

}  // namespace radflow
