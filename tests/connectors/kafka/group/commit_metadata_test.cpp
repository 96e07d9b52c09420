#include "connectors/kafka/group/commit_metadata.hpp"

#include <gtest/gtest.h>

namespace radflow::kafka {
namespace {

TEST(CommitMetadata, IsReadAsItIsWritten) {
  const CommitMetadata metadata{"1f0c", 2, 64};
  EXPECT_EQ(to_text("lungs", metadata), "radflow lungs owner=1f0c deaths=2 span=64");
  EXPECT_EQ(read_commit_metadata(to_text("lungs", metadata)), metadata);
  EXPECT_EQ(to_text("lungs", {}), "radflow lungs");
  EXPECT_EQ(read_commit_metadata("radflow lungs"), CommitMetadata{});
}

TEST(CommitMetadata, SaysWhatIsDoneAboveThePosition) {
  const std::vector<OffsetRun> runs{{103, 107}, {117, 119}};
  const std::string text = ahead_text(100, runs, 1000);
  EXPECT_EQ(text, " ahead=100+3x4+10x2");
  EXPECT_EQ(read_ahead("radflow lungs" + text, 100), runs);
  EXPECT_EQ(read_ahead("radflow lungs owner=1f0c deaths=2 span=64" + text, 100), runs);
  EXPECT_EQ(read_commit_metadata("radflow lungs owner=1f0c deaths=2 span=64" + text),
            (CommitMetadata{"1f0c", 2, 64}));
  EXPECT_EQ(ahead_text(100, {}, 1000), "");
}

TEST(CommitMetadata, LeavesTheHighestRunsOutWhereThereIsNoRoom) {
  const std::vector<OffsetRun> runs{{103, 107}, {117, 119}};
  EXPECT_EQ(ahead_text(100, runs, 18), " ahead=100+3x4");
  EXPECT_EQ(ahead_text(100, runs, 12), "");
}

TEST(CommitMetadata, NamesTheRecordsOfAGroupThatIsFinished) {
  const CommitMetadata metadata{"1f0c", 1, 64, 130, {{90, 91}, {95, 97}}};
  EXPECT_EQ(to_text("lungs", metadata),
            "radflow lungs owner=1f0c deaths=1 span=64 through=130 finish=90+0x1+4x2");
  EXPECT_EQ(read_commit_metadata(to_text("lungs", metadata) + " ahead=100+3x4"), metadata);
  CommitMetadata scattered = metadata;
  for (std::int64_t at = 200; at < 800; at += 2) scattered.finish.push_back({at, at + 1});
  EXPECT_EQ(read_commit_metadata(to_text("lungs", scattered)).finish, (std::vector<OffsetRun>{{90, 799}}))
      << "from the first to the last where there is no room";
}

// Somebody moved the group, or it is another's metadata.
TEST(CommitMetadata, WhatIsDoneBelongsToOnePosition) {
  for (const char* text :
       {"radflow lungs ahead=101+3x4", "radflow lungs", "spark ahead=100+3x4", "radflow lungs ahead=100+3",
        "radflow lungs ahead=100+3x", "radflow lungs ahead=100-3x4", "radflow lungs ahead=100+3x4+",
        "radflow lungs ahead=100+9223372036854775807x9", "radflow lungs ahead=100+99999999999999999999x1",
        "radflow lungs ahead="})
    EXPECT_TRUE(read_ahead(text, 100).empty()) << text;
}

TEST(CommitMetadata, SaysNothingIfItIsAnothersMetadata) {
  for (const char* text : {"", "x", "owner=1", "spark owner=1 deaths=9", "radflow lungs deaths=x"})
    EXPECT_EQ(read_commit_metadata(text), CommitMetadata{}) << text;
}

}  // namespace
}  // namespace radflow::kafka
