// The text of a result is the one that the JSON library would write of a tree of the same fields.
#include "graph/result_fields.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>
#include <vector>

namespace radflow {
namespace {

using Json = nlohmann::ordered_json;

std::string dumped(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

TEST(ResultFields, NumbersHaveTheDigitsOfTheLibrary) {
  using limits = std::numeric_limits<double>;
  std::vector<double> values{0,
                             -0.0,
                             1,
                             -1,
                             0.1,
                             1e15,
                             1e16,
                             123456789012345680,
                             1e-4,
                             1e-5,
                             1.0 / 3,
                             1e100,
                             5e-324,
                             limits::max(),
                             limits::infinity(),
                             -limits::infinity(),
                             limits::quiet_NaN()};
  std::mt19937_64 random{7};
  for (int i = 0; i < 10'000; ++i) values.push_back(std::bit_cast<double>(random()));
  for (int i = 0; i < 10'000; ++i) values.push_back(static_cast<double>(random() >> 40) / 4096);
  ResultFields result;
  result.add_integer("schema", 1);
  result.add_integer("least", std::numeric_limits<std::int64_t>::min());
  result.add_numbers("values", values);
  Json tree{{"schema", 1}, {"least", std::numeric_limits<std::int64_t>::min()}};
  tree["values"] = values;
  EXPECT_EQ(result.take(), dumped(tree));
}

TEST(ResultFields, TextsAreEscapedAsByTheLibrary) {
  const std::vector<std::string> texts{"",     "plain", "a \"quote\"", "back\\slash", "tab\t",
                                       "\x7f", "grüß",  "\xff\xfe",    "\x01"};
  ResultFields result;
  for (std::size_t i = 0; i < texts.size(); ++i) result.add_text(std::to_string(i), texts[i]);
  result.add_texts("na\"me", texts);
  result.add_texts("none", {});
  result.add_numbers("no numbers", {});
  result.add("nested", Json{{"x", {1, 2}}});
  Json tree;
  for (std::size_t i = 0; i < texts.size(); ++i) tree[std::to_string(i)] = texts[i];
  tree["na\"me"] = texts;
  tree["none"] = Json::array();
  tree["no numbers"] = Json::array();
  tree["nested"] = Json{{"x", {1, 2}}};
  EXPECT_EQ(result.take(), dumped(tree));
}

TEST(ResultFields, KnowsWhichFieldsItHas) {
  EXPECT_EQ(ResultFields{}.take(), "{}");
  ResultFields one;
  one.add("ab", Json{{"inner", 1}});
  for (const char* absent : {"a", "abc", "b", "inner", ""}) EXPECT_FALSE(one.has(absent)) << absent;
  EXPECT_TRUE(one.has("ab"));
  EXPECT_EQ(one.take(), "{\"ab\":{\"inner\":1}}");
}

}  // namespace
}  // namespace radflow
