#include "cli/tap.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <numeric>
#include <set>
#include <thread>
#include <tuple>

#include "cli/log.hpp"
#include "cli/patient.hpp"
#include "cli/terminal.hpp"
#include "connectors/files/folder.hpp"
#include "graph/pipeline.hpp"
#include "graph/text.hpp"

namespace radflow::cli {
namespace {

struct SharedResults {
  std::mutex mutex;
  TappedResults tapped;
};

// Takes any payload; as the dead-letter sink it is given records with the reason in a header.
class TapSink final : public Sink {
 public:
  TapSink(std::shared_ptr<SharedResults> shared, bool errors) : shared_{std::move(shared)}, errors_{errors} {}

  void submit(Payload output, const Context& context, Acknowledge acknowledge) override {
    submit_from(0, std::move(output), context, std::move(acknowledge));
  }
  void submit_from(std::size_t end, Payload output, const Context& context,
                   Acknowledge acknowledge) override {
    const Record& record = context.record();
    const std::string digest = context.input_digest();
    // The frames of a record come here one after another, and are of one patient.
    thread_local std::pair<std::string, std::optional<std::string>> patient;
    if (patient.first != digest || digest.empty()) patient = {digest, patient_digest(record)};
    {
      const std::lock_guard lock{shared_->mutex};
      if (errors_) {
        add_letter(output.as<Record>());
      } else {
        std::optional<std::string> label;
        if (const auto header = record.header("label")) label = as_utf8(*header);
        std::vector<std::pair<std::string, std::string>> said = context.identity().ids;
        if (patient.second) said.emplace_back("PatientID", *patient.second);
        for (const Header& header : record.headers) said.emplace_back(header.name, header.value);
        shared_->tapped.messages.push_back({record.key.value_or(""), record.position.offset,
                                            context.identity().path(), std::move(label), digest,
                                            std::move(output), std::move(said), end});
      }
    }
    acknowledge(std::nullopt);
  }
  bool flush(std::chrono::milliseconds) override { return true; }

 private:
  void add_letter(const Record& letter) {
    TappedResults& tapped = shared_->tapped;
    ++tapped.failed[std::string{letter.header("radflow-error-reason").value_or("unknown")}];
    if (tapped.letters.size() >= 100) return;
    tapped.letters.push_back(letter);
    tapped.letters.back().value = {};
  }

