#include "graph/dead_letter.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

namespace radflow {
namespace {

constexpr std::array added_headers{"radflow-error-reason", "radflow-error-node", "radflow-error"};

// The record may have been a dead letter itself before: only the last header of each name was added.
void take_added_headers(std::vector<Header>& headers) {
  for (const char* name : added_headers) {
    const auto last = std::find_if(headers.rbegin(), headers.rend(),
                                   [&](const Header& header) { return header.name == name; });
    if (last != headers.rend()) headers.erase(std::next(last).base());
  }
}

}  // namespace

Record make_dead_letter(const Record& original, const GraphInfo& graph, const std::vector<Failure>& failures,
                        const std::string& input_digest, bool with_bytes) {
  using nlohmann::ordered_json;
  ordered_json list = ordered_json::array();
  for (const Failure& failure : failures) {
    ordered_json entry{{"node", failure.node},
                       {"type", failure.type},
                       {"reason", failure.error.reason},
                       {"detail", failure.error.detail}};
    if (!failure.part.empty()) {
      entry["frame"] = failure.part.front() + 1;  // as DICOM counts
      if (failure.part.size() > 1) entry["part"] = failure.part;
    }
    for (const auto& [name, value] : failure.ids) entry["ids"][name] = value;
    list.push_back(std::move(entry));
  }
  ordered_json error{{"graph", graph.name},
                     {"digest", graph.digest},
                     {"topic", original.position.topic},
                     {"partition", original.position.partition},
                     {"offset", original.position.offset},
                     {"timestamp_ms", original.timestamp_ms},
                     {"size", original.value.size()},
                     {"input_digest", input_digest},
                     {"bytes", with_bytes},
                     {"failures", std::move(list)}};

  Record letter = original;
  letter.timestamp_ms = Record::open_timestamp;  // else Kafka deletes the letter of an old record at once
  if (!with_bytes || original.claimed) letter.value = {};
  letter.headers.push_back({added_headers[0], failures.front().error.reason});
  letter.headers.push_back({added_headers[1], failures.front().node});
  letter.headers.push_back(
      {added_headers[2], error.dump(-1, ' ', false, ordered_json::error_handler_t::replace)});
  return letter;
}

std::optional<DeadLetter> read_dead_letter(const Record& letter) {
  const auto header = letter.header(added_headers[2]);
  if (!header) return std::nullopt;
  const nlohmann::json error = nlohmann::json::parse(*header, nullptr, false);
  DeadLetter read{.original = letter};
  take_added_headers(read.original.headers);
  try {
    read.original.position = {error.at("topic"), error.at("partition"), error.at("offset")};
    read.original.timestamp_ms = error.at("timestamp_ms");
    read.with_bytes = error.at("bytes");
    read.input_digest = error.at("input_digest");
    read.graph = error.at("graph");
    for (const auto& failure : error.at("failures")) {
      read.nodes.push_back(failure.at("node"));
      read.reasons.push_back(failure.at("reason"));
    }
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;  // somebody else's header of that name
  }
  if (read.reasons.empty()) return std::nullopt;
  return read;
}

}  // namespace radflow
