// tail: shows the results in a topic as they come.
#include <iostream>
#include <optional>

#include "cli/checks.hpp"
#include "cli/command.hpp"
#include "cli/kafka_options.hpp"
#include "cli/result_table.hpp"
#include "cli/runner.hpp"
#include "connectors/kafka/client/topic_reader.hpp"

namespace radflow::cli {
namespace {

using namespace std::chrono_literals;

struct Options {
  std::string topic, from = "beginning";
  KafkaOptions kafka;
  std::optional<std::uint64_t> count;
  bool json = false, until_caught_up = false;
};

int tail(const Options& options) {
  const SignalWatch signals;
  using kafka::TopicReader;
  TopicReader reader{
      options.topic, options.kafka.properties(),
      options.from == "end" ? TopicReader::From::End : TopicReader::From::Beginning,
      options.until_caught_up ? TopicReader::NoTopicYet::Throw : TopicReader::NoTopicYet::Wait};
  if (!options.json) std::cout << result_header() << std::endl;
  for (std::uint64_t shown = 0; !options.count || shown < *options.count;) {
    if (signals.came()) return exit_interrupted;
    const bool last = options.until_caught_up && reader.caught_up();
    if (const auto record = reader.next(100ms)) {
      std::cout << (options.json ? result_json_line(*record) : result_row(*record)) << '\n' << std::flush;
      ++shown;
    } else if (last) {
      break;
    }
    if (!std::cout) return exit_failed;
  }
  return exit_ok;
}

const Command command{
    "tail",
    "Shows the results in a topic as they come.",
    "radflow tail --broker localhost:9092 --topic results",
    [](CLI::App& app) {
      auto options = std::make_shared<Options>();
      options->kafka.add_to(app);
      app.add_option("--topic", options->topic, "The topic to read, of results or of dead letters.")
          ->required();
      app.add_option("--from", options->from, "Where to begin.")
          ->check(CLI::IsMember({"beginning", "end"}))
          ->capture_default_str();
      app.add_option("--count", options->count, "Ends after this many.")->check(one_or_more());
      app.add_flag("--until-caught-up", options->until_caught_up,
                   "Ends when all that was there at the start is shown.");
      app.add_flag("--json", options->json, "One line of JSON each instead of a table.");
      return [options] { return tail(*options); };
    },
    Command::Signals::Watched,
    Command::Stderr::Log};

}  // namespace
}  // namespace radflow::cli
