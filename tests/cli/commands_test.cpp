// The program's frame: help, options that are refused, and failures of what it writes to.
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <sstream>

#include "graph/left_out.hpp"
#include "tests/cli/commands.hpp"

namespace radflow::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST_F(Commands, EveryCommandHasHelpWithItsExample) {
  const Ran all = run_program("--help");
  EXPECT_EQ(all.code, exit_ok);
  std::istringstream names{"describe draw lint list replay run schema"};
  for (std::string name; names >> name;) {
    EXPECT_THAT(all.out, HasSubstr("$ radflow " + name));
    const Ran help = run_program(name + " --help");
    EXPECT_EQ(help.code, exit_ok) << name;
    EXPECT_THAT(help.out, HasSubstr("Example:\n  $ radflow " + name));
  }
}

TEST_F(Commands, WrongUseSaysWhatIsNear) {
  const std::string version = "radflow " RADFLOW_VERSION;
  EXPECT_THAT(run_program("--version").out,
              StartsWith(version + (families_left_out().empty() ? "\n" : ", built without nodes/")));
  const std::string of_all = "`radflow --help` lists commands and options\n";
  const auto of = [](const std::string& command) {
    return "`radflow " + command + " --help` says what it takes\n";
  };
  for (const auto& [arguments, wrong] : std::vector<std::pair<std::string, std::string>>{
           {"lnit x", "there is no command 'lnit'; did you mean 'lint'? " + of_all},
           {"--log-levle=info", "there is no option '--log-levle'; did you mean '--log-level'? " + of_all},
           {"--log-level=loud run x",
            "--log-level: loud not in {trace,debug,info,warning,error,off}; " + of("run")},
           {"run x --ouput y", "run has no option '--ouput'; did you mean '--output'? " + of("run")},
           {"lint x --plugn=y", "lint has no option '--plugn'; did you mean '--plugin'? " + of("lint")},
           {"run x y z", "run takes fewer arguments: 'y', 'z' is left over; " + of("run")},
           {"lint", "graph is required; " + of("lint")},
           {"tail --broker x --topic y -X key",
            "--property: 'key' is not of the form KEY=VALUE; " + of("tail")},
           {"train x --seed two", "Could not convert: --seed = two; " + of("train")}}) {
    const Ran ran = run_program(arguments + " 2>&1");
    EXPECT_EQ(ran.code, exit_config) << arguments;
    EXPECT_EQ(ran.out, "error: " + wrong);
  }
  EXPECT_EQ(run_program("2>/dev/null").code, exit_config);
}

TEST_F(Commands, APortThatIsTakenIsSaidAtItsPlace) {
  const int door = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(door, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(door, 1), 0);
  ASSERT_EQ(::getsockname(door, reinterpret_cast<sockaddr*>(&address), &size), 0);
  const std::string listen = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  const std::string path =
      write("sources: [phantom: {count: 1}]\nsinks: [stdout]\nhttp:\n  listen: " + listen + "\n");
  const Ran ran = run_program("run " + path + " 2>&1");
  ::close(door);
  EXPECT_EQ(ran.code, exit_config);
  EXPECT_THAT(ran.out, StartsWith("error: " + path + ":4:11: http.listen: cannot listen on " + listen +
                                  ": the port is taken"));
}

TEST_F(Commands, RunFailsWhenASinkGivesUp) {
  const Ran ran = run_program(
      "run " +
      write("sources: [phantom: {count: 3}]\nnodes: [decode, histogram: {bins: 4, range: [-1000, 3000]}]\n"
            "sinks: [ndjson: {path: /dev/full, retry: {times: 1, backoff: 1ms}}]\n") +
      " 2>&1");
  EXPECT_EQ(ran.code, exit_failed) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("sink 'ndjson' gave up: No space left on device"));
}

