// Allocations, bytes allocated and page faults of one frame, after the first ones: node by node of a chain on one thread, and of
// a whole graph from files to NDJSON. Bytes that a frame allocates are what it is copied into: a node that gives a frame of
// its own allocates it, a view allocates nothing.
//   radflow_memory_bench [FRAMES]
#include "tests/bench/counted_memory.hpp"

#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <opencv2/imgproc.hpp>

#include "graph/pipeline.hpp"
#include "graph/plan.hpp"
#include "tests/bench/decode/dicom_file.hpp"
#include "tests/bench/decode/encoders.hpp"
#include "tests/bench/decode/images.hpp"
#include "tests/bench/report.hpp"
#include "tests/fake_context.hpp"

namespace radflow::bench {
namespace {

struct Each {
  double allocations, kibibytes, faults;
  Each(const Memory& before, const Memory& after, int frames)
      : allocations{(after.allocations - before.allocations) / frames},
        kibibytes{(after.bytes - before.bytes) / frames / 1024},
        faults{(after.faults - before.faults) / frames} {}
};

void tell(const std::string& what, const Each& each) {
  const auto row = [&](const char* unit, double value) {
    report({"memory", what + ": " + unit + " a frame", value, value, value});
  };
  row("allocations", each.allocations);
  row("KiB allocated", each.kibibytes);
  row("page faults", each.faults);
}

Payload called(NodeBody& node, const Payload& payload, const Context& context) {
  const Payload* input = &payload;
  Outcome outcome = node.call({&input, 1}, context);
  must(!outcome.error, "a node fails");
  if (outcome.pieces.empty()) return std::move(outcome.value);
  return *outcome.pieces.front().value;
}

// All frames through one node before the next, so that each node's share is told apart; then all of it frame by frame.
void measure_chain(const std::string& what, const Record& record, const std::vector<std::string>& yaml,
                   int frames) {
  const FakeContext context;
  std::vector<std::unique_ptr<NodeBody>> nodes;
  for (const std::string& node : yaml) nodes.push_back(make_node(node));
  const auto whole = [&] {
    Payload now = Payload::of(record);
    for (const auto& node : nodes) now = called(*node, now, context);
  };
  for (int i = 0; i < 20; ++i) whole();
  Payload now = Payload::of(record);
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    const Memory before = memory_now();
    for (int i = 0; i < frames; ++i) called(*nodes[n], now, context);
    const Each each{before, memory_now(), frames};
    std::printf("  %-40s %6.1f allocations, %7.1f KiB, %.3f faults\n", yaml[n].c_str(), each.allocations,
                each.kibibytes, each.faults);
    now = called(*nodes[n], now, context);
  }
  const Memory before = memory_now();
  for (int i = 0; i < frames; ++i) whole();
  tell(what, {before, memory_now(), frames});
}

Record raw_frame() {
  cv::Mat noise(512, 512, CV_32F), pixels;
  cv::RNG{1}.fill(noise, cv::RNG::UNIFORM, 0, 4095);
  cv::GaussianBlur(noise, noise, {}, 2);
  noise.convertTo(pixels, CV_16U);
  Record record;
  record.value = Bytes::copy(pixels.data, pixels.total() * 2);
  record.headers = {{"content-type", "application/x-radflow-raw"},
                    {"radflow-rows", "512"},
                    {"radflow-columns", "512"},
                    {"radflow-depth", "u16"}};
  return record;
}

void measure_compressed(int frames) {
  const auto file = pydicom_file("J2K_pixelrep_mismatch.dcm");
  if (!file) return;
  const Source source = source_of("CT", *file);
  const int bits = source.image.layout().bits_stored;
  const cv::Mat samples =
      source.samples & cv::Mat(source.samples.size(), source.samples.type(), cv::Scalar((1 << bits) - 1));
  const auto of = [&](const char* uid, const Codestream& codestream) {
    Record record;
    record.value = Bytes::of(encapsulated_file(source.image.dataset(), uid, codestream));
    return record;
  };
  const Record lossless = of("1.2.840.10008.1.2.4.70", jpeg_lossless(samples));
  measure_chain("CT in JPEG lossless, 512 x 512 16 bit", lossless, {"decode: {rescale: false}"}, frames);
  measure_chain("CT in JPEG lossless, 512 x 512 16 bit, rescaled", lossless, {"decode:"}, frames);
  measure_chain("CT in RLE, 512 x 512 16 bit", of("1.2.840.10008.1.2.5", rle(samples)),
                {"decode: {rescale: false}"}, frames);
}

// All of the graph, of which the first tenth is not counted: by the difference of two runs.
void measure_small_pngs(int frames) {
  const auto folder = std::filesystem::path{source_folder} / "../shared/data/pneumoniamnist/train";
  if (!std::filesystem::exists(folder)) return;
  Record small;
  small.value = Bytes::of(small_pngs(1).at(0));
  measure_chain("PNG 28 x 28", small, {"decode:", "lbp:", "histogram:", "encode:"}, frames);
  const auto scratch =
      std::filesystem::temp_directory_path() / ("radflow_memory_bench." + std::to_string(getpid()));
  std::filesystem::create_directories(scratch);
  const std::string graph = "graph: small\nworkers: 1\nsources:\n  - files: {path: " + folder.string() +
                            "}\nnodes:\n  - decode\n  - lbp\n  - histogram\nsinks:\n  - ndjson: {path: " +
                            (scratch / "out.ndjson").string() + ", if_exists: overwrite}\n";
  const auto run = [&] {
    Pipeline pipeline{load_plan_text(graph, "memory_bench.yaml", {})};
    pipeline.start();
    pipeline.wait();
  };
  run();
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator{folder})
    files += entry.path().extension() == ".png";
  const Memory before = memory_now();
  const auto begin = std::chrono::steady_clock::now();
  run();
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
  tell(std::to_string(files) + " PNG of 28 x 28 through decode, lbp, histogram to NDJSON",
       {before, memory_now(), files});
  std::printf("%.0f a second, one worker\n", files / spent.count());
  std::filesystem::remove_all(scratch);
}

}  // namespace
}  // namespace radflow::bench

int main(int argc, char** argv) {
  using namespace radflow::bench;
  cv::setNumThreads(1);
  const int frames = argc > 1 ? std::atoi(argv[1]) : 500;
  measure_chain("raw 512 x 512 16 bit", raw_frame(),
                {"decode:", "window: {center: 2048, width: 4096}", "resize: {width: 256, height: 256}",
                 "gaussian_blur: {sigma: 1}", "lbp:", "histogram:", "encode:"},
                frames);
  measure_compressed(frames / 5);
  measure_small_pngs(frames);
}
