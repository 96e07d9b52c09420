// The smallest real jobs, from records in memory to a sink that takes all.
#pragma once

#include <chrono>
#include <opencv2/imgcodecs.hpp>
#include <string>

#include "graph/pipeline.hpp"

namespace radflow::bench {

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

class JobSink final : public Sink {
 public:
  void submit(Payload, const Context&, Acknowledge acknowledge) override { acknowledge(std::nullopt); }
  bool flush(std::chrono::milliseconds) override { return true; }
};

inline Bytes png28() {
  cv::Mat picture(28, 28, CV_8U);
  cv::randu(picture, 0, 256);
  std::vector<unsigned char> png;
  cv::imencode(".png", picture, png);
  return Bytes::copy(png.data(), png.size());
}

inline Plan plan_of_job(const std::string& job, int count) {
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
  sink->make_sink = [](const void*, const BuildInfo&) { return std::make_unique<JobSink>(); };
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

}  // namespace radflow::bench
