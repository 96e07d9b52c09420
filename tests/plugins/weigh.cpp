// A plug-in with a source and a node of its own: marbles, and what each weighs.
#include <chrono>
#include <string>

#include "graph/connector.hpp"
#include "graph/node.hpp"
#include "tests/plugins/weight.hpp"

namespace weighing {
namespace {

using namespace radflow;

struct MarblesParams {
  int count = 3;
};

class Marbles final : public Source {
 public:
  explicit Marbles(const MarblesParams& params) : count_{params.count} {}

  void run(Intake& intake, std::stop_token stop) override {
    for (int i = 0; i < count_ && !stop.stop_requested(); ++i) {
      Record record;
      record.value = Bytes::of(std::string(static_cast<std::size_t>(i + 1), 'o'));
      record.position = {.topic = "marbles", .offset = i};
      while (!stop.stop_requested() && intake.admit(record) == Admission::Full)
        intake.wait(std::chrono::milliseconds{100});
    }
  }

 private:
  int count_;
};

struct WeighParams {
  double grams = 5;
};

class Weigh {
 public:
  explicit Weigh(const WeighParams& params) : grams_{params.grams} {}

  Weight operator()(const Record& record) const {
    return Weight{grams_ * static_cast<double>(record.value.size())};
  }

 private:
  double grams_;
};

const RegisterSource<Marbles, MarblesParams> marbles{
    SourceSpec{"marbles", "Gives one marble, two marbles and so on."}.param(&MarblesParams::count, "count",
                                                                            at_least(1), "How often.")};
const Register<Weigh, WeighParams> weigh{NodeSpec{"weigh", "Weighs marbles."}.param(
    &WeighParams::grams, "grams", at_least(0), "What one marble weighs.")};

}  // namespace
}  // namespace weighing
