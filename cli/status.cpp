// status: asks a running graph how it is, and says which record holds which frontier, and why.
#include <civetweb.h>
#include <fmt/format.h>

#include <array>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/terminal.hpp"

namespace radflow::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Options {
  std::string address = "127.0.0.1:9464";
  bool json = false;
};

std::string fetch(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  const std::string host = address.substr(0, colon);
  const int port = colon == std::string::npos ? 9464 : std::atoi(address.c_str() + colon + 1);
  std::array<char, 256> why{};
  mg_connection* connection = mg_download(host.c_str(), port, 0, why.data(), why.size(),
                                          "GET /status HTTP/1.0\r\nHost: %s\r\n\r\n", host.c_str());
  if (!connection)
    throw std::runtime_error{
        fmt::format("no graph answers at {} ({}); name its address with --address, `radflow run` "
                    "says it at the start",
                    address, why.data())};
  std::string body;
  std::array<char, 4096> piece;
  for (int read = 0; (read = mg_read(connection, piece.data(), piece.size())) > 0;)
    body.append(piece.data(), static_cast<std::size_t>(read));
  mg_close_connection(connection);
  return body;
}

// ", the first at frames:0:17: what is wrong", where the answer says it.
std::string first_failure(const Json& part, const std::string& key, const std::string& reason) {
  if (!part.contains(key) || !part.at(key).contains(reason)) return "";
  return ", the first at " + part.at(key).at(reason).get<std::string>();
}

// The groups of each node that gathers, and of those that are open the oldest.
void print_groups(const Json& status) {
  for (const Json& node : status.at("groups")) {
    const auto name = node.at("node").get<std::string>();
    std::uint64_t ended = 0;
    std::string reasons;
    for (const auto& [reason, count] : node.at("ended").items()) {
      if (count == 0) continue;
      ended += count.get<std::uint64_t>();
      reasons += fmt::format(", {} {}", count.get<std::uint64_t>(), reason);
    }
    const auto open = node.at("open").get<std::uint64_t>();
    fmt::print("{}: {} open with {}, {} of {} bytes of its memory; {} ended{}\n", name,
               counted(open, "group"), counted(node.at("members").get<std::uint64_t>(), "member"),
               node.at("bytes").get<std::int64_t>(), node.at("memory_bytes").get<std::int64_t>(), ended,
               reasons);
    std::uint64_t shown = 0;
    for (const Json& group : status.at("open_groups")) {
      if (group.at("node") != name) continue;
      ++shown;
      fmt::print("  {} from {} [{}] offset {} on, {:.0f} s old, waits for {}; digest of its key {}\n",
                 counted(group.at("members").get<std::uint64_t>(), "member"),
                 group.at("topic").get<std::string>(), group.at("partition").get<int>(),
                 group.at("offset").get<std::int64_t>(), group.at("age_s").get<double>(),
                 group.at("waits_for").get<std::string>(), group.at("key_digest").get<std::string>());
    }
    if (shown < open) fmt::print("  and {} more, which are younger\n", open - shown);
  }
}

void print(const Json& status) {
  const Json& records = status.at("records");
  fmt::print("graph {} ({}), {}\n", status.at("graph").get<std::string>(),
             status.at("digest").get<std::string>(),
             status.at("running").get<bool>() ? "running" : "not running");
  for (const Json& why : status.at("not_ready")) fmt::print("not ready: {}\n", why.get<std::string>());
  fmt::print("records: {} delivered, {} failed, {} in flight; {} of {} bytes in use\n",
             records.at("delivered").get<std::uint64_t>(), records.at("failed").get<std::uint64_t>(),
             records.at("in_flight").get<std::int64_t>(), status.at("bytes_in_flight").get<std::int64_t>(),
             status.at("memory_bytes").get<std::int64_t>());
  constexpr std::array<std::array<const char*, 3>, 3> kinds{{{"sources", "refused", "refused by"},
                                                             {"nodes", "failed", "failed in"},
                                                             {"sinks", "failed", "failed in"}}};
  for (const auto& [kind, key, words] : kinds)
    for (const Json& part : status.at(kind))
      if (part.contains(key))
        for (const auto& [reason, count] : part.at(key).items())
          fmt::print("  {} {} {}: {}{}\n", count.get<std::uint64_t>(), words,
                     part.at("name").get<std::string>(), reason,
                     first_failure(part, std::string{"first_"} + key, reason));
  bool holds_any = false;
  for (const Json& source : status.at("sources"))
    for (const Json& at : source.at("partitions")) {
      holds_any = true;
      fmt::print("  {} [{}]: frontier {}, end {}, {} pending\n", at.at("topic").get<std::string>(),
                 at.at("partition").get<int>(), at.at("frontier").dump(), at.at("end").dump(),
                 at.at("pending").get<std::int64_t>());
    }
  if (status.contains("groups")) print_groups(status);
  if (holds_any && status.at("stalls").empty()) fmt::print("no frontier stands still\n");
  for (const Json& stall : status.at("stalls"))
    fmt::print(
        "{}",
        paint_stdout(fmt::format("{} [{}] stands at offset {} for {:.0f} s: {}{}\n",
                                 stall.at("topic").get<std::string>(), stall.at("partition").get<int>(),
                                 stall.at("offset").get<std::int64_t>(), stall.at("seconds").get<double>(),
                                 stall.at("where").get<std::string>(),
                                 stall.at("key_digest") == ""
                                     ? ""
                                     : "; digest of its key " + stall.at("key_digest").get<std::string>()),
                     Colour::Yellow));
}

int run(const Options& options) {
  const std::string body = fetch(options.address);
  const Json status = Json::parse(body, nullptr, false);
  if (status.is_discarded() || !status.contains("stalls"))
    throw std::runtime_error{fmt::format("{} does not answer like a radflow graph", options.address)};
  if (options.json)
    std::cout << body << '\n';
  else
    print(status);
  return exit_ok;
}

const Command command{"status", "Asks a running graph how it is and what holds it up.",
                      "radflow status --address 127.0.0.1:9464", [](CLI::App& app) {
                        auto options = std::make_shared<Options>();
                        app.add_option("--address", options->address, "Where the graph's monitoring listens.")
                            ->capture_default_str();
                        app.add_flag("--json", options->json, "Prints the whole answer.");
                        return [options] { return run(*options); };
                      }};

}  // namespace
}  // namespace radflow::cli
