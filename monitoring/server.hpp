// Server: pages about a running graph over HTTP.
//   /metrics   for Prometheus        /healthz   200 while the process answers
//   /status    JSON for programs     /readyz    200, or 503 with the reasons
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "graph/stats.hpp"

namespace radflow {

class Server {
 public:
  // `stats` is called for every request, on threads of the server: [&] { return pipeline.stats(); }.
  // `listen` is HOST:PORT, port 0 for any free one; "" is 127.0.0.1:9464 or the next free port, see taken().
  // Throws ParamError("listen") if the address is wrong or taken.
  explicit Server(std::function<PipelineStats()> stats, const std::string& listen = "");
  // Ends when the requests being answered are.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // "http://127.0.0.1:9464"
  const std::string& url() const;
  // The default port, where it was taken and another one is served; else 0.
  int taken() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace radflow
