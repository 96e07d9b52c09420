// A partition that is held, of which tests say what is read, done and committed.
#pragma once

#include <gtest/gtest.h>

#include "connectors/kafka/group/assignment.hpp"

namespace radflow::kafka {

class HeldPartition : public testing::Test {
 protected:
  HeldPartition() {
    rd_kafka_topic_partition_list_add(list.get(), "t", 0);
    assignment.add(*list);
  }
  void read(std::int64_t offset) {
    Position position{"t", 0, offset};
    ASSERT_TRUE(assignment.admit(position));
    generation = position.generation;
  }
  void done(std::int64_t offset) { assignment.done({"t", 0, offset, generation}); }
  // Asks for what is to be committed; -1: nothing.
  std::int64_t commit(rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR) {
    const PartitionsPtr due = assignment.to_commit();
    if (!due) return -1;
    const std::int64_t offset = due->elems[0].offset;
    assignment.committed(*due, error);
    return offset;
  }

  Assignment assignment{"test"};
  PartitionsPtr list = partition_list();
  std::uint64_t generation = 0;
};

}  // namespace radflow::kafka
