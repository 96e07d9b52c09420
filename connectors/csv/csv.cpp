// csv: a table of features, predictions or predicted numbers, one row each; connectors/csv/table.hpp says what stands in it. Its first line is
// written when the graph starts where the names are known while the graph is checked, else with the first row.
//   - csv: {path: features.csv, headers: [label]}
#include <fmt/format.h>

#include <filesystem>
#include <map>

#include "connectors/csv/table.hpp"
#include "connectors/csv/table_file.hpp"
#include "graph/build.hpp"
#include "graph/connector.hpp"
#include "graph/one_of.hpp"
#include "graph/plan_check.hpp"
#include "nodes/types/facts.hpp"
#include "nodes/types/features.hpp"
#include "nodes/types/prediction.hpp"
#include "nodes/types/regression.hpp"

namespace radflow {
namespace {

struct Params {
  std::string path;
  IfExists if_exists = IfExists::Append;
  std::vector<std::string> headers;
};

// The columns of what arrives at an input; empty: not known.
Columns known_columns(const PayloadType* type, const Known& known) {
  if (type && is_type<Regression>(type)) return columns_of_number();
  if (const auto* features = known.get<KnownFeatures>()) return columns_of_features(features->names);
  if (const auto* labels = known.get<KnownLabels>()) return columns_of_classes(labels->labels);
  return {};
}

class Csv final : public Sink {
 public:
  Csv(const Params& params, const BuildInfo& info)
      : headers_{params.headers},
        columns_{columns_that_agree(info)},
        tiles_{info.has_tiles ? TileColumns::Yes : TileColumns::No},
        file_{info.path(params.path), params.if_exists, info.retry} {
    if (columns_.empty()) return;
    if (const std::string other = file_.begin(table_head(headers_, columns_, tiles_)); !other.empty())
      throw ParamError{
          "path",
          fmt::format("'{}' exists with other columns: {}; choose another path or `if_exists: overwrite`",
                      info.path(params.path), other)};
  }
  static std::vector<ParamError> check(const Params& params, const BuildInfo& info) {
    const auto wrong = TableFile::check(info.path(params.path));
    return wrong ? std::vector<ParamError>{*wrong} : std::vector<ParamError>{};
  }

  void start() override {
    file_.start();
    // No row, but the first line: a table without rows has it too.
    if (!columns_.empty()) file_.append("", [](std::optional<Error>) {});
  }
  void submit(Payload output, const Context& context, Acknowledge acknowledge) override {
    const std::string other = file_.begin(table_head(headers_, columns_of(output), tiles_));
    if (!other.empty())
      return acknowledge(Error{"other_columns", fmt::format("a row of other columns than {}", other)});
    file_.append(table_row(headers_, output, context, tiles_), std::move(acknowledge));
  }
  bool flush(std::chrono::milliseconds longest) override { return file_.flush(longest); }
  std::string not_ready() const override { return file_.not_ready(); }

 private:
  // Of all inputs; empty where they are not known. Throws ParamError where two inputs have different ones.
  static Columns columns_that_agree(const BuildInfo& info) {
    Columns columns;
    std::size_t first = 0;
    for (std::size_t i = 0; i < info.known.size(); ++i) {
      const Columns more = known_columns(i < info.inputs.size() ? info.inputs[i] : nullptr, info.known[i]);
      if (more.empty() || more == columns) continue;
      if (!columns.empty())
        throw ParamError{"",
                         fmt::format("is one table, and '{}' gives other columns than '{}': a sink for each",
                                     info.from[i], info.from[first])};
      columns = more;
      first = i;
    }
    return columns;
  }

  std::vector<std::string> headers_;
  Columns columns_;
  TileColumns tiles_;
  TableFile file_;
};

// A table has one sink: two would each write its first line.
std::vector<Diagnostic> tables_of_two_sinks(const Plan& plan) {
  std::vector<Diagnostic> found;
  std::map<std::string, const SinkPlan*> first;
  for (const SinkPlan& sink : plan.sinks) {
    if (!sink.spec || !sink.sound || (sink.spec->name != "csv" && sink.spec->name != "ndjson")) continue;
    std::error_code ignored;
    const auto path =
        std::filesystem::weakly_canonical(sink.info.path(sink.param_text("path")), ignored).string();
    const auto [known, fresh] = first.emplace(path, &sink);
    if (!fresh && (sink.spec->name == "csv" || known->second->spec->name == "csv"))
      found.push_back(diagnose(
          sink, ParamError{"path", fmt::format("'{}' writes to {} too: a table has one sink, which may "
                                               "take several nodes (`from: [a, b]`)",
                                               known->second->name, path)}));
  }
  return found;
}

const PlanCheck registered_check{tables_of_two_sinks};

const RegisterSink<Csv, Params, OneOf<Features, Prediction, Regression>> registered{
    SinkSpec{"csv",
             "Writes features, predictions or predicted numbers as a table: where each came from (key, "
             "topic, partition, "
             "offset, frame, and tile where the graph cuts frames into some), then its "
             "numbers under their names, or label, model and the probabilities, or value and model. What is "
             "missing is empty."}
        .param(&Params::path, "path", required(), "The file; its folder must exist.")
        .param(&Params::if_exists, "if_exists", any(), "What becomes of a file that is there already.")
        .param(&Params::headers, "headers", any(),
               "Headers of the records that have columns too: header.label is of the header `label`.")
        .transient()
        .example("csv: {path: features.csv, headers: [label]}")};

}  // namespace
}  // namespace radflow
