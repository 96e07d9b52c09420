#include "connectors/stand_in.hpp"

#include <filesystem>

#include "graph/config/taken_over.hpp"

namespace radflow {

StandIn files_at(const std::string& path) {
  return {"--input",
          "files",
          {{"path", std::filesystem::absolute(path).string()}, {"mask", std::string{taken_over}}}};
}

std::function<StandIn(const ReplacedSink&)> lines_at(const std::string& path) {
  const std::string results = std::filesystem::absolute(path).string();
  const std::string stem = results.ends_with(".ndjson") ? results.substr(0, results.size() - 7) : results;
  return [results, errors = stem + ".errors.ndjson"](const ReplacedSink& sink) {
    return StandIn{
        "--output",
        "ndjson",
        {{"path", sink.errors ? errors : results}, {"if_exists", sink.continued ? "append" : "overwrite"}}};
  };
}

}  // namespace radflow
