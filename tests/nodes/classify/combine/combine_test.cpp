// One label of several members.
#include <gmock/gmock.h>

#include <cmath>

#include "graph/build.hpp"
#include "graph/node.hpp"
#include "graph/plan.hpp"
#include "nodes/types/prediction.hpp"
#include "tests/fake_context.hpp"

namespace radflow {
namespace {

using ::testing::HasSubstr;

Prediction member(std::vector<std::string> classes, std::vector<double> probabilities) {
  Prediction prediction;
  prediction.classes = std::make_shared<const std::vector<std::string>>(std::move(classes));
  prediction.probabilities = std::move(probabilities);
  prediction.model_digest = "sha256:one";
  return prediction;
}
Prediction yes(double probability) { return member({"no", "yes"}, {1 - probability, probability}); }

// Members come in the order of their names.
Outcome combined(const std::string& params, const std::vector<Prediction>& members) {
  std::vector<Payload> payloads;
  for (const Prediction& one : members) payloads.push_back(Payload::of(one));
  std::vector<const Payload*> inputs;
  for (const Payload& payload : payloads) inputs.push_back(&payload);
  return make_node("combine: {" + params + "}")->call(inputs, FakeContext{});
}

const std::string members = "members: {cnn: {scale: 3.4}, svm: {scale: 2.1}}";

// logit(.8) / 3.4 + logit(.3) / 2.1 = 1.386294 / 3.4 - .847298 / 2.1 = .407734 - .403475
TEST(Combine, AddsUpLogitsByTheirScale) {
  const Prediction both = combined(members, {yes(0.8), yes(0.3)}).value.as<Prediction>();
  EXPECT_NEAR(both.probabilities[1], 1 / (1 + std::exp(-0.0042583)), 1e-6);
  EXPECT_NEAR(both.probabilities[0] + both.probabilities[1], 1, 1e-15);
  EXPECT_EQ(both.label, 1U);
  EXPECT_EQ(both.model_digest.size(), 71U);
  const Prediction alone = combined("members: {svm: {scale: 1}}", {yes(0.3)}).value.as<Prediction>();
  EXPECT_NEAR(alone.probabilities[1], 0.3, 1e-12);
}

TEST(Combine, CalibratesTheSumAndOwnsTheThreshold) {
  const Prediction both =
      combined(members + ", calibration: {slope: 100, offset: 1}, threshold: 0.81", {yes(0.8), yes(0.3)})
          .value.as<Prediction>();
  EXPECT_NEAR(both.probabilities[1], 1 / (1 + std::exp(-1.42583)), 1e-5);  // 0.8062
  EXPECT_EQ(both.label, 0U);
}

TEST(Combine, TakesSureMembers) {
  const Prediction both = combined(members, {yes(1), yes(0)}).value.as<Prediction>();
  EXPECT_TRUE(std::isfinite(both.probabilities[0]));
  EXPECT_LT(both.probabilities[1], 0.5) << "the member of the smaller scale counts for more";
}

// Softmax of (ln .5 / 2 + ln .2, ln .3 / 2 + ln .2, ln .2 / 2 + ln .6)
TEST(Combine, OfMoreClassesAddsUpTheirLogarithms) {
  const std::vector<std::string> abc{"a", "b", "c"};
  const Prediction both = combined("members: {x: {scale: 2}, y: {scale: 1}}",
                                   {member(abc, {0.5, 0.3, 0.2}), member(abc, {0.2, 0.2, 0.6})})
                              .value.as<Prediction>();
  const double a = std::sqrt(0.5) * 0.2, b = std::sqrt(0.3) * 0.2, c = std::sqrt(0.2) * 0.6;
  EXPECT_NEAR(both.probabilities[0], a / (a + b + c), 1e-12);
  EXPECT_NEAR(both.probabilities[2], c / (a + b + c), 1e-12);
  EXPECT_EQ(both.label, 2U);
}

TEST(Combine, RefusesOtherClasses) {
  const Outcome other = combined(members, {yes(0.5), member({"yes", "no"}, {0.5, 0.5})});
  ASSERT_EQ(other.kind, Outcome::Kind::Failed);
  EXPECT_EQ(other.error->reason, "other_classes");
  const Prediction three = member({"a", "b", "c"}, {0.2, 0.3, 0.5});
  EXPECT_EQ(combined("members: {x: {scale: 1}}, threshold: 0.3", {three}).error->reason, "other_classes");
}

// What comes in is what has a scale.
TEST(Combine, KnowsItsMembersByName) {
  const auto wrong = [](const std::string& scales) {
    const Plan plan = load_plan_text(
        "sources: [phantom: {}]\nnodes:\n  - decode\n  - statistics\n  - classify: {model: absent, name: "
        "svm}\n"
        "  - classify: {model: absent, name: cnn, from: statistics}\n"
        "  - combine: {members: {" +
            scales + "}, from: [svm, cnn]}\nsinks: [stdout: {}]\n",
        "g.yaml", Overrides{.training = true});
    std::string all;
    for (const Diagnostic& one : refusals(plan, Purpose::Train)) all += one.message;
    return all;
  };
  EXPECT_EQ(wrong("svm: {scale: 2}, cnn: {scale: 3}"), "");
  EXPECT_THAT(wrong("svm: {scale: 2}"), HasSubstr("'cnn' comes in and has no scale"));
  EXPECT_THAT(wrong("svm: {}, cnn: {}, mlp: {}"), HasSubstr("'mlp' does not come in"));
}

}  // namespace
}  // namespace radflow
