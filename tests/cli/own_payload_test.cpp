// A payload type of one's own is one struct and one registration, as below; the program follows.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "cli/result_table.hpp"
#include "graph/build.hpp"
#include "graph/node.hpp"
#include "graph/pipeline.hpp"
#include "graph/register_payload.hpp"
#include "nodes/encode/result_json.hpp"
#include "tests/cli/program.hpp"

namespace radflow {
namespace {

using Json = nlohmann::ordered_json;

struct Lesions {
  static constexpr std::string_view payload_name = "test_lesions";
  std::vector<double> diameters;
  std::size_t bytes() const { return sizeof *this + diameters.capacity() * sizeof(double); }
};
const RegisterPayload<Lesions> registered{{
    .sentence = "Lesions by diameter.",
    .json = [](const Lesions& lesions,
               ResultFields& result) { result.add_numbers("diameters_mm", lesions.diameters); },
    .schema = R"({"required": ["diameters_mm"],
                  "properties": {"diameters_mm": {"type": "array", "items": {"type": "number"}}}})",
    .summary = [](const Json& result) { return fmt::format("{} lesions", result.at("diameters_mm").size()); },
}};
struct FindLesions {
  Lesions operator()(const Record& record) const { return {{static_cast<double>(record.value.size()), 2.5}}; }
};
const Register<FindLesions> find_lesions{NodeSpec{"test_find_lesions", "Finds lesions."}};

// Never registered: it travels between nodes only.
struct Scratch {
  static constexpr std::string_view payload_name = "test_scratch";
};
struct MakeScratch {
  Scratch operator()(const Record&) const { return {}; }
};
const Register<MakeScratch> make_scratch{NodeSpec{"test_make_scratch", "Makes what no sink takes."}};

class OwnPayload : public testing::Test {
 protected:
  OwnPayload() : folder_{testing::TempDir() + "radflow_payload_" + std::to_string(getpid())} {
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_ + "/in");
    std::ofstream{folder_ + "/in/a.txt"} << "four";
  }
  ~OwnPayload() override { std::filesystem::remove_all(folder_); }

  Plan plan(const std::string& nodes) const {
    return load_plan_text(
        "graph: g\nsources: [files: {path: in}]\nnodes: [" + nodes + "]\nsinks: [ndjson: {path: out.ndjson}]",
        folder_ + "/graph.yaml");
  }
  Json result() const {
    Pipeline pipeline{plan("test_find_lesions")};
    pipeline.start();
    EXPECT_TRUE(pipeline.wait());
    std::ifstream in{folder_ + "/out.ndjson"};
    return Json::parse(in, nullptr, false);
  }
  // What is wrong with a graph, as lint says it; "" if nothing.
  std::string complaint(const std::string& nodes) const {
    try {
      build_nodes(plan(nodes));
    } catch (const ConfigError& error) {
      return error.what();
    }
    return "";
  }

  const std::string folder_;
};

TEST_F(OwnPayload, IsWrittenToASink) {
  const Json written = result();
  EXPECT_EQ(written["kind"], "test_lesions");
  EXPECT_EQ(written["diameters_mm"], (Json{4.0, 2.5}));
}

TEST_F(OwnPayload, IsInTheSchemaOfResults) {
  const Json schema = result_schema();
  EXPECT_THAT(schema["properties"]["kind"]["enum"], testing::Contains("test_lesions"));
  Json good = result(), foreign = good, incomplete = good;
  foreign["label"] = "benign";  // a prediction's
  incomplete.erase("diameters_mm");
  std::ofstream{folder_ + "/schema.json"} << schema;
  std::ofstream{folder_ + "/all.json"} << Json{good, foreign, incomplete};
  if (std::system("python3 -c 'import jsonschema; jsonschema.Draft202012Validator' 2>/dev/null") != 0)
    GTEST_SKIP() << "needs python3-jsonschema";
  std::ofstream{folder_ + "/check.py"}
      << "import json, jsonschema\n"
         "check = jsonschema.Draft202012Validator(json.load(open('schema.json')))\n"
         "print([check.is_valid(one) for one in json.load(open('all.json'))])\n";
  EXPECT_EQ(cli::run_shell("cd " + folder_ + " && python3 check.py").out, "[True, False, False]\n");
}

TEST_F(OwnPayload, IsShownByTail) {
  Record record;
  record.key = "a.txt";
  record.value = Bytes::of(result().dump());
  EXPECT_THAT(cli::result_row(record), testing::HasSubstr(" 2 lesions "));
  // What another version wrote is shown as far as it is understood.
  record.value = Bytes::of(R"({"kind": "test_lesions"})");
  EXPECT_THAT(cli::result_row(record), testing::HasSubstr("test_lesions"));
  record.value = Bytes::of(R"({"kind": "prediction", "label": 7})");
  EXPECT_THAT(cli::result_row(record), testing::HasSubstr("prediction"));
}

TEST_F(OwnPayload, WhatCannotBeWrittenIsFoundBeforeItRuns) {
  EXPECT_EQ(complaint("test_find_lesions"), "");
  EXPECT_THAT(
      complaint("test_make_scratch"),
      testing::AllOf(
          testing::HasSubstr("graph.yaml:"), testing::HasSubstr("test_scratch cannot be written to a sink"),
          testing::HasSubstr("boxes, features, frame, mask, prediction, regression, test_lesions")));
  EXPECT_THAT(complaint("test_find_lesions, encode: {format: png}"),
              testing::HasSubstr("png is for frames and masks, and test_lesions arrives here"));
  EXPECT_THAT(complaint("encode"), testing::HasSubstr("a record goes to a sink as it is"));
}

// A plug-in has type objects of its own, with the same names.
TEST_F(OwnPayload, IsKnownByItsName) {
  const PayloadType elsewhere{std::string_view{"test_lesions"}, nullptr};
  EXPECT_TRUE(is_type<Lesions>(&elsewhere));
  EXPECT_FALSE(is_type<Scratch>(&elsewhere));
  EXPECT_FALSE(is_type<Scratch>(nullptr));
}

}  // namespace
}  // namespace radflow
