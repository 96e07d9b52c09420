#include "graph/dead_letter.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>

#include "graph/input_digest.hpp"

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

using nlohmann::ordered_json;

std::size_t bytes_of(const Header& header) { return header.name.size() + header.value.size(); }

std::size_t bytes_of(const std::vector<Header>& headers) {
  std::size_t bytes = 0;
  for (const Header& header : headers) bytes += bytes_of(header);
  return bytes;
}

// How many of the record's header bytes stay at a step from Cut::Headers on.
std::size_t header_limit(std::size_t bytes, int step) {
  const int shift = 2 * (step - static_cast<int>(Cut::Headers) + 1);
  return shift < 64 ? bytes >> shift : 0;
}

// The step that leaves no header.
int last_header_step(const Record& original) {
  int step = static_cast<int>(Cut::Failures);
  if (const std::size_t bytes = bytes_of(original.headers); !original.headers.empty()) do
      ++step;
    while (header_limit(bytes, step) > 0);
  return step;
}

std::string cut_text(const std::string& text, std::size_t longest) {
  return text.size() <= longest ? text : text.substr(0, longest) + "...";
}

ordered_json to_json(const Failure& failure, bool brief) {
  constexpr std::size_t longest = 200;
  ordered_json entry{{"node", failure.node},
                     {"type", failure.type},
                     {"reason", failure.error.reason},
                     {"detail", brief ? cut_text(failure.error.detail, longest) : failure.error.detail}};
  if (!failure.part.empty()) {
    entry["frame"] = failure.part.front() + 1;  // DICOM counts from 1
    if (failure.part.size() > 1) entry["part"] = failure.part;
  }
  if (!brief)
    for (const auto& [name, value] : failure.ids) entry["ids"][name] = value;
  return entry;
}

void list_failures(const std::vector<Failure>& failures, bool brief, ordered_json& error) {
  const std::size_t listed = std::min<std::size_t>(failures.size(), brief ? 1 : 100);
  ordered_json& list = error["failures"] = ordered_json::array();
  std::map<std::pair<std::string, std::string>, std::uint64_t> counts;
  for (std::size_t i = 0; i < failures.size(); ++i)
    if (i < listed)
      list.push_back(to_json(failures[i], brief));
    else
      ++counts[{failures[i].node, failures[i].error.reason}];
  for (const auto& [kind, count] : counts)
    error["more_failures"].push_back({{"node", kind.first}, {"reason", kind.second}, {"count", count}});
}

// Leaves out the largest of the headers until no more than `limit` bytes are left, and says so.
void cut_headers(std::vector<Header>& headers, std::size_t limit, ordered_json& error) {
  std::vector<std::size_t> by_size(headers.size());
  std::iota(by_size.begin(), by_size.end(), 0);
  std::ranges::stable_sort(by_size, std::greater{}, [&](std::size_t i) { return bytes_of(headers[i]); });
  std::size_t left = bytes_of(headers), bytes = 0, count = 0;
  ordered_json names = ordered_json::array();
  std::vector<bool> out(headers.size());
  for (const std::size_t i : by_size) {
    if (left <= limit && limit > 0) break;
    left -= bytes_of(headers[i]);
    bytes += bytes_of(headers[i]);
    out[i] = true;
    if (++count <= 5) names.push_back(cut_text(headers[i].name, 50));
  }
  error["headers_left_out"] = {{"count", count}, {"bytes", bytes}, {"largest", std::move(names)}};
  std::size_t i = 0;
  std::erase_if(headers, [&](const Header&) { return out[i++]; });
}

}  // namespace

std::optional<Cut> cut_more(const Record& original, Cut cut) {
  const int next = static_cast<int>(cut) + 1;
  if (next > last_header_step(original) + (original.key ? 1 : 0)) return std::nullopt;
  return static_cast<Cut>(next);
}

Record make_dead_letter(const Record& original, const GraphInfo& graph, const std::vector<Failure>& failures,
                        const std::string& input_digest, Cut cut, std::size_t size) {
  ordered_json error{{"graph", graph.name},
                     {"digest", graph.digest},
                     {"topic", original.position.topic},
                     {"partition", original.position.partition},
                     {"offset", original.position.offset},
                     {"timestamp_ms", original.timestamp_ms},
                     {"size", size},
                     {"input_digest", input_digest},
                     {"bytes", cut == Cut::Nothing}};
  list_failures(failures, cut >= Cut::Failures, error);

  Record letter = original;
  letter.timestamp_ms = Record::open_timestamp;  // a broker deletes by it, and at once what is old
  if (cut >= Cut::Bytes || original.claimed) letter.value = {};
  if (original.header(mask_claim_header))  // The record itself names the mask, and does not have it.
    std::erase_if(letter.headers, [](const Header& header) { return header.name == mask_header; });
  if (cut >= Cut::Headers && !letter.headers.empty())
    cut_headers(letter.headers, header_limit(bytes_of(original.headers), static_cast<int>(cut)), error);
  if (letter.key && static_cast<int>(cut) > last_header_step(original)) {
    error["key_left_out"] = {{"bytes", letter.key->size()}};
    letter.key.reset();
  }
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
    read.with_headers = !error.contains("headers_left_out") && !error.contains("key_left_out");
    read.input_digest = error.at("input_digest");
    read.graph = error.at("graph");
    const nlohmann::json none = nlohmann::json::array();
    for (const auto& list : {error.at("failures"), error.value("more_failures", none)})
      for (const auto& failure : list) {
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
