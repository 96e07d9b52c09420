// The distance of features with their covariance. Numbers are of scikit-learn 1.9.1's LedoitWolf().fit(x), its shrinkage_,
// covariance_ and the root of mahalanobis(x), on the numbers that `rows` makes and on these in deviations, (x - x.mean(0)) /
// x.std(0).
#include "nodes/classify/covariance.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>

#include "nodes/classify/fit.hpp"
#include "tests/nodes/classify/stated_problem.hpp"
#include "tests/nodes/classify/training.hpp"
#include "tests/nodes/masks.hpp"

namespace radflow {
namespace {

using testing::HasSubstr;
using Rows = std::vector<std::vector<double>>;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// Of a linear congruential generator; each second number goes with the one before it.
class Numbers {
 public:
  Rows rows(int count, int columns) {
    Rows all(static_cast<std::size_t>(count), std::vector<double>(static_cast<std::size_t>(columns)));
    for (auto& row : all) {
      for (double& value : row) value = number();
      for (std::size_t j = 1; j < row.size(); j += 2) row[j] = 2 * row[j - 1] + 0.3 * row[j];
    }
    return all;
  }

 private:
  double number() {
    state_ = (state_ * 1103515245 + 12345) % 2147483648;
    return static_cast<double>((state_ >> 8) % 1000) / 100;
  }
  std::uint64_t state_ = 3;
};

double root_of(const Rows& rows, std::size_t which) {
  const Covariance covariance{ledoit_wolf(rows)};
  std::vector<double> from_mean = rows[which];
  for (std::size_t j = 0; j < from_mean.size(); ++j)
    for (const auto& row : rows) from_mean[j] -= row[j] / static_cast<double>(rows.size());
  return covariance.distance(from_mean);
}

TEST(Covariance, IsScikitLearns) {
  Numbers numbers;
  const Rows many = numbers.rows(40, 4), few = numbers.rows(6, 9);
  const ShrunkCovariance of_many = ledoit_wolf(many), of_few = ledoit_wolf(few);
  EXPECT_NEAR(of_many.shrinkage, 0.09547422299383933, 1e-9);
  EXPECT_NEAR(of_many.lower[0], 10.29727042299961, 1e-9);
  EXPECT_NEAR(of_many.lower[1], 16.647235441422307, 1e-9);
  EXPECT_NEAR(of_many.lower[8], 10.74151521973242, 1e-9);
  EXPECT_NEAR(root_of(many, 0), 0.9909955884929107, 1e-9);
  EXPECT_NEAR(root_of(many, 2), 0.9165969395845825, 1e-9);
  EXPECT_NEAR(of_few.shrinkage, 0.43976129624332366, 1e-9) << "fewer samples than features";
  EXPECT_NEAR(of_few.lower[43], -2.6470025996512616, 1e-9);
  EXPECT_NEAR(root_of(few, 1), 2.0029720952107986, 1e-9);
}

TEST(Covariance, OfOneFeatureIsItsVariance) {
  const ShrunkCovariance one = ledoit_wolf({{1}, {3}});
  EXPECT_EQ(one.shrinkage, 0);
  EXPECT_EQ(one.lower, std::vector<double>{1});
  EXPECT_THROW(Covariance{ledoit_wolf({{2}, {2}})}, std::runtime_error) << "it does not vary";
  EXPECT_THROW(Covariance({0, {1, 2}}), std::runtime_error) << "no triangle has two values";
}

TEST(Distribution, MeasuresMahalanobisDistanceInDeviations) {
  Numbers numbers;
  Rows rows = numbers.rows(40, 4);
  for (auto& row : rows) row.push_back(7);  // which never differs, and so is left out
  const Distribution made = distribution_of(rows, Together::Covariance);
  ASSERT_TRUE(made.covariance);
  EXPECT_NEAR(made.covariance->shrunk().shrinkage, 0.10884471719159644, 1e-9);
  EXPECT_NEAR(made.mahalanobis_spread.median, 1.4769882226849944, 1e-9);
  EXPECT_NEAR(made.mahalanobis_spread.p99, 2.6662834628690364, 1e-9);
  EXPECT_NEAR(made.mahalanobis_spread.greatest, 2.8160143392560966, 1e-9);
  EXPECT_NEAR(made.mahalanobis(std::vector<double>{5, 5, 5, 5, 0}), 3.533642665236187, 1e-9);
  EXPECT_NEAR(made.mahalanobis(std::vector<double>{nan, nan, made.mean[2], made.mean[3], 0}), 0, 1e-9);
  EXPECT_TRUE(std::isnan(made.mahalanobis(std::vector<double>{nan, nan, nan, nan, 7})));
  EXPECT_FALSE(distribution_of(rows).covariance);
}

TEST(Distribution, SaysWhyThereIsNoCovariance) {
  EXPECT_THROW(distribution_of({{1, 2}, {1, 2}}, Together::Covariance), std::runtime_error);
  const Rows wide(2, std::vector<double>(most_covariant_features + 1));
  Rows varied = wide;
  for (double& value : varied[0]) value = 1;
  try {
    distribution_of(varied, Together::Covariance);
    ADD_FAILURE() << "it was made";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("1025 features vary, and it is kept of 1024 at most"));
  }
}

class Mahalanobis : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(folder_);
    Numbers numbers;
    int i = 0;
    for (const auto& row : numbers.rows(40, 4)) {
      samples_.push_back({given(row), i % 2 ? "a" : "b", std::to_string(i)});
      ++i;
    }
    write("with.model", "{algorithm: knn, covariance: true}");
    write("apart.model", "{algorithm: knn, distribution: true}");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  static Features given(const std::vector<double>& values) {
    static const auto names =
        std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"a", "b", "c", "d"});
    return {names, values, "", ""};
  }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  void write(const std::string& name, const std::string& train) const {
    std::ofstream{path(name), std::ios::binary} << fit_model(samples_, training_of(train), {});
  }
  std::string judged(const std::string& yaml, const std::vector<double>& values) const {
    const auto node = make_node(yaml, folder_.string());
    const Payload frame = Payload::of(frame_of<std::uint8_t>({{1, 2}, {3, 4}})),
                  features = Payload::of(given(values));
    const Payload* inputs[]{&frame, &features, nullptr};
    const Outcome outcome = node->call(inputs, FakeContext{});
    return outcome.error ? outcome.error->reason : "";
  }

  std::filesystem::path folder_ = testing::TempDir() + "radflow_mahalanobis_" + std::to_string(getpid());
  std::vector<Sample> samples_;
};

