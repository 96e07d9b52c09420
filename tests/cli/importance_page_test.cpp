// evaluate --importance: in the terminal, as JSON and on the page, and as the command `importance` says it.
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>
#include <sstream>

#include "cli/command.hpp"
#include "cli/importances.hpp"
#include "tests/cli/program.hpp"
#include "tests/connectors/temporary_folder.hpp"

namespace radflow::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

// Pictures of two pixels: the left one says the class, the right one nothing.
class ImportancePage : public testing::Test {
 protected:
  ImportancePage() {
    folder.write("graph.yaml", R"(
graph: two
sources: [phantom: ]
nodes: [decode: , pixels: , classify: {model: two.model, train: {algorithm: logistic}}]
sinks: [stdout: ]
)");
    for (int i = 0; i < 40; ++i) {
      const bool light = i % 2 == 1;
      const std::string of = folder.path(light ? "in/light" : "in/dark");
      std::filesystem::create_directories(of);
      cv::Mat picture(1, 2, CV_8U);
      picture.at<uchar>(0, 0) = static_cast<uchar>((light ? 150 : 50) + i);
      picture.at<uchar>(0, 1) = static_cast<uchar>(i * 37 % 101);
      cv::imwrite(of + "/" + std::to_string(i) + ".png", picture);
    }
  }
  Ran run(const std::string& command, const std::string& more, const std::string& errors = "2>&1") const {
    return run_program(command + " " + folder.path("graph.yaml") + " --input " + folder.path("in") + " " +
                       more + " " + errors);
  }
  std::string read(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream{folder.path(name)}.rdbuf();
    return text.str();
  }

  const TemporaryFolder folder;
};

TEST_F(ImportancePage, SaysTheSameAsTheCommandInEveryForm) {
  ASSERT_EQ(run("train", "").code, exit_ok);
  const Ran ran = run("evaluate", "--importance features --json " + folder.path("e.json") + " --html " +
                                      folder.path("e.html"));
  ASSERT_EQ(ran.code, exit_ok) << ran.out;
  EXPECT_THAT(ran.out, HasSubstr("importance: by how much the AUC falls"));

  const json found = json::parse(read("e.json"))["importance"];
  ASSERT_EQ(found.size(), 2);
  EXPECT_GT(found[0]["mean"], 0.3);
  EXPECT_NEAR(found[1]["mean"], 0, 0.05);
  EXPECT_EQ(found, json::parse(run("importance", "--features --json", "2>/dev/null").out));

  const std::string page = read("e.html");
  const std::string strongest = found[0]["name"];
  EXPECT_THAT(page, HasSubstr("<h2>Importance</h2>"));
  EXPECT_THAT(page, HasSubstr("<th scope=\"row\">" + strongest + "</th><td><svg"));
  EXPECT_LT(page.find(strongest), page.find(std::string{found[1]["name"]}));
  for (const char* outside : {"<script", "http:", "https:"}) EXPECT_THAT(page, Not(HasSubstr(outside)));
}

// As `run` writes it: the command runs the graph.
TEST_F(ImportancePage, WritesALogInAPipe) {
  ASSERT_EQ(run("train", "").code, exit_ok);
  folder.write("in/dark/broken.png", "no image");
  const Ran ran = run("importance", "", "2>&1 >/dev/null");
  ASSERT_EQ(ran.code, exit_ok) << ran.out;
  EXPECT_THAT(ran.out, testing::ContainsRegex("^[0-9-]+T[0-9:.]+\\+00:00 info: .*1"));
}

TEST_F(ImportancePage, IsAskedForOfAGraphThatLearnedFromFeatures) {
  ASSERT_EQ(run("train", "").code, exit_ok);
  const Ran plain = run("evaluate", "--html " + folder.path("e.html"));
  ASSERT_EQ(plain.code, exit_ok) << plain.out;
  EXPECT_THAT(plain.out + read("e.html"), Not(HasSubstr("mportance")));
  EXPECT_THAT(run_program("evaluate --results x.ndjson --importance blocks 2>&1").out,
              HasSubstr("which results do not hold: name the graph"));
  EXPECT_THAT(run("evaluate", "--importance all").out, HasSubstr("--importance"));
}

TEST(ImportanceSection, DrawsWhatFallsBelowZeroToTheLeftOfIt) {
  const std::string page = importance_section({{"a<b", 0.3, 0.1}, {"worse", -0.1, 0.0}}, {});
  EXPECT_THAT(page, HasSubstr("a&lt;b"));
  // From -0.1 to 0.4: zero lies at a fifth.
  EXPECT_THAT(page, HasSubstr(R"(<rect class="fill" x="20.00" y="1" width="60.00")"));
  EXPECT_THAT(page, HasSubstr(R"(<line class="spread" x1="60.00" y1="5" x2="100.00")"));
  EXPECT_THAT(page, HasSubstr(R"(<rect class="fill" x="0.00" y="1" width="20.00")"));
}

TEST(ImportanceSection, KeepsToTheStrongestAndSaysHowManyAreWeaker) {
  std::vector<Importance> many;
  for (int i = 0; i < 23; ++i) many.push_back({"f" + std::to_string(i), 1.0 / (i + 1), 0});
  const std::string page = importance_section(many, {});
  EXPECT_THAT(page, HasSubstr(">f19<"));
  EXPECT_THAT(page, Not(HasSubstr(">f20<")));
  EXPECT_THAT(page, HasSubstr("And 3 weaker ones."));
}

}  // namespace
}  // namespace radflow::cli
