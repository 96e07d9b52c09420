#include "cli/csv_lines.hpp"

#include <gmock/gmock.h>

#include "graph/value.hpp"

namespace radflow::cli {
namespace {

using Fields = std::vector<std::string>;

// "5: a|b" for each line.
std::vector<std::string> read(std::string_view text) {
  std::vector<std::string> lines;
  for (const CsvLine& line : read_csv(text, "f.csv")) {
    std::string fields;
    for (const std::string& field : line.fields) fields += (fields.empty() ? " " : "|") + field;
    lines.push_back(std::to_string(line.line) + ":" + fields);
  }
  return lines;
}

std::string wrong(std::string_view text) {
  try {
    read_csv(text, "f.csv");
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "";
}

TEST(CsvLines, AreReadAsSpreadsheetsWriteThem) {
  EXPECT_EQ(read("\xef\xbb\xbfpath,label\r\n\"a, \"\"b\"\".png\",ill\r\n\r\nc.png,\"of\ntwo lines\"\nd,\n"),
            (Fields{"1: path|label", "2: a, \"b\".png|ill", "4: c.png|of\ntwo lines", "6: d|"}));
  EXPECT_EQ(read("a,b"), (Fields{"1: a|b"}));
  EXPECT_EQ(read("a,\"b\"\r"), (Fields{"1: a|b"}));
  EXPECT_EQ(read("a,\"\"\n5\" disc,c\n"), (Fields{"1: a|", "2: 5\" disc|c"})) << "a quote within a field";
  EXPECT_EQ(read(""), Fields{});
  EXPECT_EQ(read("\n\r\n"), Fields{});
}

TEST(CsvLines, MayHaveSemicolonsOrTabsBetweenFields) {
  EXPECT_EQ(read("path;label\r\na, b.png;\"i;ll\"\n"), (Fields{"1: path|label", "2: a, b.png|i;ll"}));
  EXPECT_EQ(read("path\tlabel\na;b.png\till\n"), (Fields{"1: path|label", "2: a;b.png|ill"}));
  EXPECT_EQ(read("path;x,label\n"), (Fields{"1: path;x|label"})) << "a comma comes first";
  EXPECT_EQ(wrong({"\xff\xfep\0,\0", 6}), "f.csv: is text in UTF-16; save it as CSV in UTF-8");
}

TEST(CsvLines, AStrayQuoteIsAnErrorAndTakesNoLines) {
  EXPECT_EQ(wrong("path,label\n\na,\"ill\nb,well\nc,well\n"),
            "f.csv:3: the quote that begins here is not closed");
  EXPECT_EQ(wrong("a,\"ill\"x\nb,\"well\"\n"),
            "f.csv:1: something stands behind a quote that closes a field");
  EXPECT_EQ(wrong("a,\"ill\nb,\"well\"\n"), "f.csv:2: something stands behind a quote that closes a field");
  EXPECT_EQ(wrong("\""), "f.csv:1: the quote that begins here is not closed");
}

}  // namespace
}  // namespace radflow::cli
