#include "connectors/kafka/group/note.hpp"

#include <gtest/gtest.h>

namespace radflow::kafka {
namespace {

TEST(Note, IsReadAsItIsWritten) {
  const Note note{"1f0c", 2, 64};
  EXPECT_EQ(to_text("lungs", note), "radflow lungs owner=1f0c deaths=2 span=64");
  EXPECT_EQ(read_note(to_text("lungs", note)), note);
  EXPECT_EQ(to_text("lungs", {}), "radflow lungs");
  EXPECT_EQ(read_note("radflow lungs"), Note{});
}

TEST(Note, SaysNothingIfItIsAnothersMetadata) {
  for (const char* text : {"", "x", "owner=1", "spark owner=1 deaths=9", "radflow lungs deaths=x"})
    EXPECT_EQ(read_note(text), Note{}) << text;
}

}  // namespace
}  // namespace radflow::kafka
