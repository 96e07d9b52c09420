// quality: what it finds wrong with frames that are small enough to judge by hand, and what becomes of them.
#include <gmock/gmock.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

#include "graph/register_payload.hpp"
#include "nodes/classify/fit.hpp"
#include "nodes/imaging/quality.hpp"
#include "nodes/types/abstention.hpp"
#include "nodes/types/prediction.hpp"
#include "tests/nodes/classify/stated_problem.hpp"
#include "tests/nodes/masks.hpp"

namespace radflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
const auto three =
    std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"f.a", "f.b", "f.c"});

Features features(std::vector<double> values) { return {three, std::move(values), "stored", "MONOCHROME2"}; }

Frame plain() { return frame_of<std::uint8_t>({{1, 2, 3, 9}, {4, 5, 6, 9}, {7, 8, 0, 9}, {0, 0, 0, 0}}); }

TEST(PixelQuality, SaysWhatIsCutOffAndWhatIsMissing) {
  const PixelQuality seen = quality_of(plain());
  EXPECT_DOUBLE_EQ(seen.clipped_low, 5.0 / 16);
  EXPECT_DOUBLE_EQ(seen.clipped_high, 3.0 / 16);
  EXPECT_DOUBLE_EQ(seen.contrast, 9) << "numpy.percentile(x, 99) - numpy.percentile(x, 1)";
  EXPECT_DOUBLE_EQ(seen.truncated, 0.25);
  EXPECT_FALSE(seen.constant);
  // The same border above is a frame around the image and nothing that is missing.
  Frame framed = frame_of<std::uint8_t>({{0, 0}, {1, 2}, {3, 4}, {0, 0}});
  EXPECT_EQ(quality_of(framed).truncated, 0);
  // Two rows, each of one value, but of different ones.
  EXPECT_EQ(quality_of(frame_of<std::uint8_t>({{1, 2}, {3, 4}, {5, 5}, {6, 6}})).truncated, 0.25);
}

TEST(PixelQuality, LeavesOutPaddingAndCountsWhatIsNotFinite) {
  Frame frame = frame_of<float>({{0, 1, 2, static_cast<float>(nan)}});
  frame.valid = (cv::Mat_<std::uint8_t>(1, 4) << 0, 255, 255, 255);
  const PixelQuality seen = quality_of(frame);
  EXPECT_DOUBLE_EQ(seen.not_finite, 1.0 / 3);
  EXPECT_DOUBLE_EQ(seen.clipped_low, 0.5);
  frame.valid.setTo(0);
  EXPECT_TRUE(quality_of(frame).constant);
  EXPECT_TRUE(quality_of(frame_of<float>({{3, 3}})).constant);
  EXPECT_FALSE(quality_of(Frame{.pixels = cv::Mat(2, 2, CV_8UC3, cv::Scalar{1, 2, 3})}).constant);
}

TEST(Quality, PassesWhatIsFineAsItCame) {
  const Frame frame = plain();
  const Outcome outcome = call_with("quality: {clipped_low: 0.5, truncated: 0.3, contrast: 5}",
                                    {Payload::of(frame), Payload::of(features({1, 2, 3})), Payload{}});
  ASSERT_EQ(outcome.kind, Outcome::Kind::Values);
  EXPECT_EQ(outcome.values[0].as<Frame>().pixels.data, frame.pixels.data) << "not copied";
  EXPECT_THAT(outcome.values[1].as<Features>().values, ElementsAre(1, 2, 3));
  EXPECT_FALSE(outcome.values[2]) << "no prediction came";
  EXPECT_THAT(*outcome.values[3].as<Features>().names,
              ElementsAre("quality.clipped_low", "quality.clipped_high", "quality.contrast",
                          "quality.truncated", "quality.not_finite"));
  EXPECT_FALSE(outcome.values[4]);
}

TEST(Quality, RejectsWithTheReason) {
  EXPECT_EQ(reason("quality: {}", frame_of<std::uint8_t>({{7, 7}, {7, 7}})), "constant");
  EXPECT_EQ(reason("quality: {clipped_low: 0.3}", plain()), "clipped");
  EXPECT_EQ(reason("quality: {clipped_high: 0.18}", plain()), "clipped");
  EXPECT_EQ(reason("quality: {truncated: 0.2}", plain()), "truncated");
  EXPECT_EQ(reason("quality: {contrast: 9.5}", plain()), "low_contrast");
  EXPECT_EQ(reason("quality: {not_finite: 0.2}", frame_of<float>({{1, 2, static_cast<float>(nan)}})),
            "not_finite");
  EXPECT_EQ(reason("quality: {}", frame_of<float>({{1, 2, static_cast<float>(nan)}})), "");
  const Outcome both = call("quality: {clipped_low: 0.3, truncated: 0.2}", plain());
  EXPECT_THAT(both.error->detail, HasSubstr("have the least value, at most 0.3 is asked; 0.25 of the rows"));
}

TEST(Quality, AsksWhatTheImageSaysOfItself) {
  Frame frame = plain();
  EXPECT_EQ(reason("quality: {modality: [CT]}", frame), "wrong_modality") << "it is not known";
  frame.modality = "MR";
  EXPECT_EQ(reason("quality: {modality: [CT]}", frame), "wrong_modality");
  EXPECT_EQ(reason("quality: {modality: [ct, mr]}", frame), "") << "in either case";
  try {
    make_node("quality: {modality: [CTT]}");
    ADD_FAILURE() << "no file has such a modality";
  } catch (const ConfigError& error) {
    EXPECT_THAT(error.what(),
                testing::HasSubstr("'CTT' is no modality of DICOM; did you mean 'CT'?; a code of your own is "
                                   "asked for by `filter: {id: Modality, equals: [CTT]}` before it"));
  }
  const auto node = make_node("quality: {body_part: [chest]}");
  FakeContext context;
  const Payload payload = Payload::of(frame);
  const Payload* inputs[]{&payload, nullptr, nullptr};
  EXPECT_EQ(node->call(inputs, context).error->reason, "wrong_body_part");
  context.the_identity.ids = {{"BodyPartExamined", "CHEST"}};
  EXPECT_EQ(node->call(inputs, context).kind, Outcome::Kind::Values);
}

