#include "monitoring/listening.hpp"

#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace radflow {
namespace {

// 0, or why not.
int try_to_listen(const addrinfo& at) {
  const int door = socket(at.ai_family, at.ai_socktype | SOCK_CLOEXEC, at.ai_protocol);
  if (door < 0) return errno;
  const int yes = 1;  // civetweb does the same: what ended a moment ago does not count
  setsockopt(door, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  const bool listens = bind(door, at.ai_addr, at.ai_addrlen) == 0 && listen(door, 1) == 0;
  const int error = listens ? 0 : errno;
  close(door);
  return error;
}

}  // namespace

std::string why_not_listening(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  std::string host = address.substr(0, colon == std::string::npos ? 0 : colon);
  const std::string port = address.substr(colon == std::string::npos ? 0 : colon + 1);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);

  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (const int error = getaddrinfo(host.empty() ? nullptr : host.c_str(), port.c_str(), &hints, &found))
    return fmt::format("'{}' is no address: {}", host, gai_strerror(error));
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> kept{found, freeaddrinfo};
  switch (const int error = try_to_listen(*found)) {
    case 0:
      return "";
    case EADDRINUSE:
      return "the port is taken; choose another one, or 0 for any free one";
    case EADDRNOTAVAIL:
      return fmt::format("'{}' is no address of this machine; 0.0.0.0 stands for all that it has", host);
    case EACCES:
      return "this user may not listen on that port; choose one from 1024 on, or 0 for any free one";
    default:
      return std::strerror(error);
  }
}

}  // namespace radflow
