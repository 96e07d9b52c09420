#include "graph/group_body.hpp"
#include "graph/plan.hpp"
#include "nodes/types/features.hpp"
#include "tests/fake_context.hpp"

namespace radflow {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Collecting {
 public:
  explicit Collecting(const std::string& yaml)
      : node_{make_node(yaml)}, body_{dynamic_cast<GroupBody*>(node_.get())}, state_{body_->open()} {}

  Result<std::string> key() { return body_->key(features({}), context); }
  // A member at this offset; its headers are the context's.
  Result<Gathering> add(std::int64_t offset, std::vector<double> values) {
    context.the_record.position.offset = offset;
    return body_->add(state_.get(), features(std::move(values)), context);
  }
  Features finish() { return body_->finish(state_.get(), GroupEnd::Complete, context).value.as<Features>(); }
  std::size_t bytes() const { return body_->bytes(state_.get()); }
  Payload features(std::vector<double> values) const {
    return Payload::of(Features{names, std::move(values), units, "MONOCHROME2"});
  }

  FakeContext context;
  std::string units = "HU";
  std::shared_ptr<const std::vector<std::string>> names =
      std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"a", "b"});

 private:
  std::unique_ptr<NodeBody> node_;
  GroupBody* body_;
  std::shared_ptr<void> state_;
};

std::string refusal(const std::string& yaml) {
  try {
    make_node(yaml);
    return "";
  } catch (const ConfigError& error) {
    return error.what();
  }
}

TEST(Collect, GivesTheMeanOfEachFeatureAndTheNumberOfMembers) {
  Collecting collect{"collect: {count: 3}"};
  EXPECT_EQ(*collect.add(1, {1, 10}), Gathering::Open);
  EXPECT_EQ(*collect.add(2, {2, 20}), Gathering::Open);
  EXPECT_EQ(*collect.add(5, {6, 0}), Gathering::Complete);
  const Features mean = collect.finish();
  EXPECT_THAT(*mean.names, ElementsAre("mean_a", "mean_b", "members"));
  EXPECT_THAT(mean.values, ElementsAre(3, 10, 3));
  EXPECT_EQ(mean.units, "HU");
  EXPECT_EQ(mean.photometric, "MONOCHROME2");
}

// One slice without the region made the whole series' means missing, silently.
TEST(Collect, MeansAreOverTheMembersThatHaveTheFeature) {
  const double missing = std::nan("");
  for (const char* counts : {"", ", counts: true"}) {
    Collecting collect{"collect: {count: 3" + std::string{counts} + "}"};
    collect.add(0, {1, missing});
    collect.add(1, {missing, missing});
    collect.add(2, {4, missing});
    const Features mean = collect.finish();
    EXPECT_EQ(mean.values[0], 2.5);
    EXPECT_TRUE(std::isnan(mean.values[1])) << "no member has it";
    EXPECT_EQ(mean.values[2], 3);
    ASSERT_EQ(collect.context.the_warnings.size(), 1U);
    EXPECT_EQ(collect.context.the_warnings[0].reason, "missing_values");
    EXPECT_THAT(collect.context.the_warnings[0].detail,
                testing::AllOf(HasSubstr("2 of 2 features"), HasSubstr("b is there in 0")));
    if (*counts == 0) {
      EXPECT_EQ(mean.values.size(), 3U);
      continue;
    }
    EXPECT_THAT(*mean.names, ElementsAre("mean_a", "mean_b", "members", "count_a", "count_b"));
    EXPECT_EQ(mean.values[3], 2);
    EXPECT_EQ(mean.values[4], 0);
  }
}

TEST(Collect, WarnsOfNothingWhereAllAreThere) {
  Collecting collect{"collect: {count: 1}"};
  collect.add(0, {1, 2});
  collect.finish();
  EXPECT_TRUE(collect.context.the_warnings.empty());
}

