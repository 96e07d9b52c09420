#include "graph/dead_letter.hpp"

#include <nlohmann/json.hpp>

namespace radflow {

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
  if (!with_bytes) letter.value = {};
  letter.headers.push_back({"radflow-error-reason", failures.front().error.reason});
  letter.headers.push_back({"radflow-error-node", failures.front().node});
  letter.headers.push_back(
      {"radflow-error", error.dump(-1, ' ', false, ordered_json::error_handler_t::replace)});
  return letter;
}

}  // namespace radflow
