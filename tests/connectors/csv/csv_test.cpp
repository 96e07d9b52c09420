// csv: what a table says, and what becomes of the file.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "connectors/csv/table.hpp"
#include "graph/build.hpp"
#include "nodes/types/facts.hpp"
#include "nodes/types/features.hpp"
#include "nodes/types/prediction.hpp"
#include "nodes/types/regression.hpp"
#include "tests/connectors/build.hpp"
#include "tests/connectors/temporary_folder.hpp"
#include "tests/fake_context.hpp"

namespace radflow {
namespace {

using testing::HasSubstr;

Payload features(std::vector<std::string> names, std::vector<double> values) {
  return Payload::of(Features{std::make_shared<const std::vector<std::string>>(std::move(names)),
                              std::move(values), "HU", ""});
}

Payload prediction() {
  const auto classes =
      std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"ill, very", "well"});
  return Payload::of(Prediction{classes, {0.125, 0.875}, 1, "m.model", "sha256:1"});
}

FakeContext from(std::optional<std::string> key, std::int64_t offset, std::vector<Header> headers = {}) {
  FakeContext context;
  context.the_record.key = std::move(key);
  context.the_record.position = {.topic = "in", .partition = 2, .offset = offset};
  context.the_record.headers = std::move(headers);
  return context;
}

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in{file, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

TEST(CsvTable, MissingIsEmptyAndNumbersAreExact) {
  const Payload row = features({"a.0", "a.1", "a.2", "a.3"}, {0.1, std::nan(""), -1e300, 3});
  EXPECT_EQ(table_head({}, columns_of(row)), "key,topic,partition,offset,frame,a.0,a.1,a.2,a.3\n");
  EXPECT_EQ(table_row({}, row, from("x/a.png", 17)), "x/a.png,in,2,17,1,0.1,,-1e+300,3\n");
}

TEST(CsvTable, ATileHasItsNumberAndCorner) {
  const Payload row = features({"a"}, {7});
  EXPECT_EQ(table_head({}, columns_of(row), TileColumns::Yes),
            "key,topic,partition,offset,frame,tile,tile_x,tile_y,a\n");
  FakeContext context = from("k", 0);
  EXPECT_EQ(table_row({}, row, context, TileColumns::Yes), "k,in,2,0,1,,,,7\n");
  context.the_identity = {.index = 1, .count = 2, .tiles = {{2, 9, Corner{16, 8}}}};
  EXPECT_EQ(table_row({}, row, context, TileColumns::Yes), "k,in,2,0,2,3,16,8,7\n");
  context.the_identity.tiles.push_back({0, 4, Corner{4, 0}});
  EXPECT_EQ(table_row({}, row, context, TileColumns::Yes), "k,in,2,0,2,3.1,4,0,7\n");
}

TEST(CsvTable, ANumberStandsBesideItsModel) {
  const Payload number = Payload::of(Regression{0.1, "age, years.model", "sha256:1"});
  EXPECT_EQ(table_head({}, columns_of(number)), "key,topic,partition,offset,frame,value,model\n");
  EXPECT_EQ(table_row({}, number, from("k", 0)), "k,in,2,0,1,0.1,\"age, years.model\"\n");
}

TEST(CsvTable, QuotesWhatASpreadsheetWouldCut) {
  EXPECT_EQ(table_head({"label"}, columns_of(prediction())),
            "key,topic,partition,offset,frame,header.label,label,model,\"probability.ill, "
            "very\",probability.well\n");
  EXPECT_EQ(table_row({"label"}, prediction(), from("say \"a\"\n", 1, {{"label", "ill, very"}})),
            "\"say \"\"a\"\"\n\",in,2,1,1,\"ill, very\",well,m.model,0.125,0.875\n");
  EXPECT_EQ(table_row({"label"}, features({"a"}, {1}), from(std::nullopt, 1)), "\"\",in,2,1,1,,1\n")
      << "neither key nor label";
}

class Csv : public testing::Test {
 protected:
  // Gives the rows to a sink of this file; what it says of the last one, or the error of its making.
  std::string write(const std::vector<Payload>& rows, const std::string& more = "", const Known& known = {}) {
    try {
      const auto sink = make(more, known);
      std::string said;
      for (std::size_t i = 0; i < rows.size(); ++i) {
        const FakeContext context = from("k", static_cast<std::int64_t>(i));
        sink->submit(rows[i], context, [&said](std::optional<Error> error) {
          said = error ? error->reason + error->detail : "";
        });
        EXPECT_TRUE(sink->flush(std::chrono::seconds{20}));
      }
      EXPECT_TRUE(sink->flush(std::chrono::seconds{20}));
      return said;
    } catch (const ParamError& error) {
      return error.what();
    }
  }
  std::unique_ptr<Sink> make(const std::string& more, const Known& known) const {
    BuildInfo info;
    info.known = {known};
    return make_sink("csv: {path: " + file.string() + more + "}", info);
  }

  TemporaryFolder folder;
  const std::filesystem::path file = std::filesystem::path{folder.path()} / "t.csv";
  const std::string head = "key,topic,partition,offset,frame,";
};

TEST_F(Csv, GoesOnWhereItsFileEnds) {
  EXPECT_EQ(write({features({"a"}, {1}), features({"a"}, {2})}), "");
  EXPECT_EQ(write({features({"a"}, {3})}), "");
  EXPECT_EQ(text_of(file), head + "a\nk,in,2,0,1,1\nk,in,2,1,1,2\nk,in,2,0,1,3\n");
  EXPECT_EQ(write({features({"a"}, {4})}, ", if_exists: overwrite"), "");
  EXPECT_EQ(text_of(file), head + "a\nk,in,2,0,1,4\n");
}

TEST_F(Csv, RefusesRowsOfOtherColumns) {
  EXPECT_THAT(write({features({"a"}, {1}), features({"b"}, {2})}), HasSubstr("other_columns"));
  EXPECT_THAT(write({prediction()}), HasSubstr("other_columns")) << "the file has those of the first run";
  EXPECT_EQ(text_of(file), head + "a\nk,in,2,0,1,1\n");
}

TEST_F(Csv, KnowsItsColumnsBeforeTheFirstRow) {
  EXPECT_EQ(write({features({"a", "b"}, {1, 2})}, "", Known{}.set(KnownFeatures{{"a", "b"}})), "");
  EXPECT_THAT(write({}, "", Known{}.set(KnownFeatures{{"a", "c"}})), HasSubstr("exists with other columns"));
  EXPECT_THAT(write({}, "", Known{}.set(KnownLabels{{"ill", "well"}})),
              HasSubstr("exists with other columns"));
  EXPECT_EQ(write({}, ", if_exists: overwrite", Known{}.set(KnownLabels{{"ill", "well"}})), "");
  EXPECT_EQ(text_of(file), head + "label,model,probability.ill,probability.well\n")
      << "an empty table has its first line";
}

TEST_F(Csv, ATableOfNumbersHasItsFirstLineBeforeTheFirstRow) {
  BuildInfo info;
  info.inputs = {&payload_type<Regression>};
  info.known = {Known{}};
  EXPECT_TRUE(make_sink("csv: {path: " + file.string() + "}", info)->flush(std::chrono::seconds{20}));
  EXPECT_EQ(text_of(file), head + "value,model\n");
}

TEST_F(Csv, RemovesALastRowThatWasCutShort) {
  EXPECT_EQ(write({features({"a"}, {1})}), "");
  std::ofstream{file, std::ios::app} << "k,in,2,1,1,0.5";
  EXPECT_EQ(write({features({"a"}, {2})}), "");
  EXPECT_EQ(text_of(file), head + "a\nk,in,2,0,1,1\nk,in,2,0,1,2\n");
}

TEST_F(Csv, BeginsAnewWhereItsFirstLineWasCutShort) {
  std::ofstream{file} << head.substr(0, 9) + std::string(30, '\0');
  EXPECT_EQ(write({features({"a"}, {1})}), "");
  EXPECT_EQ(text_of(file), head + "a\nk,in,2,0,1,1\n");
}

TEST_F(Csv, KeepsAnOldTableUntilTheRunBegins) {
  EXPECT_EQ(write({features({"a"}, {1})}), "");
  const std::string before = text_of(file);
  BuildInfo info;
  info.known = {Known{}.set(KnownFeatures{{"b"}})};
  const auto waiting = make_waiting_sink("csv: {path: " + file.string() + ", if_exists: overwrite}", info);
  EXPECT_EQ(text_of(file), before);
  waiting->start();
  EXPECT_TRUE(waiting->flush(std::chrono::seconds{20}));
  EXPECT_EQ(text_of(file), head + "b\n");
}

TEST_F(Csv, GoesOnInANewTableWhereItsFileWasMoved) {
  const auto sink = make("", {});
  const auto row = [&](const char* name, double value) {
    sink->submit(features({name}, {value}), from("k", 0), [](const std::optional<Error>&) {});
    EXPECT_TRUE(sink->flush(std::chrono::seconds{20}));
  };
  row("a", 1);
  std::filesystem::rename(file, folder.path("t.csv.1"));
  row("a", 2);
  row("a", 3);
  EXPECT_EQ(text_of(folder.path("t.csv.1")), head + "a\nk,in,2,0,1,1\n");
  EXPECT_EQ(text_of(file), head + "a\nk,in,2,0,1,2\nk,in,2,0,1,3\n");
}

// A table of somebody else's, as other programs write it, without a line feed at its end.
TEST_F(Csv, LeavesATableOfOtherColumnsAsItIs) {
  const auto known = Known{}.set(KnownFeatures{{"a"}});
  const std::string table = "patient,age\nA,31\nB,64", line = "one line only";
  std::ofstream{file} << table;
  EXPECT_THAT(write({features({"a"}, {1})}), HasSubstr("other_columns"));
  EXPECT_THAT(write({}, "", known), HasSubstr("exists with other columns"));
  EXPECT_EQ(text_of(file), table);
  std::ofstream{file} << line;
  EXPECT_THAT(write({}, "", known), HasSubstr("is no table of radflow"));
  EXPECT_EQ(text_of(file), line);
}

std::string refusal(const std::string& sinks, const std::string& nodes = "pixels") {
  try {
    check_connectors(load_plan_text(
        "sources: [phantom]\nnodes: [decode, " + nodes + "]\nsinks: " + sinks + "\n", "g.yaml"));
    return "";
  } catch (const ConfigError& error) {
    return error.what();
  }
}

TEST_F(Csv, IsCheckedBeforeAnythingRuns) {
  const std::string path = file.string();
  EXPECT_EQ(refusal("[csv: {path: " + path + "}]"), "");
  EXPECT_THAT(refusal("[csv: {path: " + folder.path("no/t.csv") + "}]"), HasSubstr("cannot be written"));
  EXPECT_THAT(refusal("[csv: {path: " + path + "}, {csv: {path: " + path + "}, name: b}]"),
              HasSubstr("a table has one sink"));
  EXPECT_THAT(refusal("[csv: {path: " + path + "}]", "crop: {rectangle: [0, 0, 2, 2]}"),
              HasSubstr("features or prediction"));
}

}  // namespace
}  // namespace radflow
