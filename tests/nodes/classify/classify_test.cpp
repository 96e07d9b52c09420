// The node, from a model file to a prediction, and what it refuses.
#include <filesystem>
#include <fstream>
#include <random>

#include "graph/node.hpp"
#include "nodes/classify/fit.hpp"
#include "nodes/types/facts.hpp"
#include "nodes/types/prediction.hpp"
#include "tests/fake_context.hpp"
#include "tests/nodes/classify/training.hpp"

namespace radflow {
namespace {

using testing::HasSubstr;

const auto names =
    std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"mean", "deviation"});

// Two clouds; a little of each lies in the other.
std::vector<Sample> samples(int count = 200) {
  std::mt19937 random{7};
  std::normal_distribution<double> noise{0, 1};
  std::vector<Sample> samples;
  for (int i = 0; i < count; ++i) {
    const bool ill = i % 4 == 0;
    samples.push_back({{names, {noise(random) + 2 * ill, noise(random)}, "HU", "MONOCHROME2"},
                       ill ? "ill" : "healthy",
                       "sample " + std::to_string(i)});
  }
  return samples;
}

BuildInfo info() {
  BuildInfo info;
  info.graph = "lungs";
  info.folder = testing::TempDir() + "radflow_classify_" + std::to_string(getpid());
  std::filesystem::create_directories(info.folder);
  info.upstream_digest = "abc";
  info.upstream = "decode: {}\nresize: {height: 28, width: 28}\n";
  return info;
}

RandomForestParams small_forest() { return {.trees = 20}; }

class Classify : public testing::Test {
 protected:
  Classify() { write(fit_model(samples(), training(small_forest()), info())); }

  void write(const std::string& bytes) {
    std::ofstream{info().path("lungs.model"), std::ios::binary} << bytes;
  }
  std::unique_ptr<NodeBody> make(BuildInfo info) const {
    const Spec* spec = Registry::instance().find(ComponentKind::Node, "classify");
    info.metrics = std::make_shared<NodeMetrics>(*spec);
    ClassifyParams params;
    params.model = "lungs.model";
    return spec->make_node(&params, info);
  }
  std::string refusal(const BuildInfo& info) const {
    try {
      make(info);
    } catch (const ParamError& error) {
      EXPECT_EQ(error.param, "model");
      return error.what();
    }
    return "accepted";
  }
  Outcome call(NodeBody& node, Features features) const {
    const Payload payload = Payload::of(std::move(features));
    const Payload* input = &payload;
    return node.call({&input, 1}, FakeContext{});
  }
};

TEST_F(Classify, GivesLabelProbabilitiesAndModel) {
  const auto node = make(info());
  const Outcome outcome = call(*node, {names, {4, 0}, "HU", "MONOCHROME2"});
  ASSERT_EQ(outcome.kind, Outcome::Kind::Value);
  const auto& prediction = outcome.value.as<Prediction>();
  EXPECT_EQ(*prediction.classes, (std::vector<std::string>{"healthy", "ill"}));
  EXPECT_EQ(prediction.label, 1U);
  EXPECT_GT(prediction.probabilities[1], 0.5);
  EXPECT_DOUBLE_EQ(prediction.probabilities[0] + prediction.probabilities[1], 1);
  EXPECT_EQ(prediction.model, "lungs.model");
  EXPECT_THAT(prediction.model_digest, testing::MatchesRegex("sha256:[0-9a-f]{64}"));
}

TEST_F(Classify, CountsPredictionsByLabel) {
  const auto node = make(info());
  for (const double mean : {4.0, 4.0, -2.0}) call(*node, {names, {mean, 0}, "HU", "MONOCHROME2"});
  call(*node, {names, {NAN, 0}, "HU", "MONOCHROME2"});  // no prediction
  const auto counted = node->metrics->values();
  ASSERT_EQ(counted.size(), 2U);
  EXPECT_EQ(counted[0].label_value, "healthy");
  EXPECT_EQ(counted[0].value, 1);
  EXPECT_EQ(counted[1].label_value, "ill");
  EXPECT_EQ(counted[1].value, 2);
}

TEST_F(Classify, RefusesAnotherUpstreamAndNamesTheLine) {
  BuildInfo other = info();
  other.upstream_digest = "abd";
  other.upstream = "decode: {}\nresize: {height: 32, width: 32}\n";
  EXPECT_THAT(refusal(other),
              AllOf(HasSubstr("'resize: {height: 28, width: 28}'"),
                    HasSubstr("'resize: {height: 32, width: 32}'"), HasSubstr("radflow train")));
  other.upstream = "decode: {}\n";
  EXPECT_THAT(refusal(other), HasSubstr("this graph has nothing more"));
  other.upstream = info().upstream;
  EXPECT_THAT(refusal(other), HasSubstr("wired in another way"));
  EXPECT_EQ(refusal(info()), "accepted");
}

