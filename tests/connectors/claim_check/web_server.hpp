// A web server on a free port of 127.0.0.1, as a test wants it to answer. Calls `reply` on several threads.
#pragma once

#include <civetweb.h>
#include <fmt/format.h>

#include <array>
#include <functional>
#include <stdexcept>
#include <string>

namespace radflow {

class WebServer {
 public:
  struct Reply {
    int status = 200;
    std::string body;
    std::string headers;                       // more of them, each with its line end
    bool says_length = true;                   // else the end of the connection is the end of the body
    std::size_t promised = std::string::npos;  // a length that is not the body's
  };

  explicit WebServer(std::function<Reply(const std::string& path)> reply) : reply_{std::move(reply)} {
    mg_init_library(MG_FEATURES_DEFAULT);
    std::array<const char*, 5> options{"listening_ports", "127.0.0.1:0", "num_threads", "8", nullptr};
    mg_callbacks callbacks{};
    context_ = mg_start(&callbacks, this, options.data());
    if (!context_) throw std::runtime_error{"no web server"};
    std::array<mg_server_port, 1> ports{};
    mg_get_server_ports(context_, 1, ports.data());
    port_ = ports[0].port;
    mg_set_request_handler(context_, "/", &WebServer::handle, this);
  }
  ~WebServer() {
    mg_stop(context_);
    mg_exit_library();
  }
  WebServer(const WebServer&) = delete;
  WebServer& operator=(const WebServer&) = delete;

  std::string url(const std::string& path) const { return fmt::format("http://127.0.0.1:{}{}", port_, path); }
  int port() const { return port_; }

 private:
  static int handle(mg_connection* connection, void* self) {
    const Reply reply = static_cast<WebServer*>(self)->reply_(mg_get_request_info(connection)->request_uri);
    const std::size_t length = reply.promised == std::string::npos ? reply.body.size() : reply.promised;
    const std::string head =
        fmt::format("HTTP/1.1 {} X\r\n{}{}Connection: close\r\n\r\n", reply.status, reply.headers,
                    reply.says_length ? fmt::format("Content-Length: {}\r\n", length) : "");
    mg_write(connection, head.data(), head.size());
    mg_write(connection, reply.body.data(), reply.body.size());
    return reply.status;
  }

  const std::function<Reply(const std::string&)> reply_;
  mg_context* context_ = nullptr;
  int port_ = 0;
};

}  // namespace radflow
