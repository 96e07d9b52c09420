// What tests of the sink `ndjson` share: results, and a folder for their file.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/connectors/build.hpp"
#include "tests/connectors/temporary_folder.hpp"

namespace radflow {

inline Payload result(int i, std::size_t size = 0) {
  Record record;
  record.value = Bytes::of(nlohmann::json{{"i", i}, {"pad", std::string(size, 'x')}}.dump());
  record.headers = {{"content-type", "application/json"}};
  return Payload::of(std::move(record));
}

inline std::vector<nlohmann::json> lines(const std::string& text) {
  std::vector<nlohmann::json> parsed;
  std::istringstream in{text};
  for (std::string line; std::getline(in, line);) parsed.push_back(nlohmann::json::parse(line));
  return parsed;
}

class NdjsonTest : public testing::Test {
 protected:
  std::unique_ptr<Sink> sink(const std::string& name, const std::string& params = "path: out.ndjson") {
    info.folder = folder.path();
    info.name = name;
    return make_sink("ndjson: {" + params + "}", info);
  }
  Acknowledge count() {
    return [this](const std::optional<Error>& error) {
      EXPECT_FALSE(error);
      ++acknowledged;
    };
  }

  TemporaryFolder folder;
  BuildInfo info;
  FakeContext context;
  std::atomic<int> acknowledged = 0;
};

}  // namespace radflow
