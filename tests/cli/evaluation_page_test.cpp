// The tables and the page of an evaluation: what they say of many classes, of long names and of measures that are absent.
#include <gmock/gmock.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "cli/chart.hpp"
#include "cli/curves.hpp"
#include "cli/evaluated_results.hpp"
#include "cli/number_report.hpp"
#include "cli/report.hpp"

namespace radflow::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

// In characters.
std::size_t widest_line(const std::string& text) {
  std::istringstream lines{text};
  std::size_t widest = 0;
  for (std::string line; std::getline(lines, line);)
    widest = std::max(widest, static_cast<std::size_t>(std::ranges::count_if(line, [](char c) {
                        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80;
                      })));
  return widest;
}

// Of the table lines with this name, how many cells the longest has.
long most_columns(const std::string& page, const std::string& name) {
  long most = 0;
  const std::string head = "<tr><th scope=\"row\">" + name + "</th>";
  for (std::size_t at = page.find(head); at != page.npos; at = page.find(head, at + 1)) {
    long cells = 0;
    const std::string line = page.substr(at, page.find("</tr>", at) - at);
    for (std::size_t cell = line.find("<td"); cell != line.npos; cell = line.find("<td", cell + 1)) ++cells;
    most = std::max(most, cells);
  }
  return most;
}

// The style of each line of the charts.
std::vector<std::string> looks_of_lines(const std::string& page) {
  std::vector<std::string> looks;
  const std::string head = "<path class=\"line ";
  for (std::size_t at = page.find(head); at != page.npos; at = page.find(head, at + 1))
    looks.push_back(page.substr(at + head.size(), page.find('"', at + head.size()) - at - head.size()));
  return looks;
}

TEST(EvaluationText, FitsATerminalWhateverTheClassesAreCalled) {
  EvaluatedResults evaluated;
  evaluated.graph = "g";
  evaluated.subgroups_by = "StationNameOfTheScannerInTheBasement";
  for (int c = 0; c < 7; ++c)
    evaluated.classes.push_back("lésion of a very long name, number " + std::to_string(c));
  for (int i = 0; i < 70; ++i) {
    std::vector<double> probabilities(7, 0.05);
    probabilities[static_cast<std::size_t>(i * 3 % 7)] = 0.7;
    evaluated.cases.push_back({evaluated.classes[static_cast<std::size_t>(i % 7)],
                               evaluated.classes[static_cast<std::size_t>(i * 3 % 7)], probabilities, "",
                               "scanner with a long name " + std::to_string(i % 2)});
  }
  const Evaluation evaluation = evaluate(evaluated.classes, evaluated.cases);
  const std::string text = to_text(evaluated, evaluation);
  EXPECT_LE(widest_line(text), 80U) << text;
  for (const char* column : {"lésion of…number 6", "lésio…er 6"})  // a name's end tells it from the others
    EXPECT_THAT(text, HasSubstr(column));
  const std::string page = to_html(evaluated, evaluation);
  EXPECT_THAT(page, HasSubstr("lésion of a very long name, number 6"));
  // A sheet of paper holds the intervals of five classes and the counts of seven: it would cut off the others.
  EXPECT_LE(most_columns(page, "sensitivity"), 5);
  EXPECT_LE(most_columns(page, evaluated.classes.front()), 7);
  const std::vector<std::string> looks = looks_of_lines(page);
  EXPECT_EQ(std::set(looks.begin(), looks.begin() + 7).size(), 7)
      << "the lines of the ROC look all different";
}

TEST(EvaluationPage, SaysEachExplanationInAParagraphOfItsOwn) {
  EvaluatedResults evaluated;
  evaluated.classes = {"a", "b", "c"};
  evaluated.cases = {{"a", "a", {1, 0, 0}}, {"a", "a", {1, 0, 0}}, {"b", "b", {0, 1, 0}}};
  const Evaluation evaluation = evaluate(evaluated.classes, evaluated.cases);
  const std::string said = explained(evaluation), page = to_html(evaluated, evaluation);
  EXPECT_THAT(said, HasSubstr("no case of 'c': balanced accuracy and the macro means are over the classes"));
  EXPECT_THAT(said, HasSubstr("\nno variance: "));
  EXPECT_THAT(said, HasSubstr("\ntoo few: "));
  for (const char* words : {"no case of &#39;c&#39;: ", "-: ", "no variance: ", "too few: "})
    EXPECT_THAT(page, HasSubstr(std::string{"<p class=\"faint\">"} + words));
}

TEST(EvaluationPage, OfNumbersSaysWhyThereIsNoInterval) {
  EvaluatedNumbers evaluated;
  evaluated.cases = {{1, 1.5}};
  evaluated.names = {"a.png"};
  EXPECT_THAT(to_html(evaluated, evaluate_numbers(evaluated.cases), ""),
              HasSubstr("<p class=\"faint\">too few: an interval needs more cases"));
}

// As average precision adds it up: a straight line between two thresholds would claim what no threshold gives.
TEST(Curves, TheAreaBelowPrecisionAndRecallIsTheAveragePrecision) {
  std::vector<Case> cases;
  for (int i = 0; i < 40; ++i) {
    const double p = i * 17 % 23 / 23.0;
    cases.push_back({i % 4 == 0 ? "ill" : "well", "ill", {1 - p, p}});
  }
  const Points curve = curves_of(cases, "ill", 1).precision_recall;
  double area = 0;
  for (std::size_t i = 1; i < curve.size(); ++i)
    area += (curve[i].first - curve[i - 1].first) * (curve[i].second + curve[i - 1].second) / 2;
  const std::vector<Estimate> of_ill = evaluate({"well", "ill"}, cases).classes[1].estimates;
  EXPECT_NEAR(area, *std::ranges::find(of_ill, "average_precision", &Estimate::name)->value, 1e-9);
}

TEST(Chart, EscapesWhatItShows) {
  EXPECT_EQ(escaped("<a href=\"x\">&'"), "&lt;a href=&quot;x&quot;&gt;&amp;&#39;");
  Chart chart{"<t>", "x", "y", {{"<s>", {{0, 0}, {1, 1}}}}};
  EXPECT_THAT(to_svg(chart), Not(HasSubstr("<s>")));
  EXPECT_THAT(to_svg(chart), Not(HasSubstr("<t>")));
}

}  // namespace
}  // namespace radflow::cli
