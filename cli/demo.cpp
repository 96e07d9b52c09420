// demo: the main job on this machine alone: an embedded broker, frames sent to it, a graph that reads them
// from a topic and writes results to another, and the results read back.
#include <fmt/format.h>
#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "cli/checks.hpp"
#include "cli/command.hpp"
#include "cli/demo_feed.hpp"
#include "cli/log.hpp"
#include "cli/result_table.hpp"
#include "cli/runner.hpp"
#include "cli/summary.hpp"
#include "cli/tap.hpp"
#include "cli/terminal.hpp"
#include "cli/workspace.hpp"
#include "connectors/kafka/client/topic_reader.hpp"
#include "connectors/kafka/librdkafka/mock_broker.hpp"
#include "connectors/stand_in.hpp"
#include "graph/pipeline.hpp"
#include "monitoring/server.hpp"
#include "nodes/classify/fit.hpp"

namespace radflow::cli {
namespace {

using namespace std::chrono_literals;

struct Options {
  std::string folder;
  std::int64_t count = 1000;
  int size = 256;
  double rate = 0;
};

constexpr int training_slices = 400;
constexpr std::string_view frames = "frames", results = "results", dead_letters = "dead-letters";

// Slices are told apart by a forest that is trained on others first; what a folder holds is only described.
std::string nodes_yaml(const Options& options, const std::string& model) {
  if (!options.folder.empty())
    return "nodes:\n"
           "  - decode:\n"
           "  - lbp: {points: 8, radius: 1, method: uniform}\n"
           "  - histogram:\n";
  return fmt::format(
      "nodes:\n"
      "  - decode:\n"
      "  - gaussian_blur: {{sigma: 3}}\n"
      "  - histogram: {{bins: 64, range: [0, 1400]}}\n"
      "    name: intensity\n"
      "  - resize: {{width: 64, height: 64}}\n"
      "    from: gaussian_blur\n"
      "  - lbp: {{points: 8, radius: 3, method: uniform}}\n"
      "  - histogram:\n"
      "    name: texture\n"
      "  - concat:\n"
      "    from: [intensity, texture]\n"
      "  - classify: {{model: '{}', train: {{trees: 100, seed: 1}}}}\n",
      model);
}

std::string graph_yaml(const Options& options, const std::string& model, const std::string& servers) {
  return fmt::format(
      "graph: demo\nmemory: 256MiB\nkafka: {{bootstrap.servers: '{}'}}\n"
      "sources:\n  - kafka: {{topic: {}}}\n{}"
      "sinks:\n  - kafka: {{topic: {}}}\n    name: results\n  - kafka: {{topic: {}}}\n    name: "
      "dead-letters\n    from: errors\n",
      servers, frames, nodes_yaml(options, model), results, dead_letters);
}

std::string phantom_yaml(const Options& options, std::int64_t count, int seed) {
  return fmt::format("sources:\n  - phantom: {{count: {}, width: {}, height: {}, seed: {}, rate: {}}}\n",
                     count, options.size, options.size, seed, seed == 1 ? 0 : options.rate);
}

void train(const Options& options, const std::string& model) {
  const Plan plan = load_plan_text("graph: demo\n" + phantom_yaml(options, training_slices, 1) +
                                       nodes_yaml(options, model) + "sinks:\n  - stdout:\n",
                                   "demo.yaml", {.training = true});
  const std::size_t node = trainable_node(plan, "");
  std::vector<Sample> samples;
  for (Tapped& message : tap(plan, node, TapAt::Input, "train", training_slices).messages)
    samples.push_back({message.payload.as<Features>(), message.label.value(), message.key});
  std::ofstream{model, std::ios::binary}
      << fit_model(samples, *trainable(plan.nodes[node])->training, plan.nodes[node].info);
}

// What is to be sent, from a folder or of another seed than the model knows.
std::unique_ptr<Source> input(const Options& options) {
  const std::string yaml =
      phantom_yaml(options, options.count, 2) + "nodes:\n  - decode:\nsinks:\n  - stdout:\n";
  Overrides overrides;
  if (!options.folder.empty()) overrides.source = files_at(options.folder);
  const Plan plan = load_plan_text("graph: demo\n" + yaml, "demo.yaml", overrides);
  const ComponentPlan& source = plan.sources.front();
  return source.spec->make_source(source.params.get(), source.info);
}

// Shows results as they come, as many as a person can follow.
class Screen {
 public:
  explicit Screen(const std::string& servers)
      : results_{std::string{results}, {{"bootstrap.servers", servers}}, kafka::TopicReader::From::Beginning},
        dead_letters_{std::string{dead_letters},
                      {{"bootstrap.servers", servers}},
                      kafka::TopicReader::From::Beginning} {}

