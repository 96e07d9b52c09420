#include "monitoring/server.hpp"

#include <civetweb.h>
#include <fmt/format.h>

#include <array>
#include <chrono>
#include <exception>
#include <string_view>
#include <thread>
#include <type_traits>

#include "graph/param.hpp"
#include "monitoring/listening.hpp"
#include "monitoring/metrics.hpp"
#include "monitoring/status.hpp"

namespace radflow {
namespace {

constexpr std::string_view default_host = "127.0.0.1";
constexpr int default_port = 9464;
constexpr int default_tries = 100;

struct Response {
  int status = 200;
  std::string_view type = "text/plain; charset=utf-8";
  std::string body;
};

std::string index_page(const PipelineStats& stats) {
  // A graph's name is checked when it is read; still nothing from a file goes into HTML as it is.
  std::string name;
  for (const char c : stats.graph) name += c == '<' || c == '&' ? ' ' : c;
  return "<!doctype html><title>radflow</title><h1>radflow: " + name +
         "</h1><ul><li><a href=metrics>metrics</a> for Prometheus<li><a href=status>status</a> as JSON"
         "<li><a href=readyz>readyz</a><li><a href=healthz>healthz</a></ul>\n";
}

Response readiness(const PipelineStats& stats) {
  const std::vector<std::string> reasons = not_ready(stats);
  if (reasons.empty()) return {.body = "ready\n"};
  std::string text;
  for (const std::string& reason : reasons) text += reason + "\n";
  return {.status = 503, .body = std::move(text)};
}

Response respond(std::string_view path, const std::function<PipelineStats()>& stats) {
  if (path == "/metrics")
    return {.type = "text/plain; version=0.0.4; charset=utf-8", .body = metrics_text(stats())};
  if (path == "/status") return {.type = "application/json", .body = status_json(stats())};
  if (path == "/readyz") return readiness(stats());
  if (path == "/healthz") return {.body = "ok\n"};
  if (path == "/") return {.type = "text/html; charset=utf-8", .body = index_page(stats())};
  return {.status = 404, .body = "not here; there are /metrics /status /readyz /healthz\n"};
}

}  // namespace

class Server::Impl {
 public:
  Impl(std::function<PipelineStats()> stats, const std::string& listen) : stats_{std::move(stats)} {
    mg_init_library(MG_FEATURES_DEFAULT);
    try {
      if (listen.empty())
        start_at_default();
      else
        start_at(listen);
    } catch (...) {
      mg_exit_library();
      throw;
    }
    std::array<mg_server_port, 4> ports{};
    if (mg_get_server_ports(context_, ports.size(), ports.data()) > 0) port_ = ports[0].port;
    if (!listen.empty()) host_ = listen.substr(0, listen.rfind(':'));
    url_ = fmt::format("http://{}:{}", host_, port_);
    mg_set_request_handler(context_, "/", &Impl::handle, this);
  }
  ~Impl() {
    {
      // civetweb looks for the end every two seconds, or when somebody connects.
      const std::jthread knock{[this](const std::stop_token& stopped) {
        while (!stopped.stop_requested()) {
          std::array<char, 64> error{};
          if (mg_connection* door = mg_connect_client(host_.c_str(), port_, 0, error.data(), error.size()))
            mg_close_connection(door);
          std::this_thread::sleep_for(std::chrono::milliseconds{10});
        }
      }};
      mg_stop(context_);
    }
    mg_exit_library();
  }

  const std::string& url() const { return url_; }
  int taken() const { return taken_; }

 private:
  void start_at_default() {
    std::string wrong;
    for (int port = default_port; port < default_port + default_tries; ++port) {
      wrong = start(fmt::format("{}:{}", default_host, port));
      if (!wrong.empty()) continue;
      if (port != default_port) taken_ = default_port;
      return;
    }
    throw ParamError{"listen", fmt::format("none of the ports {} to {} can be listened on: {}", default_port,
                                           default_port + default_tries - 1, wrong)};
  }

  void start_at(const std::string& listen) {
    // civetweb would take lists of ports and letters for TLS too.
    const std::size_t colon = listen.rfind(':');
    const std::string port = colon == std::string::npos ? "" : listen.substr(colon + 1);
    if (colon == 0 || port.empty() || port.size() > 5 ||
        port.find_first_not_of("0123456789") != std::string::npos || std::stoi(port) > 65535 ||
        listen.find(',') != std::string::npos)
      throw ParamError{"listen", fmt::format("'{}' is no address such as 127.0.0.1:9464", listen)};
    if (std::string wrong = start(listen); !wrong.empty())
      throw ParamError{"listen", fmt::format("cannot listen on {}: {}", listen, wrong)};
  }

  // What is wrong, or "".
  std::string start(const std::string& address) {
    // A connection that asks nothing holds one of the threads until the timeout. What waits for a thread is
    // bounded too: the kernel turns away what is beyond the queue and the backlog.
    const std::array<const char*, 11> options{"listening_ports",
                                              address.c_str(),
                                              "num_threads",
                                              "16",
                                              "request_timeout_ms",
                                              "1500",
                                              "connection_queue",
                                              "32",
                                              "listen_backlog",
                                              "32",
                                              nullptr};
    mg_callbacks callbacks{};
    callbacks.log_message = [](const mg_connection*, const char*) { return 1; };  // said here, once
    std::array<char, 256> text{};
    unsigned ignored = 0;
    mg_init_data init{&callbacks, this, const_cast<const char**>(options.data())};
    mg_error_data error{};
    // civetweb 1.15 (Debian 12) writes the code to where this member points, 1.16 (Debian 13) to the member
    // itself.
    const auto set_code = [&](auto& code) {
      if constexpr (std::is_pointer_v<std::remove_reference_t<decltype(code)>>) code = &ignored;
    };
    set_code(error.code);
    error.text = text.data();
    error.text_buffer_size = text.size();
    context_ = mg_start2(&init, &error);
    if (context_) return "";
    if (std::string why = why_not_listening(address); !why.empty()) return why;
    return text[0] ? text.data() : "the server does not start";
  }

  static int handle(mg_connection* connection, void* self) {
    const mg_request_info& request = *mg_get_request_info(connection);
    const std::string_view method = request.request_method;
    Response response;
    if (method != "GET" && method != "HEAD") {
      response = {.status = 405, .body = "GET only\n"};
    } else {
      try {
        response = respond(request.local_uri, static_cast<Impl*>(self)->stats_);
      } catch (const std::exception& e) {  // must not unwind through C
        response = {.status = 500, .body = std::string{e.what()} + "\n"};
      }
    }
    const std::string head = fmt::format(
        "HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nCache-Control: no-store\r\n{}"
        "Connection: close\r\n\r\n",
        response.status, mg_get_response_code_text(connection, response.status), response.type,
        response.body.size(), response.status == 405 ? "Allow: GET, HEAD\r\n" : "");
    mg_write(connection, head.data(), head.size());
    if (method != "HEAD") mg_write(connection, response.body.data(), response.body.size());
    return response.status;
  }

  std::function<PipelineStats()> stats_;
  mg_context* context_ = nullptr;
  std::string host_{default_host};
  int port_ = 0, taken_ = 0;
  std::string url_;
};

Server::Server(std::function<PipelineStats()> stats, const std::string& listen)
    : impl_{std::make_unique<Impl>(std::move(stats), listen)} {}
Server::~Server() = default;
const std::string& Server::url() const { return impl_->url(); }
int Server::taken() const { return impl_->taken(); }

}  // namespace radflow
