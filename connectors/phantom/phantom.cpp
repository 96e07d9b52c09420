// phantom: seeded synthetic chest slices with and without a lesion, labelled; no input needed.
//   - phantom: {count: 1000, width: 512, height: 512, depth: 16}
// Emits raw pixels with the headers that `decode` reads. Keys are "lesion/phantom-00000007": with the sink
// `images` the slices become a folder with one folder per class.
#include <fmt/format.h>

#include <condition_variable>
#include <mutex>

#include "connectors/phantom/slices.hpp"
#include "connectors/progress.hpp"
#include "graph/connector.hpp"

namespace radflow {
namespace {

struct Params {
  int width = 512;
  int height = 512;
  int depth = 16;
  std::int64_t count = 1000;
  double rate = 0;
  int seed = 1;
  double lesions = 0.5;
};

// Until `time`, or a stop is requested.
void sleep_until(std::chrono::steady_clock::time_point time, const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any woken;
  std::unique_lock lock{mutex};
  woken.wait_until(lock, stop, time, [] { return false; });
}

class Phantom final : public Source {
 public:
  explicit Phantom(const Params& params)
      : params_{checked(params)},
        slices_{PhantomOptions{params.width, params.height, params.depth, params.seed, params.lesions}},
        progress_{"phantom", params.count == 0 ? -1 : params.count} {
    headers_ = {{"content-type", "application/x-radflow-raw"},
                {"radflow-rows", std::to_string(params.height)},
                {"radflow-columns", std::to_string(params.width)},
                {"radflow-depth", params.depth == 8 ? "u8" : "u16"},
                {"radflow-channels", "1"},
                {"radflow-byte-order", "little"},
                {"radflow-units", "stored"},
                {"radflow-row-spacing", fmt::format("{}", PhantomSlices::field_mm / params.width)},
                {"radflow-column-spacing", fmt::format("{}", PhantomSlices::field_mm / params.width)},
                {"radflow-modality", "CT"}};
  }

  static std::vector<ParamError> check(const Params& params, const BuildInfo&) {
    std::vector<ParamError> wrong;
    collect(wrong, [&] { checked(params); });
    return wrong;
  }

  void run(Intake& intake, std::stop_token stop) override {
    const auto start = std::chrono::steady_clock::now();
    for (std::int64_t i = 0; (params_.count == 0 || i < params_.count) && !stop.stop_requested(); ++i) {
      Record record = make(i);
      progress_.admit(i);
      if (params_.rate > 0)
        sleep_until(start + std::chrono::microseconds{static_cast<std::int64_t>(1e6 * i / params_.rate)},
                    stop);
      while (!stop.stop_requested() && intake.admit(record) == Admission::Full)
        intake.wait(std::chrono::milliseconds{100});
    }
  }
  void done(const Position& position) override { progress_.done(position); }
  void parked(const Position& position) override { progress_.done(position); }
  void stand_in(std::int32_t partition) override { progress_.stand_in(partition); }
  bool has_end() const override { return params_.count > 0; }
  std::vector<PartitionStatus> partitions() const override { return progress_.status(); }

 private:
  static const Params& checked(const Params& params) {
    if (params.depth != 8 && params.depth != 16) throw ParamError{"depth", "a pixel has 8 or 16 bits"};
    return params;
  }
  Record make(std::int64_t index) const {
    PhantomSlice slice = slices_.make(static_cast<std::uint64_t>(index));
    Record record;
    record.value = std::move(slice.pixels);
    const std::string label = slice.lesion ? "lesion" : "normal";
    record.key = fmt::format("{}/phantom-{:08}", label, index);  // as the source `files` would name it
    record.headers = headers_;
    record.headers.push_back({"label", label});
    record.position = progress_.position(index);
    return record;
  }

  Params params_;
  PhantomSlices slices_;
  Progress progress_;
  std::vector<Header> headers_;  // of every record
};

const RegisterSource<Phantom, Params> registered{
    SourceSpec{"phantom",
               "Makes synthetic chest slices with and without a lesion, labelled, the same for one seed."}
        .param(&Params::width, "width", range(16, 8192), "Columns.")
        .param(&Params::height, "height", range(16, 8192), "Rows.")
        .param(&Params::depth, "depth", range(8, 16), "Bits of a pixel: 8 or 16 (values 0 to 4095).")
        .param(&Params::count, "count", at_least(0), "How many slices; 0: without end.")
        .param(&Params::rate, "rate", at_least(0), "Slices per second; 0: as fast as they are taken.")
        .param(&Params::seed, "seed", at_least(0), "Another seed gives other slices.")
        .param(&Params::lesions, "lesions", range(0, 1), "Share of slices with a lesion.")
        .key_is_unique()
        .example("phantom: {count: 1000, width: 512, height: 512, depth: 16, seed: 1}")};

}  // namespace
}  // namespace radflow
