#include "monitoring/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/connectors/temporary_folder.hpp"
#include "tests/monitoring/promtool.hpp"
#include "tests/monitoring/sample_stats.hpp"

namespace radflow {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Metrics, SayWhatThePipelineCounted) {
  const std::string text = metrics_text(sample_stats());
  for (const char* line : {
           "radflow_running{graph=\"pneumonia\"} 1\n",
           "radflow_memory_limit_bytes{graph=\"pneumonia\"} 1048576\n",
           "radflow_in_flight_bytes{graph=\"pneumonia\"} 4096\n",
           "radflow_records_received_total{graph=\"pneumonia\",source=\"frames\"} 45\n",
           "radflow_records_gone_total{graph=\"pneumonia\",source=\"frames\"} 7\n",
           "radflow_positions_beyond_end_total{graph=\"pneumonia\",source=\"frames\"} 1\n",
           "radflow_received_bytes_total{graph=\"pneumonia\",source=\"frames\"} 1000\n",
           "radflow_consumer_lag_records{graph=\"pneumonia\",source=\"frames\",topic=\"frames\",partition="
           "\"0\"} 5\n",
           "radflow_frontier_age_seconds{graph=\"pneumonia\",source=\"frames\",topic=\"frames\",partition="
           "\"0\"} 1.5\n",
           "radflow_node_warnings_total{graph=\"pneumonia\",node=\"decode\",type=\"decode\",reason="
           "\"more_images\"} 3",
           "radflow_node_failures_total{graph=\"pneumonia\",node=\"decode\",type=\"decode\",reason="
           "\"truncated\"} 2\n",
           "# TYPE radflow_node_seen_total counter\n"
           "radflow_node_seen_total{graph=\"pneumonia\",node=\"decode\",type=\"decode\"} 12\n"
           "radflow_node_seen_total{graph=\"pneumonia\",node=\"texture\",type=\"histogram\"} 4\n",
           "# TYPE radflow_node_sides_total counter\n"
           "radflow_node_sides_total{graph=\"pneumonia\",node=\"decode\",type=\"decode\",side=\"left\"} 5\n"
           "radflow_node_sides_total{graph=\"pneumonia\",node=\"decode\",type=\"decode\",side=\"right\"} 7\n",
           "# TYPE radflow_node_limit gauge\n"
           "radflow_node_limit{graph=\"pneumonia\",node=\"decode\",type=\"decode\"} 2.5\n",
           "radflow_groups_open{graph=\"pneumonia\",node=\"collect\"} 2\n",
           "radflow_group_members{graph=\"pneumonia\",node=\"collect\"} 7\n",
           "radflow_group_bytes{graph=\"pneumonia\",node=\"collect\"} 9000\n",
           "radflow_group_memory_limit_bytes{graph=\"pneumonia\",node=\"collect\"} 67108864\n",
           "radflow_groups_ended_total{graph=\"pneumonia\",node=\"collect\",reason=\"idle\"} 1\n",
           "# TYPE radflow_batch_size histogram\n"
           "radflow_batch_size_count{graph=\"pneumonia\",node=\"network\"} 3\n"
           "radflow_batch_size_sum{graph=\"pneumonia\",node=\"network\"} 33\n",
           "radflow_batch_size_bucket{graph=\"pneumonia\",node=\"network\",le=\"8\"} 1\n",
           "radflow_batch_size_bucket{graph=\"pneumonia\",node=\"network\",le=\"16\"} 3\n",
           "radflow_batch_size_bucket{graph=\"pneumonia\",node=\"network\",le=\"+Inf\"} 3\n",
           "radflow_stage_queue_messages{graph=\"pneumonia\",stage=\"decode\"} 7\n",
           "radflow_outputs_sent_total{graph=\"pneumonia\",sink=\"results\",port=\"results\"} 40\n",
           "radflow_records_abandoned_total{graph=\"pneumonia\"} 0\n",
       })
    EXPECT_THAT(text, HasSubstr(line));
}

TEST(Metrics, AHistogramIsCumulativeAndEndsAtInfinity) {
  const std::string text = metrics_text(sample_stats());
  const std::string start = "radflow_node_duration_seconds_";
  const std::string labels = "{graph=\"pneumonia\",node=\"decode\",type=\"decode\"";
  EXPECT_THAT(text, HasSubstr(start + "bucket" + labels + ",le=\"0.001\"} 3\n"));
  EXPECT_THAT(text, HasSubstr(start + "bucket" + labels + ",le=\"10\"} 3\n"));
  EXPECT_THAT(text, HasSubstr(start + "bucket" + labels + ",le=\"+Inf\"} 4\n"));
  EXPECT_THAT(text, HasSubstr(start + "count" + labels + "} 4\n"));
  EXPECT_THAT(text, HasSubstr(start + "sum" + labels + "} 12.5\n"));
}

TEST(Metrics, WhatIsUnknownIsLeftOut) {
  EXPECT_THAT(metrics_text(sample_stats()),
              Not(HasSubstr("radflow_consumer_lag_records{graph=\"pneumonia\",source="
                            "\"frames\",topic=\"frames\",partition=\"1\"}")));
}

TEST(Metrics, KeepTheConventionsOfPrometheus) {
  if (!Promtool::is_there()) GTEST_SKIP() << "promtool is not installed (package prometheus)";
  const TemporaryFolder folder;
  folder.write("metrics", metrics_text(sample_stats()));
  const Promtool check{"check metrics < " + folder.path("metrics")};
  EXPECT_TRUE(check.ok) << check.output;
  EXPECT_EQ(check.output, "");
}

}  // namespace
}  // namespace radflow