TEST(Quality, AbstainsWithAResultThatSaysWhy) {
  const Outcome outcome =
      call_with("quality: {truncated: 0.2, otherwise: abstain}",
                {Payload::of(plain()), Payload::of(features({1, 2, 3})), Payload::of(Prediction{})});
  ASSERT_EQ(outcome.kind, Outcome::Kind::Values);
  for (const int held_back : {0, 1, 2}) EXPECT_FALSE(outcome.values[static_cast<std::size_t>(held_back)]);
  const auto& abstention = outcome.values[4].as<Abstention>();
  ResultFields result;
  const PayloadFormat* format = PayloadRegistry::instance().find("abstention");
  format->json(outcome.values[4], result);
  const auto json = nlohmann::ordered_json::parse(result.take());
  EXPECT_EQ(json["reasons"][0]["reason"], "truncated");
  EXPECT_EQ(json["measures"]["quality.truncated"], 0.25);
  EXPECT_EQ(format->summary(json), "abstained: truncated");
  EXPECT_GE(abstention.bytes(), sizeof(Abstention));
}

// Numbers are NumPy's: X.mean(0), X.std(0), sqrt(mean(((x - m) / s)[:2] ** 2)), median, percentile 99 and max of these.
TEST(Distribution, MeasuresDistancesInDeviations) {
  const Distribution made = distribution_of({{1, 10, 5}, {2, 30, 5}, {4, 20, 5}, {5, 40, 5}});
  EXPECT_THAT(made.mean, ElementsAre(3, 25, 5));
  EXPECT_NEAR(made.deviation[0], 1.5811388300841898, 1e-12);
  EXPECT_NEAR(made.distance(std::vector<double>{9, 10, 0}), 2.8460498941515415, 1e-12)
      << "the third never differed";
  EXPECT_NEAR(made.spread.median, 0.9257815192728479, 1e-12);
  EXPECT_NEAR(made.spread.p99, 1.3038404810405297, 1e-12);
  EXPECT_NEAR(made.spread.greatest, 1.3038404810405297, 1e-12);
  EXPECT_NEAR(made.distance(std::vector<double>{nan, 25 + made.deviation[1], nan}), 1, 1e-12);
  EXPECT_TRUE(std::isnan(made.distance(std::vector<double>{nan, nan, 5}))) << "nothing is left to tell it by";
  EXPECT_NEAR(distribution_of({{nan, 1}, {2, 3}}).mean[0], 2, 1e-12);
}

class QualityDistance : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(folder_);
    for (int i = 0; i < 20; ++i)
      samples_.push_back(
          {features({i % 5 + (i % 2) * 10.0, i % 7 * 1.0, 5}), i % 2 ? "a" : "b", std::to_string(i)});
    write("with.model", "{algorithm: knn, distribution: true}");
    write("without.model", "{algorithm: knn}");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  void write(const std::string& name, const std::string& train) const {
    std::ofstream{folder_ / name, std::ios::binary} << fit_model(samples_, training_of(train), {});
  }
  std::string judged(const std::string& yaml, const Features& given) const {
    const auto node = make_node(yaml, folder_.string());
    const Payload frame = Payload::of(plain()), with = Payload::of(given);
    const Payload* inputs[]{&frame, &with, nullptr};
    const Outcome outcome = node->call(inputs, FakeContext{});
    return outcome.error ? outcome.error->reason : "";
  }

  std::filesystem::path folder_ = testing::TempDir() + "radflow_quality_" + std::to_string(getpid());
  std::vector<Sample> samples_;
};

TEST_F(QualityDistance, RefusesWhatLiesFartherThanAllOfTheTraining) {
  const std::string yaml = "quality: {distance: {model: with.model}}";
  for (const Sample& sample : samples_) EXPECT_EQ(judged(yaml, sample.features), "");
  EXPECT_EQ(judged(yaml, features({100, 3, 5})), "far_from_training");
  EXPECT_EQ(judged(yaml, features({nan, nan, nan})), "far_from_training") << "nothing says that it is near";
  EXPECT_EQ(judged("quality: {distance: {model: with.model, most: 100}}", features({100, 3, 5})), "");
  const auto two = std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"f.a", "f.b"});
  EXPECT_EQ(judged(yaml, Features{two, {1, 2}, "stored", "MONOCHROME2"}), "feature_mismatch");
}

TEST_F(QualityDistance, StaysInTheModelsFile) {
  const Model model = load_model((folder_ / "with.model").string());
  ASSERT_TRUE(model.manifest.distribution);
  EXPECT_GT(model.manifest.distribution->spread.greatest, 1);
  EXPECT_FALSE(load_model((folder_ / "without.model").string()).manifest.distribution);
  try {
    make_node("quality: {distance: {model: without.model}}", folder_.string());
    ADD_FAILURE() << "it was taken";
  } catch (const ConfigError& error) {
    EXPECT_THAT(error.what(), HasSubstr("train: {distribution: true}"));
  }
}

}  // namespace
}  // namespace radflow
