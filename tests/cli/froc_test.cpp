// FROC by hand, and as a second program finds it that matches the boxes anew at each threshold, written in Python from the
// definition on the boxes that `numbered` makes; its intervals are of 8000 draws of the images.
#include "cli/froc.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "tests/cli/program.hpp"
#include "tests/connectors/temporary_folder.hpp"

namespace radflow::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

std::vector<double> sensitivities(const Froc& froc) {
  std::vector<double> all;
  for (const Estimate& one : froc.at) all.push_back(one.value.value());
  return all;
}

// Twelve images of boxes from a linear congruential generator.
std::vector<ImageBoxes> numbered() {
  std::uint64_t state = 7;
  const auto number = [&](std::uint64_t n) {
    state = (state * 1103515245 + 12345) % 2147483648;
    return static_cast<double>((state >> 8) % n);
  };
  std::vector<ImageBoxes> images(12);
  for (ImageBoxes& image : images) {
    for (int count = static_cast<int>(number(4)); count > 0; --count)
      image.reference.push_back(Rectangle{number(90), number(90), 10 + number(8), 10 + number(8)});
    for (const Rectangle& right : image.reference)
      if (number(10) < 8)
        image.found.push_back(FoundBox{
            Rectangle{right.x + number(7), right.y + number(5), right.width, right.height}, 40 + number(60)});
    for (int count = static_cast<int>(number(7)); count > 0; --count)
      image.found.push_back(
          FoundBox{Rectangle{number(90), number(90), 10 + number(8), 10 + number(8)}, number(80)});
  }
  return images;
}

TEST(Froc, ByHand) {
  // Sure of one of two right boxes, then a false one, then a second hit of the first, which is false too, then the other.
  const Rectangle one{0, 0, 10, 10}, other{50, 50, 10, 10};
  const std::vector<ImageBoxes> images{{{{one, 0.9}, {{0, 1, 10, 10}, 0.7}, {other, 0.6}}, {one, other}},
                                       {{{{80, 80, 4, 4}, 0.8}}, {}}};
  const Froc froc = froc_of(images, 0.5);
  ASSERT_EQ(froc.curve.size(), 4U);
  const std::vector<std::array<double, 3>> expected{
      {0.9, 0, 0.5}, {0.8, 0.5, 0.5}, {0.7, 1, 0.5}, {0.6, 1, 1}};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(froc.curve[i].threshold, expected[i][0]);
    EXPECT_EQ(froc.curve[i].false_positives, expected[i][1]);
    EXPECT_EQ(froc.curve[i].sensitivity, expected[i][2]);
  }
  EXPECT_THAT(sensitivities(froc), testing::ElementsAre(0.5, 0.5, 0.5, 1, 1, 1, 1));
  EXPECT_NEAR(*froc.mean.value, 5.5 / 7, 1e-15);
}

TEST(Froc, BoxesOfOneScoreComeTogetherAndTheBetterOneIsRight) {
  const Rectangle one{0, 0, 10, 10};
  const Froc froc = froc_of({{{{{0, 2, 10, 10}, 1}, {one, 1}}, {one}}}, 0.5);
  ASSERT_EQ(froc.curve.size(), 1U);
  EXPECT_EQ(froc.curve[0].false_positives, 1);
  EXPECT_THAT(sensitivities(froc), testing::ElementsAre(0, 0, 0, 1, 1, 1, 1));
  EXPECT_FALSE(froc.mean.interval) << "one image";
}

TEST(Froc, WhereNothingVariesThereIsNoIntervalOfNoWidth) {
  const Rectangle one{0, 0, 10, 10};
  const ImageBoxes found{{{one, 1}}, {one}};
  const Froc froc = froc_of({found, found, found}, 0.5);
  for (const Estimate& at : froc.at) {
    EXPECT_EQ(*at.value, 1);
    ASSERT_TRUE(at.interval);
    EXPECT_NEAR(at.interval->low, 0.4385, 5e-5) << "Wilson's of 3 of 3";
  }
  EXPECT_FALSE(froc.mean.interval);
  EXPECT_EQ(froc.mean.without, "no variance");
}

TEST(Froc, WithoutRightBoxesThereIsNone) {
  const Froc froc = froc_of({{{{{0, 0, 1, 1}, 1}}, {}}, {}}, 0.5);
  EXPECT_FALSE(froc.mean.value);
  EXPECT_EQ(froc.at.size(), froc_rates.size());
}

TEST(Froc, AsASecondProgramFindsIt) {
  const Froc froc = froc_of(numbered(), 0.4);
  EXPECT_EQ(froc.curve.size(), 50U);
  EXPECT_THAT(sensitivities(froc), testing::ElementsAre(0.05, 0.35, 0.45, 0.5, 0.5, 0.65, 0.65));
  EXPECT_NEAR(*froc.mean.value, 0.45, 1e-12);
  EXPECT_NEAR(froc.curve.back().false_positives, 4.833333333333333, 1e-12);
  const std::vector<std::array<double, 2>> intervals{{0, 0.5263},      {0, 0.6111},      {0.2222, 0.6667},
                                                     {0.3125, 0.6818}, {0.3333, 0.7727}, {0.4667, 0.8125},
                                                     {0.4705, 0.8125}};
  for (std::size_t i = 0; i < intervals.size(); ++i) {
    ASSERT_TRUE(froc.at[i].interval);
    EXPECT_NEAR(froc.at[i].interval->low, intervals[i][0], 0.03) << i;
    EXPECT_NEAR(froc.at[i].interval->high, intervals[i][1], 0.03) << i;
  }
  EXPECT_NEAR(froc.mean.interval->low, 0.2946, 0.03);
  EXPECT_NEAR(froc.mean.interval->high, 0.6667, 0.03);
}

