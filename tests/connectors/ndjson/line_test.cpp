#include "connectors/ndjson/line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace radflow {
namespace {

using nlohmann::json;

Record record(std::string value, std::vector<Header> headers) {
  Record record;
  record.value = Bytes::of(std::move(value));
  record.headers = std::move(headers);
  return record;
}

const Header is_json{"content-type", "application/json"};

TEST(NdjsonLine, AResultKeepsItsBytesBehindTheNameOfTheSink) {
  EXPECT_EQ(ndjson_line("out", record(R"({"a":0.1,"b":[1e-7]})", {is_json})),
            "{\"sink\":\"out\",\"a\":0.1,\"b\":[1e-7]}\n");
  EXPECT_EQ(ndjson_line("a\"b", record("{ }", {is_json})), "{\"sink\":\"a\\\"b\" }\n");
}

TEST(NdjsonLine, ADeadLetterHasBytesHeadersAndTheErrorAsJson) {
  Record letter = record(std::string{"\0\xff\n", 3},
                         {{"label", "normal"}, {"radflow-error", R"({"failures":[{"node":"decode"}]})"}});
  letter.key = "a.dcm";
  const std::string line = ndjson_line("errors", letter);
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  const json parsed = json::parse(line);
  EXPECT_EQ(parsed["sink"], "errors");
  EXPECT_EQ(parsed["key"], "a.dcm");
  EXPECT_EQ(parsed["value"], "AP8K");
  EXPECT_EQ(parsed["headers"]["label"], "normal");
  EXPECT_EQ(parsed["headers"]["radflow-error"]["failures"][0]["node"], "decode");
}

TEST(NdjsonLine, ADeadLetterOfJsonIsADeadLetter) {
  const json line = json::parse(ndjson_line("errors", record("{}", {is_json, {"radflow-error", "{}"}})));
  EXPECT_EQ(line["value"], "e30=");
}

TEST(NdjsonLine, WhatOnlyClaimsToBeJsonDoesNotBreakTheFile) {
  for (const std::string text : {"{", "{\"a\":1}x", "{\"a\":\n1}", "", "[1]", "{\"a\":\"\xff\"}"}) {
    const std::string line = ndjson_line("out", record(text, {is_json}));
    EXPECT_EQ(line.find('\n'), line.size() - 1) << text;
    EXPECT_TRUE(json::parse(line).contains("value")) << text;
  }
}

TEST(NdjsonLine, BytesThatAreNotText) {
  Record odd = record("x", {{"n", "\xff{"}, {"broken", "{\"a\":"}});
  odd.key = "\xfe";
  const json line = json::parse(ndjson_line("out", odd));
  EXPECT_EQ(line["key_base64"], "/g==");
  EXPECT_EQ(line["headers"]["n"], "\xEF\xBF\xBD{");
  EXPECT_EQ(line["headers"]["broken"], "{\"a\":");
}

TEST(NdjsonLine, NoKeyIsNotTheEmptyKey) {
  Record plain = record("", {});
  EXPECT_TRUE(json::parse(ndjson_line("out", plain))["key"].is_null());
  plain.key = "";
  EXPECT_EQ(json::parse(ndjson_line("out", plain))["key"], "");
}

TEST(NdjsonLine, AHeaderThatNestsDeeplyStaysText) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + "1" + std::string(depth, ']');
  };
  const auto written = [&](std::size_t depth) {
    return json::parse(ndjson_line("out", record("x", {{"h", nested(depth)}})))["headers"]["h"];
  };
  EXPECT_TRUE(written(30).is_array());
  EXPECT_EQ(written(30).dump(), nested(30));
  EXPECT_TRUE(written(1'000'000).is_string());
  EXPECT_EQ(written(1'000'000), nested(1'000'000));
}

}  // namespace
}  // namespace radflow
