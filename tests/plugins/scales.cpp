// A plug-in with a sink that takes the payload of another plug-in.
#include <cstdio>

#include "graph/connector.hpp"
#include "tests/plugins/weight.hpp"

namespace weighing {
namespace {

using namespace radflow;

class Scales final : public Sink {
 public:
  explicit Scales(const NoParams&) {}

  void submit(Payload output, const Context& context, Acknowledge acknowledge) override {
    std::printf("%s:%d %g g\n", context.record().position.topic.c_str(),
                static_cast<int>(context.record().position.offset), output.as<Weight>().grams);
    acknowledge(std::nullopt);
  }
  bool flush(std::chrono::milliseconds) override { return std::fflush(stdout) == 0; }
};

const RegisterSink<Scales, NoParams, Weight> scales{SinkSpec{"scales", "Prints weights on stdout."}};

}  // namespace
}  // namespace weighing
