// A web server that speaks https: on a free port of 127.0.0.1, one connection after the other. (civetweb's
// own TLS, as WebServer would use it, ends the process with OpenSSL 3.)
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include "tests/connectors/claim_check/certificate.hpp"

namespace radflow {

class TlsServer {
 public:
  struct Reply {
    int status = 200;  // 0: it hangs up
    std::string body;
  };
  // To a request: its first line and headers. Called with an empty one before there is any: 0 hangs up.
  using Answer = std::function<Reply(const std::string& request)>;

  TlsServer(const Certificate& certificate, Answer answer)
      : answer_{std::move(answer)}, context_{SSL_CTX_new(TLS_server_method()), SSL_CTX_free} {
    SSL_CTX_use_certificate(context_.get(), certificate.x509());
    SSL_CTX_use_PrivateKey(context_.get(), certificate.key());
    sockaddr_in at{
        .sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
    socklen_t size = sizeof(at);
    auto* const address = reinterpret_cast<sockaddr*>(&at);
    if (socket_ < 0 || bind(socket_, address, size) || listen(socket_, 16) ||
        getsockname(socket_, address, &size))
      throw std::runtime_error{"no TLS server"};
    port_ = ntohs(at.sin_port);
    thread_ = std::jthread{[this](const std::stop_token& stop) { serve(stop); }};
  }
  ~TlsServer() {
    thread_ = {};
    close(socket_);
  }
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;

  std::string url(const std::string& path, const std::string& host = "127.0.0.1") const {
    return fmt::format("https://{}:{}{}", host, port_, path);
  }

 private:
  void serve(const std::stop_token& stop) {
    sigset_t broken_pipe;  // OpenSSL raises it when a client has gone
    sigemptyset(&broken_pipe);
    sigaddset(&broken_pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
    while (!stop.stop_requested()) {
      pollfd asked{.fd = socket_, .events = POLLIN, .revents = 0};
      if (poll(&asked, 1, 20) <= 0) continue;
      const int connection = accept(socket_, nullptr, nullptr);
      const timeval patience{.tv_sec = 2, .tv_usec = 0};
      setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
      talk(connection);
      close(connection);
    }
  }
  void talk(int connection) const {
    const std::unique_ptr<SSL, decltype(&SSL_free)> ssl{SSL_new(context_.get()), SSL_free};
    SSL_set_fd(ssl.get(), connection);
    if (answer_("").status == 0) {  // says who it is, then leaves while the client says it has understood
      pollfd asked{.fd = connection, .events = POLLIN, .revents = 0};
      poll(&asked, 1, 2000);
      fcntl(connection, F_SETFL, O_NONBLOCK);
      SSL_accept(ssl.get());
      return;
    }
    if (SSL_accept(ssl.get()) != 1) return;  // the client does not like the certificate
    std::string request;
    std::array<char, 4096> block;
    while (request.find("\r\n\r\n") == std::string::npos) {
      const int more = SSL_read(ssl.get(), block.data(), block.size());
      if (more <= 0) return;
      request.append(block.data(), static_cast<std::size_t>(more));
    }
    const Reply reply = answer_(request);
    const std::string text = fmt::format("HTTP/1.1 {} X\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}",
                                         reply.status, reply.body.size(), reply.body);
    SSL_write(ssl.get(), text.data(), static_cast<int>(text.size()));
    SSL_shutdown(ssl.get());
  }

  const Answer answer_;
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  const int socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int port_ = 0;
  std::jthread thread_;
};

}  // namespace radflow
