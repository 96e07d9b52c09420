#include <fstream>
#include <nlohmann/json.hpp>

#include "graph/node.hpp"
#include "nodes/encode/result_json.hpp"
#include "nodes/types/features.hpp"
#include "nodes/types/frame.hpp"
#include "nodes/types/prediction.hpp"
#include "nodes/types/volume.hpp"
#include "tests/fake_context.hpp"
#include "tests/paths.hpp"

namespace radflow {
namespace {

using Json = nlohmann::json;

FakeContext context() {
  FakeContext context;
  context.the_graph = {"lungs", "xxh3:1", "xxh3"};
  context.the_record.value = Bytes::of("pixels");
  context.the_record.key = "ward/7.dcm";
  context.the_record.position = {"frames", 2, 41, 1};
  context.the_identity = {2, 5, {{"SOPInstanceUID", "1.2.3"}, {"Modality", "CT"}, {"PatientID", "4711"}}};
  return context;
}

Payload prediction() {
  Prediction prediction;
  prediction.classes =
      std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"healthy", "ill"});
  prediction.probabilities = {0.1, 0.9};
  prediction.label = 1;
  prediction.model = "lungs.model";
  prediction.model_digest = "sha256:" + std::string(64, 'a');
  return Payload::of(std::move(prediction));
}

Payload features() {
  Features features;
  features.names = std::make_shared<const std::vector<std::string>>(std::vector<std::string>{"b", "a"});
  features.values = {1.0 / 3, NAN};
  features.units = "HU";
  features.photometric = "MONOCHROME2";
  return Payload::of(std::move(features));
}

Payload frame() {
  Frame frame;
  frame.pixels = cv::Mat::zeros(2, 3, CV_16U);
  frame.geometry.spacing = Spacing{0.5, 0.25};
  frame.geometry.spacing_source = SpacingSource::Detector;
  frame.geometry.position = {1, 2, 3};
  frame.geometry.orientation = {1, 0, 0, 0, 1, 0};
  frame.geometry.laterality = "L";
  return Payload::of(std::move(frame));
}

Outcome encode(const Payload& payload, const Context& context, const std::string& format = "json") {
  const Spec* spec = Registry::instance().find(ComponentKind::Node, "encode");
  const auto params = spec->make_params();
  Value value;
  value.kind = Value::Kind::Scalar;
  value.text = format;
  Reading reading{"encode", [](const Mark&, const std::string& message) { ADD_FAILURE() << message; }};
  spec->param("format")->set(params.get(), value, reading);
  BuildInfo info;
  info.name = "encode";
  const Payload* input = &payload;
  return spec->make_node(params.get(), info)->call({&input, 1}, context);
}

Record record(const Payload& payload, const Context& context, const std::string& format = "json") {
  const Outcome outcome = encode(payload, context, format);
  EXPECT_EQ(outcome.kind, Outcome::Kind::Value);
  return outcome.value ? outcome.value.as<Record>() : Record{};
}

Json json(const Payload& payload, const Context& context) {
  return Json::parse(record(payload, context).value.text());
}

// What the jsonschema of Python says against the document; "" if nothing.
std::string schema_complaint(const Json& document) {
  const std::string file = testing::TempDir() + "radflow-result-" + std::to_string(getpid()) + ".json";
  const std::string schema = file + ".schema";
  std::ofstream{file} << document;
  std::ofstream{schema} << result_schema();
  const std::string command =
      "python3 -c \"import json,jsonschema,sys; jsonschema.Draft202012Validator(json.load(open(sys.argv[1])))"
      ".validate(json.load(open(sys.argv[2])))\" " +
      schema + " " + file + " 2>&1";
  std::string output;
  FILE* pipe = popen(command.c_str(), "r");
  for (int c; (c = std::fgetc(pipe)) != EOF;) output += static_cast<char>(c);
  const int status = pclose(pipe);
  return status == 0 ? "" : output + "exit " + std::to_string(status);
}

