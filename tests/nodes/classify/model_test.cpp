#include "nodes/classify/model.hpp"

#include <fmt/format.h>

#include <random>

#include "graph/param.hpp"
#include "nodes/classify/fit.hpp"
#include "tests/nodes/classify/training.hpp"

namespace radflow {
namespace {

std::string some_model(const std::string& class_weight = "none") {
  const auto names = std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"a", "b"});
  std::vector<Sample> samples;
  for (int i = 0; i < 60; ++i)
    samples.push_back(
        {{names, {i % 7 + 0.5 * (i % 2), 1.0 * (i % 5)}, "stored", "MONOCHROME2"}, i % 2 ? "x" : "y", ""});
  RandomForestParams params;
  params.trees = 5;
  params.class_weight = class_weight == "balanced" ? ClassWeight::Balanced : ClassWeight::None;
  BuildInfo info;
  info.graph = "g";
  info.upstream_digest = "d";
  info.upstream = "decode: {}\nlbp: {points: 8, radius: 1}\n";
  return fit_model(samples, training(params), info);
}

std::string refusal(const std::string& bytes) {
  try {
    read_model(bytes, "some.model");
  } catch (const ParamError& error) {
    EXPECT_EQ(error.param, "model");
    return error.what();
  }
  return "accepted";
}

// A file with this manifest and no arrays.
std::string with_manifest(const std::string& json) {
  return fmt::format("radflow-model 1 {}\n{}", json.size(), json);
}

