#include "nodes/types/features.hpp"
#include "tests/nodes/frames.hpp"

namespace radflow {
namespace {

using testing::ElementsAre;

Payload features(std::vector<std::string> names, std::vector<double> values, const std::string& units) {
  return Payload::of(Features{std::make_shared<const std::vector<std::string>>(std::move(names)),
                              std::move(values), units, "MONOCHROME2"});
}

TEST(Concat, KeepsTheOrderOfItsInputs) {
  const auto node = make_node("concat: {}");
  const Payload texture = features({"texture.0", "texture.1"}, {1, 2}, "lbp"),
                mean = features({"mean"}, {3}, "HU");
  const Payload* inputs[] = {
      &texture,
      &mean,
  };
  const Outcome outcome = node->call(inputs, FakeContext{});
  const auto& result = outcome.value.as<Features>();
  EXPECT_THAT(*result.names, ElementsAre("texture.0", "texture.1", "mean"));
  EXPECT_THAT(result.values, ElementsAre(1, 2, 3));
  EXPECT_EQ(result.units, "lbp, HU");
  EXPECT_EQ(result.photometric, "MONOCHROME2");
  const Outcome again = node->call(inputs, FakeContext{});
  EXPECT_EQ(again.value.as<Features>().names, result.names);
}

TEST(Concat, OtherNamesAreNotThoseOfTheMessageBefore) {
  const auto node = make_node("concat: {}");
  const Payload a = features({"a"}, {1}, ""), b = features({"b"}, {2}, "");
  const Payload* first[] = {&a, &b};
  const Payload* second[] = {&b, &a};
  const Payload* one[] = {&b};
  node->call(first, FakeContext{});
  EXPECT_THAT(*node->call(second, FakeContext{}).value.as<Features>().names, ElementsAre("b", "a"));
  EXPECT_THAT(*node->call(one, FakeContext{}).value.as<Features>().names, ElementsAre("b"));
}

TEST(Concat, RefusesTwoFeaturesOfOneName) {
  const auto node = make_node("concat: {}");
  const Payload a = features({"histogram.0"}, {1}, "");
  const Payload* inputs[] = {&a, &a};
  EXPECT_EQ(node->call(inputs, FakeContext{}).error->reason, "duplicate_feature");
}

}  // namespace
}  // namespace radflow
