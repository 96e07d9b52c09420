// The model of combine: its numbers against scikit-learn's and SciPy's, and the node that answers with it.
#include <gmock/gmock.h>

#include <fstream>

#include "graph/build.hpp"
#include "graph/plan.hpp"
#include "nodes/classify/combining.hpp"
#include "nodes/classify/model.hpp"
#include "nodes/types/prediction.hpp"
#include "tests/connectors/temporary_folder.hpp"
#include "tests/fake_context.hpp"
#include "tests/nodes/classify/training.hpp"

namespace radflow {
namespace {

using ::testing::HasSubstr;

BuildInfo info_of(std::vector<std::string> from) {
  BuildInfo info;
  info.graph = "g";
  info.name = "combine";
  info.from = std::move(from);
  return info;
}

std::vector<MemberScores> ten() {
  const double a[] = {.1, .2, .35, .6, .3, .7, .8, .9, .55, .95};
  const double b[] = {.3, .45, .2, .4, .65, .35, .6, .7, .8, .75};
  std::vector<MemberScores> scores;
  for (std::size_t i = 0; i < 10; ++i)
    scores.push_back({std::to_string(i), i < 5 ? "no" : "yes", "", "", {{1 - a[i], a[i]}, {1 - b[i], b[i]}}});
  return scores;
}

CombineParams params_of(std::vector<std::string> members) {
  CombineParams params;
  for (const std::string& member : members) params.members[member];
  return params;
}

// np.log(a / (1 - a)).std() of each member, and sklearn.calibration._SigmoidCalibration().fit(sum, y), scikit-learn 1.9.
TEST(Combination, HasTheNumbersOfScikitLearn) {
  const Model model = read_model(
      fit_combination(ten(), {"no", "yes"}, params_of({"a", "b"}), info_of({"a", "b"}), "ten", "image"), "m");
  const Combination& how = *model.manifest.combination;
  EXPECT_NEAR(how.scales[0], 1.5275226404021816, 1e-12);
  EXPECT_NEAR(how.scales[1], 0.868404410917099, 1e-12);
  EXPECT_NEAR(how.slope, 0.8478480223990763, 1e-4);  // where its minimisation of this flat loss stops
  EXPECT_NEAR(how.offset, -0.2390061560022807, 1e-4);
  EXPECT_EQ(model.manifest.algorithm, "combine");
  EXPECT_EQ(model.manifest.judged->cases, 10);
  EXPECT_THAT(model.manifest.judged->from, HasSubstr("held out of the scales"));
  EXPECT_FALSE(model.manifest.threshold);
}

TEST(Combination, TakesAScaleThatTheGraphGives) {
  CombineParams params = params_of({"a", "b"});
  params.members["b"].scale = 2;
  params.train = CombineTraining{CombineFit::None, ThresholdParams{.positive = "yes"}};
  const Model model =
      read_model(fit_combination(ten(), {"no", "yes"}, params, info_of({"a", "b"}), "ten", "image"), "m");
  EXPECT_NEAR(model.manifest.combination->scales[0], 1.5275226404021816, 1e-12);
  EXPECT_EQ(model.manifest.combination->scales[1], 2);
  EXPECT_EQ(model.manifest.combination->slope, 1);
  EXPECT_EQ(model.manifest.threshold->positive, "yes");
}

// The spread of log(p) less its mean, and scipy.optimize.minimize_scalar of the loss of softmax(slope * log(p) / scale).
TEST(Combination, OfThreeClassesFitsASlope) {
  const std::vector<std::vector<double>> p{{.6, .3, .1}, {.5, .2, .3}, {.2, .5, .3}, {.4, .4, .2},
                                           {.1, .2, .7}, {.3, .3, .4}, {.3, .2, .5}, {.2, .6, .2}};
  const std::string labels[] = {"a", "a", "b", "b", "c", "c", "a", "b"};
  std::vector<MemberScores> scores;
  for (std::size_t i = 0; i < p.size(); ++i) scores.push_back({std::to_string(i), labels[i], "", "", {p[i]}});
  const Model model = read_model(
      fit_combination(scores, {"a", "b", "c"}, params_of({"x"}), info_of({"x"}), "eight", "image"), "m");
  EXPECT_NEAR(model.manifest.combination->scales[0], 0.5009624719540116, 1e-12);
  EXPECT_NEAR(model.manifest.combination->slope, 1.8672658420938901, 1e-6);
}

TEST(Combination, RefusesScoresThatSayTheOpposite) {
  std::vector<MemberScores> scores = ten();
  for (MemberScores& one : scores) one.label = one.label == "no" ? "yes" : "no";
  EXPECT_THROW(
      fit_combination(scores, {"no", "yes"}, params_of({"a", "b"}), info_of({"a", "b"}), "ten", "image"),
      std::runtime_error);
}

class CombineModel : public testing::Test {
 protected:
  CombineModel() {
    CombineParams params = params_of({"a", "b"});
    params.train = CombineTraining{CombineFit::Platt, ThresholdParams{.positive = "yes"}};
    bytes = fit_combination(ten(), {"no", "yes"}, params, info_of({"a", "b"}), "ten", "image");
    folder.write("both.model", bytes);
    path = folder.path("both.model");
  }
  std::unique_ptr<NodeBody> node(const std::string& more = "") const {
    return make_node("combine: {members: {a: {}, b: {}}, model: " + path + more + "}");
  }

