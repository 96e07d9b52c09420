#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstring>
#include <numeric>

#include "connectors/phantom/slices.hpp"
#include "tests/connectors/build.hpp"

namespace radflow {
namespace {

std::vector<std::uint16_t> pixels(const Bytes& bytes) {
  std::vector<std::uint16_t> values(bytes.size() / 2);
  std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

double mean(const Bytes& bytes) {
  const auto values = pixels(bytes);
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

TEST(Phantom, EmitsRawPixelsWithTheHeadersDecodeReads) {
  const auto records = read_all(*make_source("phantom: {width: 90, height: 60, depth: 16, count: 3}"));
  ASSERT_EQ(records.size(), 3u);
  const Record& record = records[2];
  EXPECT_EQ(record.value.size(), 90u * 60 * 2);
  EXPECT_EQ(record.key, std::string{*record.header("label")} + "/phantom-00000002");
  EXPECT_EQ(record.position, (Position{"phantom", 0, 2}));
  EXPECT_EQ(record.header("content-type"), "application/x-radflow-raw");
  EXPECT_EQ(record.header("radflow-rows"), "60");
  EXPECT_EQ(record.header("radflow-columns"), "90");
  EXPECT_EQ(record.header("radflow-depth"), "u16");
  EXPECT_EQ(record.header("radflow-row-spacing"), "4");
  EXPECT_TRUE(record.header("label") == "lesion" || record.header("label") == "normal");
}

TEST(Phantom, EightBitsAreOneByteAPixel) {
  const auto records = read_all(*make_source("phantom: {width: 20, height: 16, depth: 8, count: 1}"));
  EXPECT_EQ(records[0].value.size(), 320u);
  EXPECT_EQ(records[0].header("radflow-depth"), "u8");
  EXPECT_THROW(make_source("phantom: {depth: 12}"), ParamError);
}

TEST(Phantom, ASliceDependsOnSeedAndIndexOnly) {
  const PhantomSlices one{{.width = 64, .height = 64}}, same{{.width = 64, .height = 64}};
  const PhantomSlices other{{.width = 64, .height = 64, .seed = 2}};
  const Bytes slice = one.make(7).pixels;
  one.make(8);
  EXPECT_EQ(slice.text(), one.make(7).pixels.text());
  EXPECT_EQ(slice.text(), same.make(7).pixels.text());
  EXPECT_NE(slice.text(), one.make(8).pixels.text());
  EXPECT_NE(slice.text(), other.make(7).pixels.text());
}

TEST(Phantom, PixelsAreTheSameOnEveryMachine) {
  const auto values = pixels(PhantomSlices{{.width = 32, .height = 32}}.make(0).pixels);
  std::uint64_t hash = 1469598103934665603u;  // FNV-1a
  for (const std::uint16_t value : values) hash = (hash ^ value) * 1099511628211u;
  EXPECT_EQ(hash, 1254382140902235795u) << "the same without and with optimisation and fused multiply-add";
}

TEST(Phantom, LooksLikeAChest) {
  const auto values = pixels(PhantomSlices{{.width = 256, .height = 256, .lesions = 0}}.make(0).pixels);
  const auto at = [&](double x, double y) {  // mean of 5x5 pixels around a point of -1..1
    double sum = 0;
    for (int dy = -2; dy <= 2; ++dy)
      for (int dx = -2; dx <= 2; ++dx)
        sum += values[static_cast<std::size_t>((y + 1) * 127.5 + dy) * 256 +
                      static_cast<int>((x + 1) * 127.5 + dx)];
    return sum / 25;
  };
  EXPECT_NEAR(at(-0.95, -0.95), 24, 15) << "air";
  EXPECT_NEAR(at(-0.5, -0.1), 224, 15) << "lung";
  EXPECT_NEAR(at(0.08, 0.42), 1724, 15) << "spine";
}

TEST(Phantom, ALesionIsBrightAndLabelled) {
  const PhantomSlices with{{.width = 128, .height = 128, .lesions = 1}},
      without{{.width = 128, .height = 128, .lesions = 0}};
  for (std::uint64_t i = 0; i < 20; ++i) {
    const PhantomSlice ill = with.make(i), well = without.make(i);
    EXPECT_TRUE(ill.lesion);
    EXPECT_FALSE(well.lesion);
    EXPECT_GT(mean(ill.pixels), mean(well.pixels) + 0.5) << "slice " << i;
  }
}

TEST(Phantom, TheShareOfLesionsIsAsAsked) {
  const PhantomSlices slices{{.width = 16, .height = 16, .lesions = 0.25}};
  int lesions = 0;
  for (std::uint64_t i = 0; i < 2000; ++i) lesions += slices.make(i).lesion;
  EXPECT_NEAR(lesions, 500, 80) << "four standard deviations";
}

TEST(Phantom, WithoutCountItGoesOnUntilStopped) {
  EXPECT_EQ(read_all(*make_source("phantom: {width: 16, height: 16, count: 0}"), 250).size(), 250u);
}

TEST(Phantom, KeepsTheRate) {
  const auto start = std::chrono::steady_clock::now();
  read_all(*make_source("phantom: {width: 16, height: 16, count: 21, rate: 200}"));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  EXPECT_GE(took.count(), 0.1);
  EXPECT_LT(took.count(), 5);
}

}  // namespace
}  // namespace radflow