TEST(Encode, APredictionToTheByte) {
  FakeContext input = context();
  input.the_record.headers = {{"label", "ill"}};
  EXPECT_EQ(
      record(prediction(), input).value.text(),
      R"({"schema":1,"kind":"prediction","graph":"lungs","graph_digest":"xxh3:1","topic":"frames",)"
      R"("partition":2,"offset":41,"key":"ward/7.dcm","input_digest":"xxh3:00000000000000000000000000000000",)"
      R"("frame":3,"frames":5,"dicom":{"SOPInstanceUID":"1.2.3"},"modality":"CT","expected":"ill",)"
      R"("label":"ill","probabilities":{"healthy":0.1,"ill":0.9},"model":"lungs.model","model_digest":"sha256:)" +
          std::string(64, 'a') + R"("})");
}

TEST(Encode, ATileStandsBesideTheFrame) {
  FakeContext input = context();
  EXPECT_FALSE(json(features(), input).contains("tile"));
  input.the_identity.tiles = {{2, 9, Corner{16, 8}}};
  const Record out = record(features(), input);
  EXPECT_THAT(out.value.text(),
              testing::HasSubstr(R"("frame":3,"frames":5,"tile":{"index":3,"count":9,"x":16,"y":8},)"));
  EXPECT_THAT(out.headers, testing::Contains(Header{"ce_id", "frames/2/41/3/3/encode"}));
  input.the_identity.tiles.push_back({0, 4, std::nullopt});
  EXPECT_EQ(json(features(), input)["tile"]["tile"], (Json{{"index", 1}, {"count", 4}}));
}

TEST(Encode, NumbersReadBackExactlyAndNotFiniteIsNull) {
  const Json result = json(features(), context());
  EXPECT_EQ(result["names"], (Json{"b", "a"}));
  EXPECT_EQ(result["values"][0].get<double>(), 1.0 / 3);
  EXPECT_TRUE(result["values"][1].is_null());
  EXPECT_EQ(result["units"], "HU");
  EXPECT_EQ(result["photometric"], "MONOCHROME2");
}

TEST(Encode, TheValueDependsOnNoTime) {
  FakeContext first = context(), later = context();
  later.the_elapsed_us = 1234;
  later.the_record.timestamp_ms = 99;
  EXPECT_EQ(record(prediction(), first).value.text(), record(prediction(), later).value.text());
  EXPECT_THAT(record(prediction(), later).headers, testing::Contains(Header{"radflow-duration-us", "1234"}));
}

TEST(Encode, HeadersOfCloudEvents) {
  FakeContext input = context();
  input.the_record.timestamp_ms = 1'700'000'000'007;
  input.the_record.position.topic = "a b";
  input.the_record.headers = {{"traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"},
                              {"label", "ill"}};
  const Record out = record(prediction(), input);
  EXPECT_THAT(out.headers,
              testing::UnorderedElementsAre(
                  Header{"content-type", "application/json"}, Header{"ce_specversion", "1.0"},
                  Header{"ce_id", "a%20b/2/41/3/encode"}, Header{"ce_source", "/radflow/lungs"},
                  Header{"ce_type", "radflow.prediction.v1"}, Header{"ce_time", "2023-11-14T22:13:20.007Z"},
                  Header{"traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"},
                  Header{"radflow-duration-us", "0"}));
  EXPECT_EQ(out.key, "ward/7.dcm");
  EXPECT_EQ(out.timestamp_ms, Record::open_timestamp)
      << "Kafka would delete the result of an old frame at once";
}

// So that a graph that reads results gives the same bytes whenever its records were written.
TEST(Encode, TheTimeThatCameWithTheRecordGoesOn) {
  FakeContext input = context();
  input.the_record.timestamp_ms = 1'800'000'000'000;
  input.the_record.headers = {{"ce_time", "2023-11-14T22:13:20.007Z"}};
  EXPECT_EQ(record(prediction(), input).header("ce_time"), "2023-11-14T22:13:20.007Z");
  for (const char* time : {"2023-11-14T22:13:20Z", "2023-11-14T22:13:20.123456+01:00"}) {
    input.the_record.headers = {{"ce_time", time}};
    EXPECT_EQ(record(prediction(), input).header("ce_time"), time);
  }
  input.the_record.timestamp_ms = 1'700'000'000'007;
  for (const char* wrong : {"yesterday", "", "2023-11-14 22:13:20Z", "2023-11-14T22:13:20",
                            "2023-11-14T22:13:20.Z", "2023-11-14T22:13:20Z\n"}) {
    input.the_record.headers = {{"ce_time", wrong}, {"traceparent", wrong}, {"tracestate", "a=b"}};
    const Record sent = record(prediction(), input);
    EXPECT_EQ(sent.header("ce_time"), "2023-11-14T22:13:20.007Z") << wrong;
    EXPECT_FALSE(sent.header("traceparent")) << wrong;
    EXPECT_FALSE(sent.header("tracestate")) << wrong;
  }
}

