// A graph whose dead letters and ranges tests send through it again, by the program.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <map>

#include "tests/cli/program.hpp"
#include "tests/connectors/temporary_folder.hpp"
#include "tests/integration/real_broker.hpp"
#include "tests/raw_headers.hpp"

namespace radflow::replaying {

// The same all the time, and young enough for Kafka's retention: what is replayed gives the time of its record.
inline std::int64_t an_hour_ago() {
  using namespace std::chrono;
  static const auto then = floor<milliseconds>(system_clock::now() - hours{1}).time_since_epoch();
  return then.count();
}

// Raw pixels; every fifth is cut off.
inline constexpr int every_bad = 5;
inline std::vector<Record> frames(int count, std::size_t side) {
  std::vector<Record> all;
  for (int i = 0; i < count; ++i) {
    std::string pixels(side * side, static_cast<char>(i));
    if (i % every_bad == 0) pixels.resize(side);
    all.push_back({Bytes::of(pixels), "key-" + std::to_string(i % 7),
                   raw_headers(side, {{"label", std::to_string(i)}}), an_hour_ago() + i});
  }
  return all;
}

// By the id that a result keeps for good: its bytes, key, time and headers, but for how long it took.
using Results = std::map<std::string, std::string>;

class Replay : public WithTopics {
 protected:
  void SetUp() override {
    WithTopics::SetUp();
    if (!IsSkipped()) write();
  }
  void write() {
    folder.write("graph.yaml", fmt::format(R"(graph: replayed
delivery: {}
kafka: {{bootstrap.servers: '{}'}}
sources:
  - kafka: {{topic: {}, group: {}}}
nodes:
  - decode
  - histogram: {{bins: 4, range: [0, 256]}}
sinks:
  - kafka: {{topic: {}}}
  - kafka: {{topic: {}}}
    from: errors
)",
                                           delivery, broker().servers(), in, in, out, dead));
  }
  cli::Ran radflow(const std::string& command, const std::string& more = "") const {
    return cli::run_program(command + " " + folder.path("graph.yaml") + " --set http.listen=127.0.0.1:0 " +
                            more + " 2>&1");
  }
  cli::Ran run(const std::string& more = "") const { return radflow("run", "--until-caught-up " + more); }
  cli::Ran replay(const std::string& more = "") const { return radflow("replay", more); }

  Results results(const std::string& topic) const {
    Results all;
    for (const Record& record : broker().read_all(topic)) {
      std::string text = fmt::format("{} {}", record.key.value(), record.value.text());
      for (const Header& header : record.headers)
        if (header.name != "radflow-duration-us") text += fmt::format("\n{}: {}", header.name, header.value);
      EXPECT_TRUE(all.emplace(record.header("ce_id").value(), text).second) << "twice: " << text;
    }
    return all;
  }

  TemporaryFolder folder;
  std::string delivery = "at_least_once";
};

}  // namespace radflow::replaying