TEST_F(Classify, RefusesWhatIsKnownNotToFitBeforeItComes) {
  const auto refused = [&](Known known) {
    BuildInfo with = info();
    with.known = {std::move(known)};
    return refusal(with);
  };
  EXPECT_EQ(refused(Known{}.set(KnownFeatures{*names}).set(KnownMeaning{"HU", "MONOCHROME2"})), "accepted");
  EXPECT_THAT(refused(Known{}.set(KnownFeatures{{"mean", "median"}})),
              AllOf(HasSubstr("lungs.model does not fit what comes"), HasSubstr("median")));
  EXPECT_THAT(refused(Known{}.set(KnownMeaning{"display", "MONOCHROME2"})),
              AllOf(HasSubstr("pixels of 'HU', 'MONOCHROME2'"), HasSubstr("these are 'display'")));
}

TEST_F(Classify, FeaturesOfAnotherMeaningAreErrors) {
  const auto node = make(info());
  const auto reason = [&](Features features) {
    const Outcome outcome = call(*node, std::move(features));
    return outcome.error ? outcome.error->reason + ": " + outcome.error->detail : "accepted";
  };
  const auto named = [](std::vector<std::string> other) {
    return std::make_shared<const std::vector<std::string>>(std::move(other));
  };
  EXPECT_EQ(reason({names, {0, 0}, "HU", "MONOCHROME2"}), "accepted");
  EXPECT_EQ(reason({named({"mean", "deviation"}), {0, 0}, "HU", "MONOCHROME2"}), "accepted");
  EXPECT_THAT(reason({named({"mean", "deviatoin"}), {0, 0}, "HU", "MONOCHROME2"}),
              AllOf(HasSubstr("feature_mismatch"), HasSubstr("needs 'deviation', found 'deviatoin'")));
  EXPECT_THAT(reason({named({"deviation", "mean"}), {0, 0}, "HU", "MONOCHROME2"}),
              HasSubstr("nearest is 'mean'"));
  EXPECT_THAT(reason({named({"mean"}), {0}, "HU", "MONOCHROME2"}), HasSubstr("found nothing"));
  EXPECT_THAT(reason({named({"mean", "deviation", "skew"}), {0, 0, 0}, "HU", "MONOCHROME2"}),
              HasSubstr("'skew' is unknown to it"));
  EXPECT_THAT(reason({names, {0, 0}, "stored", "MONOCHROME2"}), HasSubstr("feature_mismatch"));
  EXPECT_THAT(reason({names, {0, 0}, "HU", "MONOCHROME1"}), HasSubstr("feature_mismatch"));
  EXPECT_THAT(reason({names, {0, NAN}, "HU", "MONOCHROME2"}), HasSubstr("not_finite: feature deviation"));
  EXPECT_THAT(reason({names, {1e300, 0}, "HU", "MONOCHROME2"}), HasSubstr("not_finite: feature mean"));
}

TEST_F(Classify, NamesNoModelOrNoneThatIsThere) {
  std::filesystem::remove(info().path("lungs.model"));
  EXPECT_THAT(refusal(info()), HasSubstr("no such file"));
  const Spec* spec = Registry::instance().find(ComponentKind::Node, "classify");
  EXPECT_THROW(spec->make_node(spec->make_params().get(), info()), ParamError);
}

TEST(FitModel, SameSamplesSameBytes) {
  const std::string bytes = fit_model(samples(), training(small_forest()), info());
  EXPECT_TRUE(fit_model(samples(), training(small_forest()), info()) == bytes);
  RandomForestParams other = small_forest();
  other.seed = 3;
  EXPECT_FALSE(fit_model(samples(), training(other), info()) == bytes);
}

TEST(FitModel, RefusesWhatIsNoTrainingSet) {
  const auto refusal = [](std::vector<Sample> samples) -> std::string {
    try {
      fit_model(samples, training(small_forest()), info());
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return "accepted";
  };
  EXPECT_THAT(refusal({}), HasSubstr("two classes"));
  EXPECT_THAT(refusal({samples()[0], samples()[4]}), HasSubstr("only 'ill'"));
  std::vector<Sample> mixed = samples(8);
  mixed[5].features.units = "stored";
  EXPECT_THAT(refusal(mixed), AllOf(HasSubstr("sample 5"), HasSubstr("one meaning")));
  mixed = samples(8);
  mixed[6].features.names =
      std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"mean", "skew"});
  EXPECT_THAT(refusal(mixed), HasSubstr("sample 6 has other features"));
  mixed = samples(8);
  mixed[7].features.values[1] = INFINITY;
  EXPECT_THAT(refusal(mixed), HasSubstr("feature deviation of sample 7 is inf"));
}

}  // namespace
}  // namespace radflow