  std::shared_ptr<SharedResults> shared_;
  bool errors_;
};

constexpr const char* errors_name = "errors";

Spec tap_spec(const std::shared_ptr<SharedResults>& shared) {
  Spec spec;
  spec.kind = ComponentKind::Sink;
  spec.name = "tap";
  spec.inputs.push_back({"in", nullptr});
  spec.make_params = [] { return std::make_shared<NoParams>(); };
  spec.make_sink = [shared](const void*, const BuildInfo& info) {
    return std::make_unique<TapSink>(shared, info.name == errors_name);
  };
  return spec;
}

SinkPlan tap_plan(const Spec& spec, const std::string& name, std::vector<InputPlan> inputs, bool errors) {
  SinkPlan sink;
  sink.spec = &spec;
  sink.name = sink.info.name = name;
  sink.params = spec.make_params();
  sink.inputs = std::move(inputs);
  sink.errors = errors;
  sink.order = Order::None;
  return sink;
}

// The plan without the nodes and sinks that `end` does not depend on.
Plan cut(Plan plan, const std::vector<InputPlan>& end, const Spec& spec) {
  std::vector<bool> needed(plan.nodes.size());
  const auto need = [&](const std::vector<InputPlan>& inputs) {
    for (const InputPlan& input : inputs)
      if (input.node >= 0) needed[input.node] = true;
  };
  need(end);
  for (std::size_t i = plan.nodes.size(); i-- > 0;)  // topological order: users come after what they use
    if (needed[i]) need(plan.nodes[i].inputs);

  std::vector<int> index(plan.nodes.size());
  const auto renumber = [&](std::vector<InputPlan> inputs) {
    for (InputPlan& input : inputs)
      if (input.node >= 0) input.node = index[input.node];
    return inputs;
  };
  const bool had_errors = std::ranges::any_of(plan.sinks, &SinkPlan::errors);
  std::vector<NodePlan> nodes;
  for (std::size_t i = 0; i < plan.nodes.size(); ++i) {
    if (!needed[i]) continue;
    index[i] = static_cast<int>(nodes.size());
    nodes.push_back(std::move(plan.nodes[i]));
    nodes.back().inputs = renumber(std::move(nodes.back().inputs));
    // A graph without dead letters stops at the first error; here each one is counted.
    if (!had_errors) nodes.back().on_error = OnError::DeadLetter;
  }
  plan.nodes = std::move(nodes);
  plan.sinks = {tap_plan(spec, "tap", renumber(end), false), tap_plan(spec, errors_name, {}, true)};
  plan.delivery = Delivery::AtLeastOnce;
  plan.info.input_digest = "xxh3";  // a model keeps these, whatever a graph's results carry
  for (ComponentPlan& source : plan.sources) source.info.delivery = plan.delivery;
  return plan;
}

void run(Plan plan, const std::string& title, std::uint64_t total) {
  Pipeline pipeline{std::move(plan)};
  pipeline.start();
  bool complete = false;
  {
    const std::jthread watcher{[&](std::stop_token stop) {
      if (title.empty()) return;
      ProgressBar bar{title, total};
      const auto show = [&] {
        const PipelineStats stats = pipeline.stats();
        bar.update(stats.records_delivered + stats.records_failed);
      };
      while (!stop.stop_requested()) {
        show();
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
      }
      show();
    }};
    complete = pipeline.wait();
  }
  if (const auto failure = pipeline.failure()) throw std::runtime_error{*failure};
  if (!complete) throw std::runtime_error{"the graph ended before its input did"};
}

}  // namespace

std::int64_t TappedResults::failures() const {
  return std::accumulate(failed.begin(), failed.end(), std::int64_t{0},
                         [](std::int64_t sum, const auto& reason) { return sum + reason.second; });
}

TappedResults tap(const Plan& plan, std::size_t node, TapAt at, const std::string& title,
                  std::uint64_t total) {
  return tap_ends(plan,
                  at == TapAt::Input ? plan.nodes[node].inputs
                                     : std::vector<InputPlan>{InputPlan{static_cast<int>(node), 0}},
                  title, total);
}

TappedResults tap_ends(const Plan& plan, const std::vector<InputPlan>& ends, const std::string& title,
                       std::uint64_t total) {
  const auto shared = std::make_shared<SharedResults>();
  const Spec spec = tap_spec(shared);
  run(cut(plan, ends, spec), title, total);
  std::ranges::sort(shared->tapped.messages, {},
                    [](const Tapped& one) { return std::tie(one.key, one.offset, one.part); });
  return std::move(shared->tapped);
}

std::uint64_t count_input(const std::string& input) {
  if (input.empty()) return 0;
  try {
    return list_files(input).size();
  } catch (const ParamError& error) {
    refuse({"--input", 0, 0}, error.what());
  }
}

void require_ending_sources(const Plan& plan) {
  for (const ComponentPlan& source : plan.sources)
    if (source.spec->name == "kafka")
      throw ConfigError{
          {{source.mark, "a topic does not end; name the folder of class folders with --input"}}};
}

std::string describe_failures(const TappedResults& tapped) {
  if (tapped.failed.empty()) return "";
  // Of each reason the first few, in one order however the workers ran.
  std::map<std::string, std::set<std::string>> such;
  for (const Record& letter : tapped.letters)
    if (letter.key)
      such[std::string{letter.header("radflow-error-reason").value_or("unknown")}].insert(*letter.key);
  std::string reasons;
  for (const auto& [reason, count] : tapped.failed) {
    std::vector<std::string> first(such[reason].begin(), such[reason].end());
    first.resize(std::min<std::size_t>(first.size(), 3));
    reasons += fmt::format("{}{} ({}{})", reasons.empty() ? "" : ", ", reason, count,
                           first.empty() ? "" : fmt::format(", such as {}", fmt::join(first, ", ")));
  }
  return fmt::format(
      "{} gave no result: {}; radflow run GRAPH --input FOLDER --output FILE says which and why",
      tapped.failures() == 1 ? "1 record" : fmt::format("{} records", tapped.failures()), reasons);
}

void print_failures(const TappedResults& tapped) {
  const std::string line = describe_failures(tapped);
  if (line.empty()) return;
  log_line(spdlog::level::warn, paint_stderr("warning", Colour::Yellow) + ": " + line,
           {{"failed", tapped.failures()}, {"reasons", tapped.failed}});
}

}  // namespace radflow::cli
