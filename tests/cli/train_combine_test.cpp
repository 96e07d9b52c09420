// train --node combine: the model of several members, from images and from scores, through the program.
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/command.hpp"
#include "tests/cli/program.hpp"
#include "tests/connectors/temporary_folder.hpp"

namespace radflow::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

class TrainCombine : public testing::Test {
 protected:
  TrainCombine() {
    folder.write("graph.yaml", R"(
graph: both
sources: [phantom: ]
nodes:
  - decode:
  - resize: {width: 7, height: 7}
  - pixels:
  - classify: {name: line, model: line.model, train: {algorithm: logistic, threshold: {positive: lesion}}}
  - statistics: {of: [mean, deviation, skewness, kurtosis]}
    from: decode
  - classify: {name: near, model: near.model, train: {algorithm: knn}}
  - combine: {members: {line: {}, near: {}}, model: both.model, train: {threshold: {positive: lesion}}}
    from: [line, near]
sinks: [stdout: ]
)");
    folder.write("slices.yaml", R"(
sources: [phantom: {count: 60, width: 24, height: 24}]
nodes: [decode: ]
sinks: [images: {path: out, format: png}]
)");
  }
  Ran train(const std::string& more) const {
    return run_program("train " + folder.path("graph.yaml") + " " + more + " 2>&1");
  }
  // Slices in a folder for each class.
  void slices(const std::string& name, int seed) const {
    const Ran ran = run_program("run " + folder.path("slices.yaml") +
                                " --set sources.phantom.seed=" + std::to_string(seed) +
                                " --set sinks.images.path=" + folder.path(name) + " 2>&1");
    ASSERT_EQ(ran.code, exit_ok) << ran.out;
  }
  // Both members, and what they say out of fold.
  void members() const {
    slices("train", 1);
    for (const std::string name : {"line", "near"}) {
      const Ran ran = train("--node " + name + " --input " + folder.path("train") + " --out-of-fold " +
                            folder.path(name + ".csv"));
      ASSERT_EQ(ran.code, exit_ok) << ran.out;
      EXPECT_THAT(ran.out, HasSubstr("AUC ")) << "--out-of-fold judges";
    }
  }

  const TemporaryFolder folder;
};

TEST_F(TrainCombine, FromImagesThatNoMemberWasTrainedOn) {
  members();
  slices("val", 2);
  const Ran ran = train("--node combine --val " + folder.path("val"));
  ASSERT_EQ(ran.code, exit_ok) << ran.out;
  EXPECT_THAT(ran.out, AllOf(HasSubstr("combine of line / "), HasSubstr(" + near / "), HasSubstr("AUC ")));
  const Ran described = run_program("describe " + folder.path("both.model"));
  EXPECT_THAT(described.out, AllOf(HasSubstr("of their logits; probability of "), HasSubstr("threshold  "),
                                   HasSubstr("held out of the scales")));
  const Ran evaluated = run_program("evaluate " + folder.path("graph.yaml") + " --node combine --input " +
                                    folder.path("val") + " 2>&1");
  EXPECT_EQ(evaluated.code, exit_ok) << evaluated.out;
  EXPECT_THAT(evaluated.out,
              AllOf(HasSubstr("model both.model (sha256:"), HasSubstr("60 of 60 images were")));

  const Ran own = train("--node combine --val " + folder.path("train"));
  EXPECT_EQ(own.code, exit_failed) << own.out;
  EXPECT_THAT(own.out, HasSubstr("is among those that a member was trained on"));
}

TEST_F(TrainCombine, FromScoresOutOfFold) {
  members();
  const std::string scores = "--scores " + folder.path("line.csv") + " --scores " + folder.path("near.csv");
  ASSERT_EQ(train("--node combine " + scores).code, exit_ok);
  const auto evaluate = [&] {
    return run_program("evaluate " + folder.path("graph.yaml") + " --node combine --input " +
                       folder.path("train") + " 2>&1");
  };
  EXPECT_EQ(evaluate().code, exit_ok);
  // A member that is another one now.
  ASSERT_EQ(
      train("--node near --input " + folder.path("train") + " --set nodes.near.train.neighbours=3").code,
      exit_ok);
  const Ran other = evaluate();
  EXPECT_EQ(other.code, exit_config) << other.out;
  EXPECT_THAT(other.out, HasSubstr("was trained behind other nodes or members"));
}

TEST_F(TrainCombine, SaysWhatItNeeds) {
  members();
  EXPECT_THAT(train("--node combine").out,
              HasSubstr("name these with --val FOLDER, or their scores with --scores"));
  EXPECT_THAT(train("--node combine --scores " + folder.path("line.csv")).out,
              HasSubstr("no file has scores of the member near"));
  EXPECT_THAT(train("--node line --scores " + folder.path("line.csv")).out,
              HasSubstr("is for a node combine"));
  EXPECT_THAT(train("--node combine --select --val " + folder.path("train")).out,
              HasSubstr("not --input, --select"));
  folder.write("bad.csv",
               "path,label,line.lesion,line.normal,near.lesion,near.normal\na,lesion,0.5,0.7,1,0\n");
  const Ran bad = train("--node combine --scores " + folder.path("bad.csv"));
  EXPECT_EQ(bad.code, exit_config);
  EXPECT_THAT(bad.out, HasSubstr("bad.csv:2: the probabilities of line add up to 1.2"));
}

}  // namespace
}  // namespace radflow::cli
