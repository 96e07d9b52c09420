// class_weight: balanced finds as many of the rare class as scikit-learn's forest from 1.9 on, at every depth:
// before, full-grown trees did not feel it. Both count the votes of the trees, as a model of radflow does; what
// scikit-learn's predict() says besides averages the leaves, which at small depths is another question.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <numeric>
#include <random>
#include <sstream>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "nodes/classify/random_forest.hpp"
#include "tests/nodes/skimage.hpp"

namespace radflow {
namespace {

namespace fs = std::filesystem;

struct Split {
  TrainingSet train, test;
};

// The rare class is 0, as PneumoniaMNIST's `normal`. One in four; the classes overlap.
TrainingSet synthetic(int rows, unsigned seed) {
  std::mt19937 random{seed};
  std::normal_distribution<float> noise{0, 1};
  TrainingSet set{cv::Mat(rows, 20, CV_32F), {}, 2};
  for (int i = 0; i < rows; ++i) {
    set.labels.push_back(i % 4 != 0);
    for (int j = 0; j < 20; ++j)
      set.samples.at<float>(i, j) = noise(random) + 0.5F * static_cast<float>(set.labels.back());
  }
  return set;
}

// Brightness of a grid of 7x7, and a histogram of 13 bins: 62 features.
std::vector<float> features(const cv::Mat& xray) {
  cv::Mat grid;
  cv::resize(xray, grid, {7, 7}, 0, 0, cv::INTER_AREA);
  std::vector<float> values(grid.begin<std::uint8_t>(), grid.end<std::uint8_t>());
  std::vector<float> histogram(13);
  for (const std::uint8_t value : cv::Mat_<std::uint8_t>(xray)) histogram[value * 13U / 256] += 1;
  values.insert(values.end(), histogram.begin(), histogram.end());
  return values;
}

TrainingSet xrays(const std::string& part) {
  TrainingSet set{{}, {}, 2};
  for (const char* name : {"normal", "pneumonia"}) {
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator{shared_data() / "pneumoniamnist" / part / name})
      files.push_back(entry.path());
    std::ranges::sort(files);
    for (const fs::path& file : files) {
      set.samples.push_back(cv::Mat(features(cv::imread(file.string(), cv::IMREAD_GRAYSCALE))).t());
      set.labels.push_back(std::string_view{name} != "normal");
    }
  }
  return set;
}

void write(const fs::path& path, const void* bytes, std::size_t size) {
  std::ofstream file{path, std::ios::binary};
  file.write(static_cast<const char*>(bytes), static_cast<std::streamsize>(size));
  ASSERT_TRUE(file.flush()) << path;
}

// Share of class 0 that is found.
double specificity(const RandomForest& forest, const TrainingSet& test) {
  int found = 0, of = 0;
  std::vector<double> probabilities(2);
  for (int i = 0; i < test.samples.rows; ++i) {
    if (test.labels[static_cast<std::size_t>(i)] != 0) continue;
    forest.probabilities({test.samples.ptr<float>(i), static_cast<std::size_t>(test.samples.cols)},
                         probabilities);
    ++of;
    found += probabilities[0] >= probabilities[1];
  }
  return static_cast<double>(found) / of;
}

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

const std::vector<int> seeds{1, 2, 3};

class Balanced : public testing::TestWithParam<std::tuple<std::string, int>> {
 protected:
  void SetUp() override {
    const char* cache = std::getenv("XDG_CACHE_HOME");
    const char* home = std::getenv("HOME");
    const fs::path root = cache && *cache ? fs::path{cache} : fs::path{home ? home : "/root"} / ".cache";
    python_ = root / "radflow/scikit-learn/bin/python";
    if (!fs::exists(root / "radflow/scikit-learn/requirements.txt"))
      GTEST_SKIP() << "needs scikit-learn; tests/python.sh makes " << python_;
    if (std::get<0>(GetParam()) == "xrays" && !fs::exists(shared_data() / "pneumoniamnist"))
      GTEST_SKIP() << "needs ../shared/data/pneumoniamnist";
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::vector<double> scikit_learns(const Split& split, int depth) const {
    for (const auto& [name, set] : {std::pair{"train", &split.train}, std::pair{"test", &split.test}}) {
      write(folder_ / (std::string{name} + ".samples"), set->samples.data,
            set->samples.total() * sizeof(float));
      write(folder_ / (std::string{name} + ".labels"), set->labels.data(), set->labels.size() * sizeof(int));
    }
    std::ostringstream command;
    command << python_ << ' ' << source_folder << "/tests/nodes/classify/balanced_forest.py " << folder_
            << ' ' << depth;
    for (const int seed : seeds) command << ' ' << seed;
    command << " > " << folder_ / "shares";
    EXPECT_EQ(std::system(command.str().c_str()), 0) << command.str();
    std::ifstream file{folder_ / "shares"};
    return {std::istream_iterator<double>{file}, {}};
  }

  fs::path python_, folder_ = fs::temp_directory_path() / ("radflow_balanced_" + std::to_string(getpid()));
};

TEST_P(Balanced, FindsAsManyOfTheRareClassAsScikitLearn) {
  const auto& [data, depth] = GetParam();
  const Split split =
      data == "xrays" ? Split{xrays("train"), xrays("test")} : Split{synthetic(3000, 1), synthetic(8000, 2)};
  RandomForestParams params;
  params.depth = depth;
  params.class_weight = ClassWeight::Balanced;
  std::vector<double> ours;
  for (const int seed : seeds) {
    params.seed = seed;
    ours.push_back(specificity(RandomForest{RandomForest::grow(split.train, params)}, split.test));
  }
  const std::vector<double> theirs = scikit_learns(split, depth);
  ASSERT_EQ(theirs.size(), seeds.size());
  RecordProperty("ours", std::to_string(mean(ours)));
  RecordProperty("scikit_learn", std::to_string(mean(theirs)));
  std::cout << "specificity " << mean(ours) << ", scikit-learn " << mean(theirs) << '\n';
  EXPECT_NEAR(mean(ours), mean(theirs), 0.03);
}

TEST(RandomForest, FullGrownTreesFeelThatClassesAreBalanced) {
  const TrainingSet train = synthetic(3000, 1), test = synthetic(8000, 2);
  RandomForestParams params;
  const double none = specificity(RandomForest{RandomForest::grow(train, params)}, test);
  params.class_weight = ClassWeight::Balanced;
  const double balanced = specificity(RandomForest{RandomForest::grow(train, params)}, test);
  EXPECT_GT(balanced, none + 0.1) << none << ' ' << balanced;
}

TEST(RandomForest, BalancesClassesOfAFewSamples) {
  TrainingSet set{cv::Mat(1005, 1, CV_32F), {}, 3};
  for (int i = 0; i < 1005; ++i) {
    set.labels.push_back(i < 3 ? 0 : i < 5 ? 1 : 2);
    set.samples.at<float>(i) = static_cast<float>(set.labels.back());
  }
  RandomForestParams params;
  params.trees = 20;
  params.class_weight = ClassWeight::Balanced;
  const RandomForest forest{RandomForest::grow(set, params)};
  std::vector<double> probabilities(3);
  for (int c = 0; c < 3; ++c) {
    const std::vector<float> value{static_cast<float>(c)};
    forest.probabilities(value, probabilities);
    EXPECT_EQ(probabilities[static_cast<std::size_t>(c)], 1) << c;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Forests, Balanced, testing::Combine(testing::Values("synthetic", "xrays"), testing::Values(2, 4, 8, 25)),
    [](const auto& info) {
      return std::get<0>(info.param) + "_depth_" + std::to_string(std::get<1>(info.param));
    });

}  // namespace
}  // namespace radflow
