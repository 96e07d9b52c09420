// The broker of a RealBroker as a process: tests/kafka/broker.sh starts and ends it.
#include "tests/integration/real_broker.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "tests/paths.hpp"

namespace radflow {

using namespace std::chrono_literals;

RealBroker* RealBroker::instance() {
  struct Ended {
    std::unique_ptr<RealBroker> broker;
    Ended() {
      if (const char* given = std::getenv("RADFLOW_BROKER")) {
        broker.reset(new RealBroker);
        broker->servers_ = given;
      } else if (why_not().empty()) {
        broker = another({});
      }
    }
  };
  static Ended ended;
  return ended.broker.get();
}

std::unique_ptr<RealBroker> RealBroker::another(Setup setup) {
  std::unique_ptr<RealBroker> broker{new RealBroker};
  broker->setup_ = std::move(setup);
  std::string folder = (std::filesystem::temp_directory_path() / "radflow-broker-XXXXXX").string();
  broker->folder_ = mkdtemp(folder.data());
  if (broker->setup_.disk_mb > 0 &&
      std::system(
          fmt::format("mount -t tmpfs -o size={}m radflow-test {}", broker->setup_.disk_mb, folder).c_str()))
    throw std::runtime_error{"cannot mount a disk for the broker"};
  broker->start();
  return broker;
}

RealBroker::~RealBroker() {
  if (!own()) return;
  std::string output;
  script("stop", output);
  if (setup_.disk_mb > 0 && std::system(("umount " + folder_).c_str())) std::perror("umount");
  std::filesystem::remove_all(folder_);
}

std::string RealBroker::why_none_of_own() {
  if (std::system("command -v java >/dev/null 2>&1") == 0) return "";
  return "Java is missing (apt install default-jre-headless)";
}

std::string RealBroker::why_not() {
  if (std::getenv("RADFLOW_BROKER")) return "";
  const std::string why = why_none_of_own();
  return why.empty() ? why : why + ", or set RADFLOW_BROKER=HOST:PORT";
}

bool RealBroker::script(const std::string& arguments, std::string& output) const {
  const std::string command =
      fmt::format("{}/tests/kafka/broker.sh {} --folder {}", source_folder, arguments, folder_);
  const auto begin = std::chrono::steady_clock::now();
  FILE* pipe = popen(command.c_str(), "r");
  std::array<char, 1024> block;
  while (const std::size_t size = std::fread(block.data(), 1, block.size(), pipe))
    output.append(block.data(), size);
  const bool good = pclose(pipe) == 0;
  // Kafka's own programs need 1.5 s of a processor to start, which takes a minute on a machine that is very busy.
  if (const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin; took > 10s)
    fmt::print(stderr, "broker.sh {} took {:.0f} s\n", arguments.substr(0, arguments.find(' ')),
               took.count());
  return good;
}

void RealBroker::start() {
  std::string output;
  // Topics are made by the tests alone, so that a missing one is missing. Everybody may do everything that no
  // rule speaks of.
  std::vector<std::string> settings{
      "auto.create.topics.enable=false",
      "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer",
      "allow.everyone.if.no.acl.found=true"};
  settings.insert(settings.end(), setup_.settings.begin(), setup_.settings.end());
  const std::string joins = setup_.joins ? "--join " + setup_.joins->folder_ : "";
  const bool started =
      script(fmt::format("start --set '{}' --owner {} {}", fmt::join(settings, "' --set '"), getpid(), joins),
             output);
  const std::string_view key = "bootstrap.servers=";
  const std::size_t at = output.find(key);
  if (!started || at == std::string::npos) throw std::runtime_error{"the broker did not start: " + output};
  servers_ = output.substr(at + key.size(), output.find('\n', at) - at - key.size());
}

void RealBroker::stop() {
  std::string output;
  if (!script("stop", output)) throw std::runtime_error{"the broker did not stop: " + output};
}

void RealBroker::kill() {
  std::string output;
  if (!script("kill", output)) throw std::runtime_error{"the broker was not killed: " + output};
}

bool RealBroker::running() const {
  std::string output;
  return script("status", output);
}

void RealBroker::fill_disk(bool full) const {
  const std::filesystem::path ballast{folder_ + "/ballast"};
  std::filesystem::remove(ballast);
  if (!full) return;
  std::ofstream file{ballast, std::ios::binary};
  for (const std::string block(4096, 'x'); file.write(block.data(), 4096).flush();) continue;
}

void RealBroker::pause(bool on) const {
  pid_t pid = 0;
  std::ifstream{folder_ + "/pid"} >> pid;
  if (pid <= 0 || ::kill(pid, on ? SIGSTOP : SIGCONT)) throw std::runtime_error{"the broker is not there"};
}

std::string RealBroker::topic_name(const std::string& name) {
  static int number = 0;
  return fmt::format("{}-{}-{}", name, getpid(), ++number);
}

std::string RealBroker::make_topic(const std::string& name, int partitions,
                                   const std::map<std::string, std::string>& config) {
  const std::string topic = topic_name(name);
  make_topic_named(topic, partitions, config);
  return topic;
}

}  // namespace radflow