TEST_F(Mahalanobis, FindsFeaturesThatAreUsualApartAndNotTogether) {
  const std::string apart = "quality: {distance: {model: with.model}}",
                    together = "quality: {distance: {model: with.model, by: mahalanobis}}";
  for (const Sample& sample : samples_) EXPECT_EQ(judged(together, sample.features.values), "");
  // b is some twice a, and here it is not.
  const std::vector<double> odd{1, 18, 5, 11.5};
  EXPECT_EQ(judged(apart, odd), "");
  EXPECT_EQ(judged(together, odd), "far_from_training");
  EXPECT_EQ(judged("quality: {distance: {model: with.model, by: mahalanobis, most: 100}}", odd), "");
  EXPECT_EQ(judged(together, {nan, nan, nan, nan}), "far_from_training") << "nothing says that it is near";
}

TEST_F(Mahalanobis, StandsInTheModelsFileWhereItWasAskedFor) {
  const Model model = load_model(path("with.model"));
  ASSERT_TRUE(model.manifest.distribution && model.manifest.distribution->covariance);
  EXPECT_NEAR(model.manifest.distribution->mahalanobis_spread.greatest, 2.8160143392560966, 1e-6);
  EXPECT_FALSE(load_model(path("apart.model")).manifest.distribution->covariance);
  try {
    make_node("quality: {distance: {model: apart.model, by: mahalanobis}}", folder_.string());
    ADD_FAILURE() << "it was taken";
  } catch (const ConfigError& error) {
    EXPECT_THAT(error.what(), HasSubstr("train: {covariance: true}"));
  }
}

TEST_F(Mahalanobis, AFileWithAnotherCovarianceIsRefused) {
  std::ostringstream text;
  text << std::ifstream{path("with.model"), std::ios::binary}.rdbuf();
  const std::string bytes = without_checksum(text.str());
  const double first = load_model(path("with.model")).manifest.distribution->covariance->shrunk().lower[0];
  const std::string_view pattern{reinterpret_cast<const char*>(&first), sizeof first};
  const std::size_t at = bytes.find(pattern);
  ASSERT_NE(at, std::string::npos);
  const auto with = [&](double value) {
    std::string changed = bytes;
    changed.replace(at, sizeof value, reinterpret_cast<const char*>(&value), sizeof value);
    return changed;
  };
  EXPECT_NO_THROW(read_model(with(1), "m"));
  EXPECT_THROW(read_model(with(-1), "m"), ParamError) << "a negative variance";
  EXPECT_THROW(read_model(with(nan), "m"), ParamError);
  EXPECT_THROW(read_model(std::string_view{bytes}.substr(0, at + 20), "m"), ParamError) << "cut short";
}

}  // namespace
}  // namespace radflow