class OverlapOfBoxes : public testing::Test {
 protected:
  void write(const std::string& name,
             const std::vector<std::pair<std::string, std::vector<json>>>& images) const {
    std::string lines;
    for (const auto& [key, boxes] : images)
      lines += json{{"kind", "boxes"}, {"key", key}, {"frame", 1}, {"boxes", boxes}}.dump() + "\n";
    folder.write(name, lines);
  }
  static json box(double x, std::optional<double> score = {}) {
    json one{{"x", x}, {"y", 0}, {"width", 4}, {"height", 4}};
    if (score) one["score"] = *score;
    return one;
  }
  Ran run(const std::string& more = "") const {
    return run_program("overlap " + folder.path("found.ndjson") + " " + folder.path("right.ndjson") + " " +
                       more + " 2>&1");
  }
  const TemporaryFolder folder;
};

TEST_F(OverlapOfBoxes, DrawsUpFrocOfScores) {
  write("found.ndjson", {{"a", {box(0, 0.9), box(90, 0.2)}}, {"b", {box(50, 0.5)}}, {"c", {box(0, 1)}}});
  write("right.ndjson", {{"a", {box(0)}}, {"b", {box(0)}}, {"d", {}}});
  const json said = json::parse(run("--json").out);
  EXPECT_EQ(said["images"], 3);
  EXPECT_EQ(said["images_without_result"], 1) << "d";
  EXPECT_EQ(said["images_without_reference"], 1) << "c, whose boxes are neither right nor false";
  EXPECT_EQ(said["froc"]["at"][0]["sensitivity"], 0.5);
  EXPECT_EQ(said["froc"]["at"][0]["false_positives_per_image"], 0.125);
  EXPECT_EQ(said["froc"]["curve"].size(), 3);
  EXPECT_THAT(run().out, AllOf(HasSubstr("FALSE POSITIVES AN IMAGE"), HasSubstr("0.125 ")));
}

// A topic holds some results twice, after a crash: their boxes would be false as second ones on the same right ones.
TEST_F(OverlapOfBoxes, AResultThatComesAgainCountsOnce) {
  const auto result = [](int offset, const json& key, const json& boxes) {
    return json{{"kind", "boxes"}, {"topic", "t"}, {"partition", 0}, {"offset", offset},
                {"frame", 1},      {"key", key},   {"boxes", boxes}}
               .dump() +
           "\n";
  };
  const std::string found =
      result(0, "a", json::array({box(0, 0.9)})) + result(1, "b", json::array({box(0, 0.8)}));
  folder.write("right.ndjson", result(0, "a", json::array({box(0)})) + result(1, "b", json::array({box(0)})));
  folder.write("found.ndjson", found);
  json once = json::parse(run("--json").out);
  EXPECT_EQ(once["false_positives_per_image"], 0);
  folder.write("found.ndjson", found + found);
  json twice = json::parse(run("--json").out);
  EXPECT_EQ(twice["repeated"], 2);
  twice.erase("repeated");
  EXPECT_EQ(twice, once);

  // Images of one key, and without any, are told apart all the same.
  for (const json& key : {json("p"), json(nullptr)}) {
    folder.write("right.ndjson",
                 result(0, key, json::array({box(0)})) + result(1, key, json::array({box(40)})));
    folder.write("found.ndjson",
                 result(0, key, json::array({box(0, 0.9)})) + result(1, key, json::array({box(0, 0.8)})));
    const json said = json::parse(run("--json").out);
    EXPECT_EQ(said["images"], 2) << key;
    EXPECT_EQ(said["sensitivity"], 0.5);
    EXPECT_EQ(said["images_told_apart_by"], "position");
  }
  write("right.ndjson", {{"p", {box(0)}}});
  EXPECT_THAT(run().out,
              HasSubstr("right.ndjson: images are told apart by topic, partition and offset where"));
}

TEST_F(OverlapOfBoxes, NeedsAScoreOfAllOrOfNone) {
  write("right.ndjson", {{"a", {box(0)}}});
  write("found.ndjson", {{"a", {box(0)}}});
  EXPECT_THAT(run().out, Not(HasSubstr("FALSE POSITIVES AN IMAGE")));
  write("found.ndjson", {{"a", {box(0), box(9, 0.5)}}});
  const Ran mixed = run();
  EXPECT_EQ(mixed.code, exit_failed);
  EXPECT_THAT(mixed.out, HasSubstr("has none, so that they have no order"));
}

TEST_F(OverlapOfBoxes, TakesTheScoresThatAGraphGives) {
  folder.write("graph.yaml", R"(
sources: [phantom: {count: 3, height: 64, width: 64}]
nodes:
  - decode
  - threshold: {min: 900}
  - components
  - boxes: {score: mean}
    from: {mask: components, image: decode}
sinks: [stdout: ]
)");
  const Ran ran =
      run_program("run " + folder.path("graph.yaml") + " --output " + folder.path("found.ndjson") + " 2>&1");
  ASSERT_EQ(ran.code, exit_ok) << ran.out;
  EXPECT_EQ(
      run_program("overlap " + folder.path("found.ndjson") + " " + folder.path("found.ndjson") + " --json")
          .code,
      exit_ok);
  folder.write("bare.yaml", R"(
sources: [phantom: ]
nodes: [decode: , threshold: {min: 900}, boxes: {score: mean}]
sinks: [stdout: ]
)");
  EXPECT_THAT(run_program("lint " + folder.path("bare.yaml") + " 2>&1").out,
              HasSubstr("needs the image: `from: {mask: NODE, image: NODE}`"));
}

}  // namespace
}  // namespace radflow::cli