// In doubles (1e16 + 1) + 1 and (1 + 1) + 1e16 differ.
TEST(Collect, SumsByOffsetInWhateverOrderMembersCome) {
  const std::vector<std::pair<std::int64_t, double>> members{{0, 1}, {1, 1}, {2, 1e16}};
  std::vector<std::size_t> order{0, 1, 2};
  do {
    Collecting collect{"collect: {count: 3}"};
    for (const std::size_t i : order) collect.add(members[i].first, {members[i].second, 0});
    EXPECT_EQ(collect.finish().values[0], (1.0 + 1.0 + 1e16) / 3);
  } while (std::ranges::next_permutation(order).found);
}

TEST(Collect, TakesItsKeyFromTheRecordAHeaderOrAnIdentifier) {
  Collecting by_key{"collect: {count: 2}"};
  EXPECT_EQ(by_key.key().error().reason, "no_group_key");
  by_key.context.the_record.key = "patient";
  EXPECT_EQ(*by_key.key(), "patient");
  Collecting by_header{"collect: {by: 'header:study', count: 2}"};
  EXPECT_THAT(by_header.key().error().detail, HasSubstr("header study"));
  by_header.context.the_record.headers = {{"study", "7"}};
  EXPECT_EQ(*by_header.key(), "7");
  Collecting by_uid{"collect: {by: SeriesInstanceUID, count: 2}"};
  EXPECT_FALSE(by_uid.key());
  by_uid.context.the_identity.ids = {{"SeriesInstanceUID", "1.2.3"}};
  EXPECT_EQ(*by_uid.key(), "1.2.3");
}

TEST(Collect, AHeaderMaySayHowManyMembersThereAre) {
  Collecting collect{"collect: {count: 'header:slices'}"};
  EXPECT_EQ(collect.add(0, {1, 2}).error().reason, "no_group_count");
  collect.context.the_record.headers = {{"slices", "two"}};
  EXPECT_EQ(collect.add(0, {1, 2}).error().reason, "no_group_count");
  collect.context.the_record.headers = {{"slices", "2"}};
  EXPECT_EQ(*collect.add(0, {1, 2}), Gathering::Open);
  collect.context.the_record.headers = {{"slices", "3"}};
  EXPECT_THAT(collect.add(1, {1, 2}).error().detail, HasSubstr("has 3 members, that of an earlier member 2"));
  collect.context.the_record.headers = {{"slices", "2"}};
  EXPECT_EQ(*collect.add(1, {3, 2}), Gathering::Complete);
  EXPECT_THAT(collect.finish().values, ElementsAre(2, 2, 2));
}

TEST(Collect, AMemberOfOtherFeaturesIsRefusedAndTheGroupIsAsItWas) {
  Collecting collect{"collect: {count: 2}"};
  collect.add(0, {1, 2});
  const std::size_t before = collect.bytes();
  collect.units = "stored";
  EXPECT_EQ(collect.add(1, {9, 9}).error().reason, "other_features");
  EXPECT_EQ(collect.bytes(), before);
  collect.units = "HU";
  EXPECT_EQ(*collect.add(2, {3, 2}), Gathering::Complete);
  EXPECT_THAT(collect.finish().values, ElementsAre(2, 2, 2));
}

TEST(Collect, ItsStateGrowsWithItsMembers) {
  Collecting collect{"collect: {count: 100}"};
  collect.add(0, {1, 2});
  const std::size_t one = collect.bytes();
  for (int i = 1; i < 50; ++i) collect.add(i, {1, 2});
  EXPECT_GE(collect.bytes(), one + 49 * 2 * sizeof(double));
}

TEST(Collect, WrongParametersAreRefused) {
  EXPECT_THAT(refusal("collect: {}"), HasSubstr("needs the parameter 'count'"));
  EXPECT_THAT(refusal("collect: {count: 0}"), HasSubstr("no number of members"));
  EXPECT_THAT(refusal("collect: {count: 'header:'}"), HasSubstr("of which header?"));
  EXPECT_THAT(refusal("collect: {by: series, count: 2}"), HasSubstr("'series' is no key"));
}

}  // namespace
}  // namespace radflow