  void show() {
    int rows = 0;
    const auto take = [&](kafka::TopicReader& reader, std::atomic<std::uint64_t>& count) {
      while (const auto record = reader.next(0ms)) {
        if (count++ == 0 && rows == 0 && !headed_) {
          std::cout << result_header() << '\n';
          headed_ = true;
        }
        if (rows++ < most_rows) std::cout << result_row(*record) << '\n';
      }
    };
    take(results_, results_read_);
    take(dead_letters_, dead_letters_read_);
    std::cout << std::flush;
  }
  // Until everything that was acknowledged is read back, but not for ever.
  void show_rest(std::uint64_t expected) {
    for (const auto end = std::chrono::steady_clock::now() + 10s;
         read() < expected && std::chrono::steady_clock::now() < end; std::this_thread::sleep_for(20ms))
      show();
  }
  std::uint64_t read() const { return results_read_ + dead_letters_read_; }
  std::uint64_t results_read() const { return results_read_; }
  std::uint64_t dead_letters_read() const { return dead_letters_read_; }

 private:
  static constexpr int most_rows = 2;  // each time, ten times a second
  kafka::TopicReader results_, dead_letters_;
  std::atomic<std::uint64_t> results_read_{0}, dead_letters_read_{0};
  bool headed_ = false;
};

int demo(const Options& options) {
  const SignalWatch signals;
  EndWatch end;
  const Workspace workspace{"demo"};
  std::unique_ptr<Source> source = input(options);
  const std::uint64_t total =
      options.folder.empty() ? static_cast<std::uint64_t>(options.count) : count_input(options.folder);
  const std::string model = workspace.path + "/phantom.model";
  if (options.folder.empty()) train(options, model);

  kafka::MockBroker broker;
  const std::string servers = broker.servers();
  for (const std::string_view topic : {frames, results, dead_letters})
    broker.make_topic(std::string{topic}, topic == frames ? 4 : 1);
  Pipeline pipeline{load_plan_text(graph_yaml(options, model, servers), "demo.yaml")};
  const Server server = serve(pipeline);
  warn_of_taken_port(server);
  std::cerr << fmt::format(
      "embedded broker  {}    kcat -b {} -t {} -C\n"
      "metrics          {}/metrics    also /status, /healthz, /readyz\n",
      paint_stderr(servers, Colour::Bold), servers, results, paint_stderr(server.url(), Colour::Bold));

  Screen screen{servers};
  const auto ended = [&pipeline] {
    const PipelineStats stats = pipeline.stats();
    return stats.records_delivered + stats.records_failed;
  };
  DemoFeed feed{std::move(source), servers, std::string{frames},
                // No further ahead of the reader either: the broker forgets results too.
                [&] { return std::min(ended(), screen.read() + 200); }};
  feed.start();
  const auto all_ended = [&] { return feed.finished() && ended() >= feed.sent(); };
  RunReport report =
      run_pipeline(pipeline, signals, end,
                   {.title = "demo", .total = total, .tick = [&] { screen.show(); }, .finished = all_ended});
  // The graph's own input has no end; what is fed to it has.
  report.cut_short = report.interrupted && !all_ended();
  std::uint64_t written = 0;
  for (const SinkStats& sink : report.stats.sinks) written += sink.written;
  screen.show_rest(written);

  log_line(spdlog::level::info,
           fmt::format(
               "{} sent{}; read back from the topics: {}, {}", counted(feed.sent(), "frame"),
               feed.left_out()
                   ? fmt::format(" ({} left out: larger than the embedded broker takes)", feed.left_out())
                   : "",
               counted(screen.results_read(), "result"), counted(screen.dead_letters_read(), "dead letter")),
           {{"sent", feed.sent()},
            {"results", screen.results_read()},
            {"dead_letters", screen.dead_letters_read()}});
  print_summary(report, pipeline.plan());
  if (const auto failure = feed.failure()) throw std::runtime_error{"the sender failed: " + *failure};
  if (screen.read() != written)
    throw std::runtime_error{fmt::format("{} results were written, {} read back", written, screen.read())};
  return report.exit_code();
}

const Command command{
    "demo",
    "Shows the main job with an embedded Kafka broker: frames in, results out.",
    "radflow demo",
    [](CLI::App& app) {
      auto options = std::make_shared<Options>();
      app.add_option("folder", options->folder,
                     "DICOM, PNG, JPEG or TIFF files to send; default: synthetic chest slices.");
      app.add_option("--count", options->count, "How many synthetic slices.")
          ->check(one_or_more())
          ->capture_default_str();
      app.add_option("--size", options->size, "Their rows and columns.")
          ->check(CLI::Range(64, 1024))
          ->capture_default_str();
      app.add_option("--rate", options->rate, "Slices per second; default: as fast as the graph takes them.")
          ->check(above_zero());
      return [options] { return demo(*options); };
    },
    Command::Signals::Watched,
    Command::Stderr::Log};

}  // namespace
}  // namespace radflow::cli
