// What the smallest real jobs cost, graph and nodes together: time of the processor and by the clock, per record.
// For comparing two builds: run them in turn and compare medians.
//   radflow_jobs_bench JOB [RECORDS]     JOB: png28 | pass1k | pass64k | phantom
#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdlib>
#include <opencv2/imgcodecs.hpp>

#include "graph/pipeline.hpp"

namespace radflow {
namespace {

// Gives the same value again and again, with one of 16 keys.
class Repeating final : public Source {
 public:
  Repeating(Bytes value, int count) : value_{std::move(value)}, count_{count} {}
  void run(Intake& intake, std::stop_token) override {
    for (int i = 0; i < count_; ++i) {
      Record record;
      record.value = Bytes::copy(reinterpret_cast<const unsigned char*>(value_.text().data()), value_.size());
      record.key = std::to_string(i % 16);
      record.position.offset = i;
      while (intake.admit(record) == Admission::Full) intake.wait(std::chrono::milliseconds{10});
    }
  }

 private:
  Bytes value_;
  int count_;
};

class Taker final : public Sink {
 public:
  void submit(Payload, const Context&, Acknowledge acknowledge) override { acknowledge(std::nullopt); }
  bool flush(std::chrono::milliseconds) override { return true; }
};

Bytes png28() {
  cv::Mat picture(28, 28, CV_8U);
  cv::randu(picture, 0, 256);
  std::vector<unsigned char> png;
  cv::imencode(".png", picture, png);
  return Bytes::copy(png.data(), png.size());
}

Plan plan_of(const std::string& job, int count) {
  const std::string nodes =
      job == "png28" ? "nodes: [decode, {lbp: {points: 8, radius: 1}}, histogram, encode]\n"
      : job == "phantom"
          ? "nodes: [decode, {window: {center: 1064, width: 400}}, {gaussian_blur: {sigma: 1}}, "
            "{lbp: {points: 8, radius: 1}}, histogram, encode]\n"
          : "";
  Plan plan =
      load_plan_text("graph: jobs\nsources:\n  - phantom: {width: 512, height: 512, depth: 16, count: " +
                         std::to_string(count) + "}\n" + nodes + "sinks:\n  - stdout\n",
                     "jobs_bench.yaml");
  auto* sink = new Spec{*plan.sinks[0].spec};
  sink->make_sink = [](const void*, const BuildInfo&) { return std::make_unique<Taker>(); };
  plan.sinks[0].spec = sink;
  if (job == "phantom") return plan;
  const std::vector<unsigned char> zeros(job == "pass1k" ? 1024 : 65536);
  const Bytes value = job == "png28" ? png28() : Bytes::copy(zeros.data(), zeros.size());
  auto* source = new Spec{*plan.sources[0].spec};
  source->make_source = [value, count](const void*, const BuildInfo&) {
    return std::make_unique<Repeating>(value, count);
  };
  plan.sources[0].spec = source;
  return plan;
}

double processor_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

}  // namespace
}  // namespace radflow

int main(int argc, char** argv) {
  using namespace radflow;
  const std::string job = argc > 1 ? argv[1] : "png28";
  const int count = argc > 2 ? std::atoi(argv[2]) : job == "phantom" ? 500 : 200'000;
  Pipeline pipeline{plan_of(job, count)};
  const double used = processor_seconds();
  const auto begin = std::chrono::steady_clock::now();
  pipeline.start();
  pipeline.wait();
  const double elapsed = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  fmt::print("{} {:.3f} us of the processor, {:.3f} us by the clock, a record\n", job,
             1e6 * (processor_seconds() - used) / count, 1e6 * elapsed / count);
}