TEST_F(Commands, AFullDiskUnderStdoutIsAnError) {
  const std::string path = write(good);
  for (const std::string command :
       {"list", "schema", "describe window", "describe window --json", "--help", "--version"}) {
    const Ran ran = run_program(command + " 2>&1 >/dev/full");
    EXPECT_EQ(ran.code, exit_failed) << command;
    EXPECT_THAT(ran.out, HasSubstr("error: cannot write to stdout: No space left on device\n")) << command;
  }
  for (const std::string command : {"lint ", "draw "})
    EXPECT_EQ(run_program(command + path + " 2>/dev/null >/dev/full").code, exit_failed) << command;
}

TEST_F(Commands, AnOptionsValueIsRefusedInASentence) {
  const std::string path = write(good);
  const auto refused = [](const std::string& arguments) {
    const Ran ran = run_program(arguments + " 2>&1");
    EXPECT_EQ(ran.code, exit_config) << arguments << '\n' << ran.out;
    EXPECT_LT(ran.out.size(), 200u) << ran.out;
    return ran.out;
  };
  EXPECT_THAT(refused("run " + path + " --input ''"), HasSubstr("--input: is empty: name a folder or glob"));
  EXPECT_THAT(refused("run " + path + " --output ''"), HasSubstr("--output: is empty: name the NDJSON file"));
  EXPECT_THAT(refused("train " + path + " --output ''"),
              HasSubstr("--output: is empty: name the model file"));
  EXPECT_THAT(refused("demo --count 0"), HasSubstr("--count: '0' is no whole number from 1 on"));
  EXPECT_THAT(refused("demo --rate 0"), HasSubstr("--rate: '0' is no number above 0"));
  EXPECT_THAT(refused("demo --rate abc"), HasSubstr("--rate: 'abc' is no number above 0"));
  EXPECT_THAT(refused("demo --rate nan"), HasSubstr("'nan' is no number above 0"));
  const std::string to = " --broker 127.0.0.1:1 --topic t";
  EXPECT_THAT(refused("send . --limit 0" + to), HasSubstr("--limit: '0' is no whole number from 1 on"));
  EXPECT_THAT(refused("send . --limit -1" + to), HasSubstr("--limit: '-1' is no whole number from 1 on"));
  EXPECT_THAT(refused("tail --count 0" + to), HasSubstr("--count: '0' is no whole number from 1 on"));
}

TEST_F(Commands, OptionsForKafkaSourcesNeedOne) {
  const std::string path = write(good);
  const Ran caught_up = run_program("run " + path + " --until-caught-up 2>&1");
  EXPECT_EQ(caught_up.code, exit_config);
  EXPECT_THAT(caught_up.out, HasSubstr("--until-caught-up: it is for Kafka sources, and the graph has none"));
  const Ran skip = run_program("run " + path + " --skip frames:0:1 2>&1");
  EXPECT_EQ(skip.code, exit_config);
  EXPECT_THAT(skip.out, HasSubstr("--skip: it is for Kafka sources, and the graph has none"));
}

TEST_F(Commands, ASkippedTopicIsOneThatTheGraphReads) {
  // The records that are skipped want a sink for dead letters: this graph has none, so none of these starts.
  const auto refused = [&](const std::string& topic, const std::string& read) {
    const std::string path = write("kafka: {bootstrap.servers: '127.0.0.1:1'}\nsources: [kafka: {" + read +
                                   "}]\nsinks: [kafka: {topic: results}]\n");
    return run_program("run " + path + " --skip " + topic + ":0:17 2>&1").out;
  };
  const std::string unread = "--skip: frame:0:17: the graph reads no topic 'frame'";
  EXPECT_THAT(refused("frame", "topic: frames"), HasSubstr(unread));
  EXPECT_THAT(refused("frame", "topics: [frames, '^scan.*']"), HasSubstr(unread));
  const std::string read = "the graph has no sink for dead letters";
  EXPECT_THAT(refused("frames", "topic: frames"), HasSubstr(read));
  EXPECT_THAT(refused("frames", "topics: [scans, '^fra.*']"), HasSubstr(read));
}

}  // namespace
}  // namespace radflow::cli
