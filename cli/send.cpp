// send: publishes the files of a folder as frames, one record each.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <map>
#include <mutex>
#include <thread>

#include "cli/checks.hpp"
#include "cli/command.hpp"
#include "cli/kafka_options.hpp"
#include "cli/log.hpp"
#include "cli/runner.hpp"
#include "cli/terminal.hpp"
#include "connectors/files/folder.hpp"
#include "connectors/kafka/client/producer.hpp"

namespace radflow::cli {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

struct Options {
  std::string input, topic, key = "path", mask, count;
  KafkaOptions kafka;
  double rate = 0;
  std::uint64_t limit = 0;  // 0: all
};

// What the broker has said so far; its reports come on a thread of their own.
struct Tally {
  std::atomic<std::uint64_t> sent{0}, sent_bytes{0}, waiting_bytes{0};
  std::mutex mutex;
  struct Failed {
    std::string file;
    Error error;
  };
  std::vector<Failed> failed;

  void fail(const std::string& file, Error error) {
    std::lock_guard lock{mutex};
    failed.push_back({file, std::move(error)});
  }
  std::vector<Failed> take_failed() {
    std::lock_guard lock{mutex};
    return std::exchange(failed, {});
  }
};

std::string folder_of(const InputFile& file) {
  return std::filesystem::path{file.relative}.parent_path().string();
}

std::optional<std::string> key_of(const InputFile& file, const std::string& kind) {
  if (kind == "none") return std::nullopt;
  if (kind == "name") return std::filesystem::path{file.relative}.filename().string();
  if (kind == "folder") return folder_of(file);
  return file.relative;
}

// How many files each folder holds.
using Counts = std::map<std::string, std::size_t>;

void send_one(const InputFile& file, const Options& options, const Counts& counts, kafka::Producer& producer,
              Tally& tally) {
  try {
    if (lacks_mask(file)) throw std::runtime_error{fmt::format("{} has no mask {}", file.path, file.mask)};
    auto record = std::make_shared<Record>(read_file(file));
    record->key = key_of(file, options.key);
    if (!options.count.empty())
      record->headers.push_back({options.count, std::to_string(counts.at(folder_of(file)))});
    // The time of sending: a topic's retention would delete records as old as the files may be.
    record->timestamp_ms = Record::open_timestamp;
    const std::size_t bytes = record->value.size();
    tally.waiting_bytes += bytes;
    producer.produce(std::move(record), [&tally, bytes, name = file.path](std::optional<Error> error) {
      tally.waiting_bytes -= bytes;
      if (error) return tally.fail(name, *std::move(error));
      tally.sent_bytes += bytes;
      ++tally.sent;
    });
  } catch (const std::exception& error) {
    tally.fail(file.path, {"unreadable", error.what()});
  }
}

int send(const Options& options) {
  const SignalWatch signals;
  std::vector<InputFile> files =
      options.mask.empty() ? list_files(options.input) : list_files(options.input, options.mask);
  Counts counts;
  for (const InputFile& file : files) ++counts[folder_of(file)];
  if (options.limit > 0 && files.size() > options.limit) files.resize(options.limit);
  Tally tally;  // outlives the producer
  kafka::Producer producer{options.topic, options.kafka.properties(), "send"};
  constexpr std::uint64_t most_waiting = 64 << 20;

  const auto start = Clock::now();
  std::size_t failed = 0;
  bool interrupted = false;
  {
    ProgressBar bar{"send", files.size()};
    const auto attend = [&] {
      for (const auto& [file, error] : tally.take_failed()) {
        bar.hide();
        log_line(
            spdlog::level::err,
            fmt::format("{}{}: {}: {}", paint_stderr("not sent: ", Colour::Red), file, error.reason,
                        error.detail),
            {{"topic", options.topic}, {"path", file}, {"reason", error.reason}, {"cause", error.detail}});
        ++failed;
      }
      bar.update(tally.sent + failed);
      interrupted = interrupted || signals.came();
      return !interrupted;
    };
    for (std::size_t i = 0; i < files.size() && attend(); ++i) {
      const auto due =
          start +
          std::chrono::microseconds{
              options.rate > 0 ? static_cast<std::int64_t>(1e6 * static_cast<double>(i) / options.rate) : 0};
      while ((Clock::now() < due || tally.waiting_bytes > most_waiting) && attend())
        std::this_thread::sleep_for(std::clamp<Clock::duration>(due - Clock::now(), 100us, 50ms));
      if (!interrupted) send_one(files[i], options, counts, producer, tally);
    }
    while (!producer.flush(100ms) && attend()) continue;
    attend();
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  const double mb = static_cast<double>(tally.sent_bytes) / 1e6;
  log_line(spdlog::level::info,
           fmt::format("{} of {} frames sent, {:.1f} MB in {:.2f} s: {:.0f} frames/s, {:.1f} MB/s",
                       tally.sent.load(), files.size(), mb, seconds,
                       static_cast<double>(tally.sent) / seconds, mb / seconds),
           {{"topic", options.topic},
            {"sent", tally.sent.load()},
            {"files", files.size()},
            {"failed", failed},
            {"bytes", tally.sent_bytes.load()},
            {"seconds", seconds}});
  if (interrupted) return exit_interrupted;
  return failed == 0 ? exit_ok : exit_failed;
}

const Command command{
    "send",
    "Publishes the files of a folder as frames, one record each.",
    "radflow send scans/ --broker localhost:9092 --topic frames",
    [](CLI::App& app) {
      auto options = std::make_shared<Options>();
      app.add_option("folder", options->input,
                     "A folder, file or glob. The class folder's name goes along as label.")
          ->required();
      options->kafka.add_to(app);
      app.add_option("--topic", options->topic, "The topic to write.")->required();
      app.add_option("--rate", options->rate, "Frames per second; default: as fast as the broker takes them.")
          ->check(above_zero());
      app.add_option("--key", options->key,
                     "path: relative to the folder; name: the file's; folder: its folder's; none.")
          ->check(CLI::IsMember({"path", "name", "folder", "none"}))
          ->capture_default_str();
      app.add_option("--mask", options->mask,
                     "The mask beside each file, such as '{stem}_mask.png', in the header radflow-mask.");
      app.add_option(
          "--count", options->count,
          "A header for the number of files in the file's folder, such as slices; nodes that gather read "
          "it (count: header:slices).");
      app.add_option("--limit", options->limit, "At most this many files.")->check(one_or_more());
      return [options] { return send(*options); };
    },
    Command::Signals::Watched,
    Command::Stderr::Log};

}  // namespace
}  // namespace radflow::cli
