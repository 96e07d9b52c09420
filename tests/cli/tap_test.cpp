// What train and evaluate stand on, with a graph of text files: no imaging needed.
#include "cli/tap.hpp"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>
#include <fstream>

#include "connectors/stand_in.hpp"
#include "nodes/classify/fit.hpp"
#include "nodes/classify/random_forest.hpp"
#include "nodes/types/prediction.hpp"

namespace radflow {
namespace {

// A file's text as one feature; "bad" is an error, "two" is two frames.
struct TextFeature {
  Result<std::vector<Part<Features>>> operator()(const Record& record) const {
    static const auto names =
        std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"number"});
    const std::string_view text = record.value.text();
    if (text == "bad") return Error{"unreadable", "it is bad"};
    if (text == "two")
      return std::vector<Part<Features>>{{Features{names, {2}}, {1, 2, {}}},
                                         {Features{names, {1}}, {0, 2, {}}}};
    double number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return std::vector<Part<Features>>{{Features{names, {number}}, {0, 1, {}}}};
  }
};
const Register<TextFeature> text_feature{NodeSpec{"test_text_feature", "A file's text as a number."}};

// Must never run in these tests: what follows classify is cut off.
struct Unreached {
  Features operator()(const Features&) const { throw std::logic_error{"it ran"}; }
};
const Register<Unreached> unreached{NodeSpec{"test_unreached", "Fails."}};

class Tap : public testing::Test {
 protected:
  Tap() : folder_{testing::TempDir() + "radflow_tap_" + std::to_string(getpid())} {
    std::filesystem::remove_all(folder_);
    for (int i = 0; i < 8; ++i) {
      write(fmt::format("high/{}.txt", i), std::to_string(100 + i));
      write(fmt::format("low/{}.txt", i), std::to_string(i));
    }
  }
  void write(const std::string& name, const std::string& text) const {
    const std::filesystem::path path = folder_ + "/in/" + name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream{path} << text;
  }
  // Ends in an `ndjson` of the nodes `from`; by default of the last one.
  Plan plan(const std::string& nodes, const std::string& from = "") const {
    const std::string sink = "{path: out" + (from.empty() ? "" : ", from: " + from) + "}";
    return load_plan_text(
        "graph: g\nsources: [{phantom: }]\nnodes: [" + nodes + "]\nsinks: [ndjson: " + sink + "]",
        folder_ + "/graph.yaml", {.source = files_at(folder_ + "/in"), .training = true});
  }
  std::string folder_;
};

TEST_F(Tap, KeepsMessagesInOneOrderWithLabels) {
  write("low/two.txt", "two");
  const Plan graph = plan("test_text_feature, classify: ");
  const cli::TappedResults tapped =
      cli::tap(graph, cli::trainable_node(graph, ""), cli::TapAt::Input, "test", 17);
  ASSERT_EQ(tapped.messages.size(), 18U);
  EXPECT_EQ(tapped.failures(), 0);
  EXPECT_EQ(tapped.messages[0].key, "high/0.txt");
  EXPECT_EQ(tapped.messages[0].label, "high");
  EXPECT_EQ(tapped.messages[0].payload.as<Features>().values[0], 100);
  EXPECT_EQ(tapped.messages[16].payload.as<Features>().values[0], 1);  // the first frame of two.txt
  EXPECT_EQ(tapped.messages[17].payload.as<Features>().values[0], 2);
}

TEST_F(Tap, CountsRecordsThatFail) {
  write("low/8.txt", "bad");
  write("low/9.txt", "bad");
  const Plan graph = plan("test_text_feature, classify: ");
  const cli::TappedResults tapped = cli::tap(graph, 1, cli::TapAt::Input, "test", 18);
  EXPECT_EQ(tapped.messages.size(), 16U);
  EXPECT_EQ(tapped.failed, (std::map<std::string, std::int64_t>{{"unreadable", 2}}));
  EXPECT_THAT(cli::describe_failures(tapped),
              testing::HasSubstr("2 records gave no result: unreadable (2, such as low/8.txt, low/9.txt)"));
}

TEST_F(Tap, TrainsAModelThatEvaluatesHere) {
  const std::string nodes = "test_text_feature, classify: {model: g.model, train: {trees: 10}}, ";
  const Plan training =
      plan(nodes + "test_unreached: {from: test_text_feature}", "[classify, test_unreached]");
  std::vector<Sample> samples;
  for (const cli::Tapped& one : cli::tap(training, 1, cli::TapAt::Input, "test", 16).messages)
    samples.push_back({one.payload.as<Features>(), *one.label, one.key});
  const Training& learns = *trainable(training.nodes[1])->training;
  EXPECT_EQ(static_cast<const RandomForestParams*>(learns.params.get())->trees, 10);
  std::ofstream{folder_ + "/g.model", std::ios::binary} << fit_model(samples, learns, training.nodes[1].info);

  const cli::TappedResults tapped = cli::tap(plan(nodes), 1, cli::TapAt::Output, "test", 16);
  ASSERT_EQ(tapped.messages.size(), 16U);
  for (const cli::Tapped& one : tapped.messages) {
    const auto& prediction = one.payload.as<Prediction>();
    EXPECT_EQ((*prediction.classes)[prediction.label], one.label) << one.key;
  }
}

// Learns as `classify` does, under another name.
struct Learner {
  Prediction operator()(const Features&) const { return {}; }
};
const Register<Learner, ClassifyParams> learner{
    NodeSpec{"test_learner", "Learns."}
        .param(&ClassifyParams::model, "model", model_file(), "Its model.")
        .param(&ClassifyParams::train, "train", any(), "How it learns.")
        .of_training()};
// Predicts without having learned.
struct Rule {
  Prediction operator()(const Features&) const { return {}; }
};
const Register<Rule> rule{NodeSpec{"test_rule", "Predicts."}};

TEST_F(Tap, FindsNodesByWhatTheyAre) {
  EXPECT_EQ(cli::trainable_node(plan("test_text_feature, test_learner: "), ""), 1U);
  EXPECT_EQ(cli::predicting_node(plan("test_text_feature, test_learner: "), ""), 1U);
  EXPECT_EQ(cli::predicting_node(plan("test_text_feature, test_rule: "), ""), 1U);
  EXPECT_THROW(cli::trainable_node(plan("test_text_feature, test_rule: "), ""), ConfigError);
  const Plan both = plan("test_text_feature, classify: , test_learner: {from: test_text_feature}",
                         "[classify, test_learner]");
  EXPECT_THROW(cli::trainable_node(both, ""), ConfigError);
  EXPECT_EQ(both.nodes[cli::trainable_node(both, "test_learner")].name, "test_learner");
}

TEST_F(Tap, FindsTheNode) {
  EXPECT_EQ(cli::trainable_node(plan("test_text_feature, classify: "), ""), 1U);
  EXPECT_THROW(cli::trainable_node(plan("test_text_feature"), ""), ConfigError);
  EXPECT_THROW(cli::trainable_node(plan("test_text_feature, classify: "), "other"), ConfigError);
}

}  // namespace
}  // namespace radflow
