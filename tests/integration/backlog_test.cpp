// A backlog behind a sink that stalls: memory stays flat, the group is kept, all of it comes through
// afterwards. Frames of 1 KB and of 50 MB are mixed. RADFLOW_BACKLOG_MB says how large it is (default: 300),
// see tests/soak/backlog.sh.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <thread>

#include "tests/connectors/temporary_folder.hpp"
#include "tests/integration/process.hpp"
#include "tests/integration/real_broker.hpp"
#include "tests/paths.hpp"
#include "tests/raw_headers.hpp"

namespace radflow {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr std::int64_t memory_mib = 256;
constexpr int workers = 2;
constexpr std::size_t large_side = 7168;  // 51.4 MB

Record frame(std::size_t side, const Bytes& pixels, std::int64_t number) {
  return {pixels, "key-" + std::to_string(number % 50), raw_headers(side)};
}

// A line of /proc/PID/status, in KB.
std::int64_t status_kb(pid_t pid, const std::string& field) {
  std::ifstream file{fmt::format("/proc/{}/status", pid)};
  for (std::string name; file >> name;) {
    std::int64_t value = 0;
    if (name == field + ":" && file >> value) return value;
    std::getline(file, name);
  }
  return -1;
}

TEST(Backlog, BehindAStalledSinkKeepsMemoryFlatAndTheGroup) {
  if (const std::string why = RealBroker::why_none_of_own(); !why.empty()) GTEST_SKIP() << why;
  const char* asked = std::getenv("RADFLOW_BACKLOG_MB");
  const std::int64_t backlog_mb = asked ? std::stoll(asked) : 300;
  // Each of its threads keeps a buffer of 51 MB outside of its heap: few threads.
  const auto broker = RealBroker::another({.settings = {"num.io.threads=2", "num.network.threads=2"}});
  const auto results_broker = RealBroker::another({});
  const std::string in = broker->make_topic("backlog", 3, {{"max.message.bytes", "60000000"}});
  const std::string out = results_broker->make_topic("results");

  // Nine tenths in large frames.
  const std::int64_t large = backlog_mb * 9 / 10 / 51, small = backlog_mb * 100;
  const Bytes large_pixels = Bytes::of(std::string(std::size_t{large_side} * large_side, 'x'));
  const Bytes small_pixels = Bytes::of(std::string(1024, 'x'));
  std::int64_t number = 0;
  for (std::int64_t i = 0; i < large; ++i) {
    std::vector<Record> some{frame(large_side, large_pixels, number++)};
    for (std::int64_t n = small * i / large; n < small * (i + 1) / large; ++n)
      some.push_back(frame(32, small_pixels, number++));
    broker->produce(in, some);
  }

  const TemporaryFolder folder;
  std::ofstream{folder.path("backlog.yaml")}
      << fmt::format(R"(graph: backlog
memory: {}MiB
workers: {}
kafka: {{bootstrap.servers: '{}'}}
sources:
  - kafka: {{topic: {}, group: {}, max.poll.interval.ms: 7000, session.timeout.ms: 6000}}
nodes:
  - decode
  - histogram: {{bins: 16, range: [0, 256]}}
sinks:
  - kafka: {{topic: {}, bootstrap.servers: '{}'}}
)",
                     memory_mib, workers, broker->servers(), in, in, out, results_broker->servers());
  Process process{{radflow_program, "run", folder.path("backlog.yaml")}, folder.path("log")};
  const auto results = [&] {
    try {
      return results_broker->ends(out).at(0);
    } catch (const std::runtime_error&) {  // it has slept longer than its own controller bears
      return std::int64_t{-1};
    }
  };
  for (const auto end = Clock::now() + 60s; results() < small / 100 && Clock::now() < end;)
    std::this_thread::sleep_for(100ms);
  ASSERT_GT(results(), 0) << process.said();

  results_broker->pause(true);
  std::int64_t stalled_kb = 0;
  for (const auto end = Clock::now() + (asked ? 60s : 12s); Clock::now() < end;
       std::this_thread::sleep_for(200ms)) {
    ASSERT_FALSE(process.exited()) << process.said();
    stalled_kb = std::max(stalled_kb, status_kb(process.pid(), "VmRSS"));
  }
  EXPECT_EQ(broker->members(in), 1u) << "longer than the group would bear without polling";
  results_broker->pause(false);

  const auto begin = Clock::now();
  const auto longest = 120s + std::chrono::seconds{backlog_mb / 5};
  while (results() < number && Clock::now() - begin < longest) std::this_thread::sleep_for(500ms);
  EXPECT_EQ(results(), number) << process.said();
  for (const auto end = Clock::now() + 10s; Clock::now() < end; std::this_thread::sleep_for(200ms))
    if (broker->committed(in, in) == broker->ends(in)) break;
  EXPECT_EQ(broker->committed(in, in), broker->ends(in));
  const std::int64_t most_kb = status_kb(process.pid(), "VmHWM");
  const std::int64_t bound_kb = (memory_mib << 10) + workers * (large_side * large_side / 1024) + 200 * 1000;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - begin).count();
  std::printf(
      "backlog of %ld frames, %ld of them of 51 MB: %ld MB resident while stalled, %ld MB at most "
      "(bound %ld), through %ld s after the stall\n",
      static_cast<long>(number), static_cast<long>(large), static_cast<long>(stalled_kb / 1000),
      static_cast<long>(most_kb / 1000), static_cast<long>(bound_kb / 1000), static_cast<long>(seconds));
  EXPECT_GT(most_kb, 0);
  EXPECT_LE(most_kb, bound_kb);
  process.signal(SIGTERM);
  EXPECT_EQ(process.wait(30s), 0) << process.said();
  const std::string log = folder.read("log");
  EXPECT_EQ(log.find("gives up"), log.rfind("gives up")) << "once, at the end: " << log;
}

}  // namespace
}  // namespace radflow