  TemporaryFolder folder;
  std::string bytes, path;
};

TEST_F(CombineModel, AnswersWithItsNumbersAndItsThreshold) {
  const Model model = read_model(bytes, "both.model");
  const Combination& how = *model.manifest.combination;
  const auto body = node();
  for (const MemberScores& one : ten()) {
    std::vector<Payload> payloads;
    std::vector<const Payload*> inputs;
    for (const auto& p : one.probabilities) {
      Prediction member;
      member.classes =
          std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"no", "yes"});
      member.probabilities = p;
      payloads.push_back(Payload::of(member));
    }
    for (const Payload& payload : payloads) inputs.push_back(&payload);
    const Prediction both = body->call(inputs, FakeContext{}).value.as<Prediction>();
    const auto logit = [](double p) { return std::log(p / (1 - p)); };
    const double sum =
        logit(one.probabilities[0][1]) / how.scales[0] + logit(one.probabilities[1][1]) / how.scales[1];
    EXPECT_NEAR(both.probabilities[1], 1 / (1 + std::exp(-(how.slope * sum + how.offset))), 1e-12);
    EXPECT_EQ(both.label, both.probabilities[1] >= model.manifest.threshold->value ? 1U : 0U);
    EXPECT_EQ(both.model, "both.model");
    EXPECT_EQ(both.model_digest, model.digest);
    std::vector<float> logs;
    std::vector<double> stored(2);
    for (const auto& p : one.probabilities)
      for (const double value : p) logs.push_back(static_cast<float>(std::log(value)));
    model.classifier->probabilities(logs, stored);
    EXPECT_NEAR(stored[1], both.probabilities[1], 1e-6) << "the model by itself";
  }
}

TEST_F(CombineModel, OwnsTheNumbers) {
  const auto wrong = [&](const std::string& more) -> std::string {
    try {
      node(more);
    } catch (const std::exception& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_THAT(wrong(", threshold: 0.4"), HasSubstr("the model has it: leave threshold out"));
  EXPECT_THAT(wrong(", calibration: {}"), HasSubstr("the model has it"));
  std::string damaged = without_checksum(bytes);
  damaged.replace(damaged.find("\"slope\": "), 10, "\"slope\": -");
  EXPECT_THROW(read_model(damaged, "both.model"), ParamError);
}

TEST_F(CombineModel, RefusesOtherMembersAndScales) {
  const auto wrong = [&](const std::string& members) -> std::string {
    try {
      make_node("combine: {members: {" + members + "}, model: " + path + "}");
    } catch (const std::exception& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_THAT(wrong("a: {}, c: {}"), HasSubstr("is for the members a, b, and a, c come in"));
  EXPECT_THAT(wrong("a: {scale: 7}, b: {}"), HasSubstr("the scale of a is 7 here and 1.52"));
  EXPECT_EQ(wrong("a: {}, b: {}"), "");
}

// Absent it stands for 1, in the digest too: graphs without a model keep theirs.
TEST(Combination, AnAbsentScaleKeepsTheDigest) {
  const auto digest = [](const std::string& scale) {
    return load_plan_text(
               "sources: [phantom: {}]\nnodes:\n  - decode\n  - statistics\n  - classify: {model: absent}\n"
               "  - combine: {members: {classify: {" +
                   scale + "}}}\nsinks: [stdout: {}]\n",
               "g.yaml", Overrides{.training = true})
        .info.digest;
  };
  EXPECT_EQ(digest(""), digest("scale: 1"));
  EXPECT_NE(digest(""), digest("scale: 2"));
}

}  // namespace
}  // namespace radflow
