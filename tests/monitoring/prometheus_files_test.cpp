// The alert rules and the dashboard are right by themselves and name metrics that exist.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>
#include <sstream>

#include "graph/reasons.hpp"
#include "graph/spec.hpp"
#include "monitoring/metrics.hpp"
#include "tests/connectors/temporary_folder.hpp"
#include "tests/monitoring/promtool.hpp"
#include "tests/monitoring/sample_stats.hpp"
#include "tests/paths.hpp"

namespace radflow {
namespace {

const std::string root = source_folder;
const std::string rules = root + "/monitoring/prometheus/alerts.yml";
const std::string dashboard = root + "/monitoring/grafana/radflow.json";

std::string read(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream{path}.rdbuf();
  return text.str();
}

std::set<std::string> names_in(const std::string& text) {
  static const std::regex name{"(radflow|process)_[a-z_]+"};
  std::set<std::string> names;
  for (auto at = std::sregex_iterator{text.begin(), text.end(), name}; at != std::sregex_iterator{}; ++at)
    names.insert(at->str());
  return names;
}

std::set<std::string> exported() {
  std::set<std::string> names;
  for (const auto& family : collect_metrics(sample_stats())) {
    names.insert(family.name);
    if (family.type == prometheus::MetricType::Histogram)
      for (const std::string suffix : {"_bucket", "_sum", "_count"}) names.insert(family.name + suffix);
  }
  for (const Spec* node : Registry::instance().all(ComponentKind::Node))
    for (const MetricSpec& metric : node->metrics) names.insert(exported_name(metric));
  return names;
}

TEST(AlertRules, PassPromtool) {
  if (!Promtool::is_there()) GTEST_SKIP() << "promtool is not installed (package prometheus)";
  const Promtool check{"check config " + root +
                       "/monitoring/prometheus/prometheus.yml"};  // and the rules it names
  EXPECT_TRUE(check.ok) << check.output;
  const Promtool test{"test rules " + root + "/tests/monitoring/alerts_test.yml"};
  EXPECT_TRUE(test.ok) << test.output;
}

TEST(AlertRules, NameMetricsThatExist) {
  EXPECT_THAT(names_in(read(rules)), testing::IsSubsetOf(exported()));
  EXPECT_GT(names_in(read(rules)).size(), 5u);
}

std::set<std::string> shown() {
  const auto json = nlohmann::json::parse(read(dashboard));
  std::set<std::string> used;
  for (const auto& panel : json.at("panels"))
    for (const auto& target : panel.at("targets")) used.merge(names_in(target.at("expr").get<std::string>()));
  return used;
}

TEST(Dashboard, NamesMetricsThatExist) {
  EXPECT_THAT(shown(), testing::IsSubsetOf(exported()));
  EXPECT_GT(shown().size(), 12u);
}

// Whoever adds a metric adds a panel, or says here why there is none.
TEST(Dashboard, ShowsEveryMetric) {
  // The version; what other panels show as bytes, rates or ages; the fixed limits of nodes; whether the graph runs;
  // what nodes of the sample declare, which are none of radflow's.
  const std::set<std::string> seen_otherwise{"radflow_node_seen_total",
                                             "radflow_node_sides_total",
                                             "radflow_build_info",
                                             "radflow_in_flight_records",
                                             "radflow_received_bytes_total",
                                             "radflow_node_calls_total",
                                             "radflow_node_results_total",
                                             "radflow_node_filtered_total",
                                             "radflow_frontier_offset",
                                             "radflow_records_delivered_total",
                                             "radflow_outputs_submitted_total",
                                             "radflow_node_limit",
                                             "radflow_running",
                                             "radflow_frontier_pending_records"};
  const std::set<std::string> used = shown();
  for (const auto& family : collect_metrics(sample_stats())) {
    const bool is_shown = used.contains(family.name) || used.contains(family.name + "_bucket");
    EXPECT_NE(is_shown, seen_otherwise.contains(family.name)) << family.name;
  }
}

// A fixed range holds one sample, and shows nothing, where the scrape interval is as long: Grafana knows it.
TEST(Dashboard, ItsRatesFollowTheScrapeInterval) {
  const auto json = nlohmann::json::parse(read(dashboard));
  int rates = 0;
  for (const auto& panel : json.at("panels"))
    for (const auto& target : panel.at("targets")) {
      const auto expression = target.at("expr").get<std::string>();
      for (std::size_t at = 0; (at = expression.find('[', at)) != std::string::npos; ++at, ++rates)
        EXPECT_THAT(expression.substr(at), testing::StartsWith("[$__rate_interval]"));
    }
  EXPECT_GT(rates, 5);
}

TEST(Dashboard, ItsQueriesAreValid) {
  if (!Promtool::is_there()) GTEST_SKIP() << "promtool is not installed (package prometheus)";
  nlohmann::json recorded = nlohmann::json::array();  // a rule file may be JSON
  const auto json = nlohmann::json::parse(read(dashboard));
  for (const auto& panel : json.at("panels"))
    for (const auto& target : panel.at("targets"))
      recorded.push_back({{"record", "q" + std::to_string(recorded.size())},
                          {"expr", std::regex_replace(target.at("expr").get<std::string>(),
                                                      std::regex{R"(\$__rate_interval)"}, "1m")}});
  const nlohmann::json groups{{"groups", {{{"name", "dashboard"}, {"rules", recorded}}}}};
  const TemporaryFolder folder;
  folder.write("rules.yml", groups.dump());
  const Promtool check{"check rules " + folder.path("rules.yml")};
  EXPECT_TRUE(check.ok) << check.output;
}

}  // namespace
}  // namespace radflow
