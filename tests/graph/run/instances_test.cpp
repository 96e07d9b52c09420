// Nodes that may not be called concurrently, and what their instances share.
#include <gmock/gmock.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "graph/build.hpp"
#include "graph/node.hpp"
#include "graph/pipeline.hpp"

namespace radflow {
namespace {

struct Weights {
  static inline std::atomic<int> made = 0;
  Weights() { ++made; }
};

struct Params {
  std::string key = "weights";
};

// Counts its instances, and the calls that met another call in their instance.
class Alone {
 public:
  static constexpr bool exclusive = true;
  static inline std::atomic<int> made = 0, calls = 0, met = 0;

  Alone(const Params& params, const BuildInfo& info)
      : weights_{info.resources->get<const Weights>(params.key,
                                                    [] { return std::make_shared<const Weights>(); })} {
    ++made;
  }

  Payload operator()(const Payload& payload) {
    if (busy_->exchange(true)) ++met;
    std::this_thread::sleep_for(std::chrono::microseconds{200});
    busy_->store(false);
    ++calls;
    return payload;
  }

 private:
  std::shared_ptr<const Weights> weights_;
  std::unique_ptr<std::atomic<bool>> busy_ = std::make_unique<std::atomic<bool>>(false);
};

const Register<Alone, Params> registered{NodeSpec{"test_alone", "May not be called concurrently."}.param(
    &Params::key, "key", any(), "Of the weights.")};

class InstancesOfANode : public testing::Test {
 protected:
  InstancesOfANode() : file_{testing::TempDir() + "radflow_instances_" + std::to_string(getpid())} {
    Alone::made = Alone::calls = Alone::met = Weights::made = 0;
  }
  ~InstancesOfANode() override { std::filesystem::remove(file_); }

  void run(const std::string& nodes, int workers = 4) const {
    Pipeline pipeline{
        load_plan_text("workers: " + std::to_string(workers) +
                           "\nsources: [phantom: {count: 200, width: 16, height: 16}]\nnodes: [" + nodes +
                           "]\nsinks: [ndjson: {path: " + file_ + "}]",
                       "graph.yaml")};
    pipeline.start();
    EXPECT_TRUE(pipeline.wait());
    EXPECT_EQ(Alone::calls % 200, 0);
    EXPECT_GT(Alone::calls, 0);
    EXPECT_EQ(Alone::met, 0) << "calls at a time in one instance";
  }

  const std::string file_;
};

TEST_F(InstancesOfANode, AreAsManyAsWorkers) {
  run("test_alone");
  EXPECT_EQ(Alone::made, 4);
}

TEST_F(InstancesOfANode, FollowConcurrency) {
  run("{test_alone: {}, concurrency: 2}");
  EXPECT_EQ(Alone::made, 2);
}

TEST_F(InstancesOfANode, OfOneAtATimeThereIsOne) {
  run("{test_alone: {}, concurrency: 1}");
  EXPECT_EQ(Alone::made, 1);
}

TEST_F(InstancesOfANode, AreNoMoreThanWorkers) {
  run("{test_alone: {}, concurrency: 8}", 3);
  EXPECT_EQ(Alone::made, 3);
}

TEST_F(InstancesOfANode, ShareWhatIsMadeOncePerGraph) {
  run("test_alone, {test_alone: {}, name: b}, {test_alone: {key: others}, name: c}");
  EXPECT_EQ(Alone::made, 12);
  EXPECT_EQ(Weights::made, 2);
  run("test_alone");
  EXPECT_EQ(Weights::made, 3) << "another graph has its own";
}

TEST(Resources, MakeAgainWhatNobodyHoldsOrCouldNotBeMade) {
  Resources resources;
  int made = 0;
  const auto make = [&] { return std::make_shared<int>(++made); };
  const auto broken = []() -> std::shared_ptr<int> { throw std::runtime_error{"no"}; };
  EXPECT_THROW(resources.get<int>("a", broken), std::runtime_error);
  auto held = resources.get<int>("a", make);
  EXPECT_EQ(resources.get<int>("a", make), held);
  EXPECT_NE(resources.get<int>("b", make), held);
  held.reset();
  EXPECT_EQ(*resources.get<int>("a", make), 3);
}

}  // namespace
}  // namespace radflow