TEST(Encode, KeysAreBytes) {
  FakeContext input = context();
  input.the_record.key = std::nullopt;
  EXPECT_TRUE(json(prediction(), input)["key"].is_null());
  input.the_record.key = "";
  EXPECT_EQ(json(prediction(), input)["key"], "");
  input.the_record.key = "\xff\x01";
  EXPECT_FALSE(json(prediction(), input).contains("key"));
  EXPECT_EQ(json(prediction(), input)["key_base64"], "/wE=");
  EXPECT_EQ(record(prediction(), input).key, "\xff\x01");
}

TEST(Encode, NoIdentifierOfAPersonLeaves) {
  EXPECT_EQ(record(prediction(), context()).value.text().find("4711"), std::string_view::npos);
}

TEST(Encode, FramesAsPictureOrNumbers) {
  const Record npy = record(frame(), context(), "npy");
  EXPECT_EQ(npy.value.size(), 128 + 12U);
  EXPECT_THAT(npy.headers, testing::Contains(Header{"content-type", "application/x-npy"}));
  EXPECT_TRUE(record(frame(), context(), "png").value.text().starts_with("\x89PNG"));
  EXPECT_EQ(encode(prediction(), context(), "npy").error->reason, "unsupported_payload");
  EXPECT_EQ(encode(Payload::of(Record{}), context()).error->reason, "unsupported_payload");
}

Payload volume() {
  Volume volume;
  volume.voxels = cv::Mat(std::vector<int>{2, 3, 4}, CV_32F, cv::Scalar{0});
  volume.geometry.spacing = {5, 0.5, 0.5};
  return Payload::of(volume);
}

TEST(Encode, VolumesAsTheirDescriptionOrTheirValues) {
  const auto said = json(volume(), context());
  EXPECT_EQ(said["kind"], "volume");
  EXPECT_THAT((std::vector<int>{said["slices"], said["rows"], said["columns"]}),
              testing::ElementsAre(2, 3, 4));
  EXPECT_EQ(said["slice_spacing_mm"], 5);
  const Record nrrd = record(volume(), context(), "nrrd");
  EXPECT_TRUE(nrrd.value.text().starts_with("NRRD0004\n"));
  EXPECT_THAT(nrrd.headers, testing::Contains(Header{"content-type", "application/x-nrrd"}));
  EXPECT_TRUE(record(volume(), context(), "npy").value.text().starts_with("\x93NUMPY"));
  EXPECT_EQ(encode(volume(), context(), "png").error->reason, "unsupported_payload");
  EXPECT_EQ(encode(frame(), context(), "nrrd").error->reason, "unsupported_payload");
}

TEST(Encode, FitsThePublishedSchema) {
  if (std::system("python3 -c 'import jsonschema; jsonschema.Draft202012Validator' 2>/dev/null") != 0)
    GTEST_SKIP() << "needs python3-jsonschema";
  FakeContext plain;
  plain.the_graph = {"g", "d", "xxh3"};
  FakeContext binary = context();
  binary.the_record.key = "\xff";
  for (const Context* context : {static_cast<const Context*>(&plain), static_cast<const Context*>(&binary)})
    for (const Payload& payload : {prediction(), features(), frame(), volume()})
      EXPECT_EQ(schema_complaint(json(payload, *context)), "");
  // The schema is not one that accepts anything.
  Json broken = json(prediction(), plain);
  broken["probability"] = 1;
  EXPECT_NE(schema_complaint(broken), "");
  broken = json(prediction(), plain);
  broken.erase("label");
  EXPECT_NE(schema_complaint(broken), "");
  broken = json(features(), plain);
  broken["label"] = "ill";
  EXPECT_NE(schema_complaint(broken), "");
}

}  // namespace
}  // namespace radflow