TEST(Model, SaysWhatItIsFor) {
  const Model model = read_model(some_model(), "some.model");
  const Manifest& manifest = model.manifest;
  EXPECT_EQ(manifest.algorithm, "random_forest");
  EXPECT_EQ(manifest.classes, (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(manifest.samples, (std::vector<std::int64_t>{30, 30}));
  EXPECT_EQ(manifest.features, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(manifest.units, "stored");
  EXPECT_EQ(manifest.photometric, "MONOCHROME2");
  EXPECT_EQ(manifest.graph, "g");
  EXPECT_EQ(manifest.upstream_digest, "d");
  EXPECT_EQ(manifest.upstream, (std::vector<std::string>{"decode: {}", "lbp: {points: 8, radius: 1}"}));
  EXPECT_EQ(manifest.version, RADFLOW_VERSION);
  EXPECT_EQ(manifest.parameters.front(), (std::pair<std::string, std::string>{"trees", "5"}));
  EXPECT_EQ(model.name, "some.model");
  EXPECT_TRUE(write_model(manifest, *model.classifier) == some_model());
}

TEST(Model, SaysHowItsClassesWereBalanced) {
  EXPECT_EQ(read_model(some_model(), "").manifest.balanced_by, "");
  const std::string model = without_checksum(some_model("balanced"));
  EXPECT_EQ(read_model(model, "").manifest.balanced_by, "draw");
  // A model of before has no such line.
  const std::string line = " \"balanced_by\": \"draw\",\n";
  const std::size_t start = model.find('\n') + 1, at = model.find(line);
  ASSERT_NE(at, std::string::npos);
  const std::string before =
      fmt::format("radflow-model 1 {}\n{}{}", std::stoul(model.substr(model.find("1 ") + 2)) - line.size(),
                  model.substr(start, at - start), model.substr(at + line.size()));
  EXPECT_EQ(read_model(before, "").manifest.balanced_by, "priors");
}

TEST(Model, DamagedDigestsOfImagesAreRefused) {
  Model model = read_model(some_model(), "some.model");
  model.manifest.images = {{1}, {2}};
  const std::string bytes = without_checksum(write_model(model.manifest, *model.classifier));
  EXPECT_EQ(read_model(bytes, "some.model").manifest.images, model.manifest.images);
  const auto with = [&](const std::string& images) {
    std::string changed = bytes;
    return changed.replace(changed.find("\"images\": 2") + 10, 1, images);
  };
  EXPECT_THAT(refusal(with("9")), testing::HasSubstr("damaged"));
  EXPECT_THAT(refusal(with("{")), testing::HasSubstr("not JSON"));
  model.manifest.images = {{2}, {1}};
  EXPECT_THAT(refusal(write_model(model.manifest, *model.classifier)), testing::HasSubstr("training images"));
  EXPECT_FALSE(image_digest("xxh3:12"));
  EXPECT_FALSE(image_digest("xxh3:0123456789abcdef0123456789abcdeg"));
  EXPECT_EQ(image_digest("xxh3:01000000000000000000000000000000"), ImageDigest{1});
}

TEST(Model, NamesWhatIsWrong) {
  using testing::HasSubstr;
  EXPECT_THAT(refusal(""), HasSubstr("some.model is not a usable model: it does not begin with"));
  EXPECT_THAT(refusal("radflow-model 2 3\n{}\n"), HasSubstr("does not begin with"));
  EXPECT_THAT(refusal("radflow-model 1 \n{}"), HasSubstr("first line"));
  EXPECT_THAT(refusal("radflow-model 1 -1\n{}"), HasSubstr("first line"));
  EXPECT_THAT(refusal("radflow-model 1 99999999999999999999999\n{}"), HasSubstr("first line"));
  EXPECT_THAT(refusal("radflow-model 1 18446744073709551615\n{}"), HasSubstr("cut short"));
  EXPECT_THAT(refusal("radflow-model 1 5000000\n" + std::string(5'000'000, ' ')), HasSubstr("4 MiB"));
  EXPECT_THAT(refusal(with_manifest("{")), HasSubstr("not JSON"));
  EXPECT_THAT(refusal(with_manifest("\xff\xfe")), HasSubstr("not JSON"));
  EXPECT_THAT(refusal(with_manifest(std::string(1'000'000, '['))), HasSubstr("nested"));
  EXPECT_THAT(refusal(with_manifest("{}")), HasSubstr("incomplete"));
  EXPECT_THAT(refusal(with_manifest("[]")), HasSubstr("incomplete"));
  EXPECT_THAT(refusal(with_manifest(R"({"algorithm": 7})")), HasSubstr("incomplete"));
}

TEST(Model, RefusesManifestsThatContradictThemselves) {
  const std::string good = without_checksum(some_model());
  const auto replaced = [&](std::string_view what, std::string_view with) {
    std::string bytes = good;
    const std::size_t at = bytes.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    EXPECT_EQ(what.size(), with.size());
    return bytes.replace(at, what.size(), with);
  };
  EXPECT_EQ(refusal(good), "accepted");
  EXPECT_THAT(refusal(replaced("\"x\"", "\"y\"")), testing::HasSubstr("its own name"));
  EXPECT_THAT(refusal(replaced("\"a\"", "\"b\"")), testing::HasSubstr("its own name"));
  EXPECT_THAT(refusal(replaced("random_forest", "random_farest")), testing::HasSubstr("no algorithm"));
}

TEST(Model, IsRefusedIfAnyBitOfItWasChanged) {
  const std::string good = some_model();
  for (std::size_t i = 0; i < good.size() * 8; ++i) {
    std::string changed = good;
    changed[i / 8] = static_cast<char>(changed[i / 8] ^ 1 << i % 8);
    EXPECT_NE(refusal(changed), "accepted") << "bit " << i;
  }
  EXPECT_THAT(refusal(good + "x"), testing::HasSubstr("its checksum differs"));
  EXPECT_THAT(refusal(good.substr(0, good.size() - 1)), testing::HasSubstr("its checksum differs"));
}

// What reads the numbers of an algorithm knows no file, and a file of before has no checksum.
TEST(Model, IsNamedByErrorsOfItsNumbersToo) {
  const std::string old = without_checksum(some_model());
  const std::string begin = "some.model is not a usable model: the forest in the model file: ";
  EXPECT_EQ(refusal(old.substr(0, old.size() - 3)),
            begin + "it is cut short; the file is damaged, train it again");
  EXPECT_EQ(refusal(old + "four"), begin + "it is too long; the file is damaged, train it again");
}

// Whatever the bytes, the answer is a model or a ParamError. Cut anywhere, and with bytes changed at random.
TEST(Model, SurvivesDamage) {
  const std::string good = without_checksum(some_model());
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_NE(refusal(good.substr(0, size)), "accepted") << size;
  std::mt19937 random{1};
  int accepted = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes = good;
    for (int changes = 1 + static_cast<int>(random() % 3); changes > 0; --changes)
      bytes[random() % bytes.size()] = static_cast<char>(random());
    if (refusal(bytes) != "accepted") continue;
    ++accepted;  // a threshold, a name: what is read must still answer
    const Model model = read_model(bytes, "damaged.model");
    std::vector<float> features(model.manifest.features.size(), 1);
    std::vector<double> out(model.manifest.classes.size());
    model.classifier->probabilities(features, out);
  }
  EXPECT_GT(accepted, 0);
}

}  // namespace
}  // namespace radflow
