// A graph of lambdas for tests of the engine: a source that emits given records, nodes that are functions,
// sinks that keep what they get and acknowledge from a thread of their own, in any order.
#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "graph/pipeline.hpp"

namespace radflow::testing {

struct Number {
  static constexpr std::string_view payload_name = "number";
  std::int64_t value = 0;
};

using Function = std::function<Outcome(std::span<const Payload* const>, const Context&)>;

inline Outcome value(std::int64_t number, int port = 0) {
  return Outcome::of(Payload::of(Number{number}), port);
}
inline Outcome filtered() { return Outcome::filtered(); }
inline Outcome failed(std::string reason, bool transient = false) {
  return Outcome::failed({std::move(reason), "as the test wants", transient});
}
inline std::int64_t number(const Payload* payload) { return payload->as<Number>().value; }

class FunctionBody final : public NodeBody {
 public:
  explicit FunctionBody(Function function) : function_{std::move(function)} {}
  Outcome call(std::span<const Payload* const> inputs, const Context& context) override {
    return function_(inputs, context);
  }

 private:
  Function function_;
};

// Gives the records it was given; refuses one with a header `refuse`, for the reason that it says.
class ScriptSource : public Source {
 public:
  explicit ScriptSource(std::vector<Record> records)
      : records_{std::move(records)}, total_{records_.size()} {}
  ~ScriptSource() override {
    forget();
    if (at_end) at_end();
  }
  void run(Intake& intake, std::stop_token stop) override {
    for (Record& record : records_) {
      while (const auto wait = record.header("wait")) {  // until the test lets it go on
        paused = *wait == "paused";
        if (stop.stop_requested()) return;
        if (go_on) break;
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
      }
      paused = false;
      while (give(intake, record) == Admission::Full) {
        if (stop.stop_requested()) return;
        intake.wait(std::chrono::milliseconds{20});
      }
    }
  }
  void done(const Position& position) override {
    const std::lock_guard lock{mutex};
    done_offsets.push_back(position.offset);
  }

  void done_together(const std::vector<Position>& positions) override {
    for (const Position& position : positions) done(position);
    const std::lock_guard lock{mutex};
    together_.push_back(positions.size());
  }
  // How many records were done in each call for several.
  std::vector<std::size_t> together() const {
    const std::lock_guard lock{mutex};
    return together_;
  }
  bool listening() const override { return !paused; }

  bool holds(const Position& position) const override { return position.partition != given_up; }

  // The lowest offset that is not done, as old as a stall has to be.
  std::vector<PartitionStatus> partitions() const override {
    const std::lock_guard lock{mutex};
    if (!report_pending) return {};
    std::int64_t frontier = 0;
    while (std::ranges::find(done_offsets, frontier) != done_offsets.end()) ++frontier;
    const auto pending = static_cast<std::int64_t>(total_ - done_offsets.size());
    return {{"topic", 0, frontier, -1, pending, pending > 0 ? 2.0 : 0.0}};
  }

  void forget() { records_.clear(); }

  std::atomic<bool> report_pending{false};
  // Before a record with a header `wait` it waits for `go_on`; where that is `paused`, it does not listen meanwhile.
  std::atomic<bool> paused{false}, go_on{false};
  std::atomic<int> given_up{-1};  // a partition
  std::function<void()> at_end;   // called when it is destroyed
  mutable std::mutex mutex;
  std::vector<std::int64_t> done_offsets;

 private:
  static Admission give(Intake& intake, Record& record) {
    if (const auto reason = record.header("refuse"))
      return intake.refuse(record, {std::string{*reason}, "no"}, 0);
    if (!record.claimed) return intake.admit(record);
    const auto bytes = static_cast<std::int64_t>(record.value.size());
    if (!intake.reserve(bytes)) return Admission::Full;
    const Admission result = intake.admit_reserved(record, bytes);
    if (result == Admission::Full) intake.give_back(bytes);
    return result;
  }

  std::vector<Record> records_;
  const std::size_t total_;
  std::vector<std::size_t> together_;  // under mutex
};

// Keeps outputs in the order they were submitted; `rule` may refuse one.
class KeepingSink final : public Sink {
 public:
  struct Kept {
    std::int64_t offset = 0;
    std::string key;
    std::uint32_t part = 0;
    std::int64_t number = -1;  // of a Number
    std::string text;          // of a record: its bytes
    std::string error;         // of a dead letter: the header radflow-error
    Payload payload;           // but a record, as long as the sink lives
  };
  using Rule = std::function<std::optional<Error>(const Kept&)>;

  explicit KeepingSink(Rule rule = {})
      : rule_{std::move(rule)}, acknowledging_{[this](std::stop_token stop) { run(stop); }} {}
  ~KeepingSink() override { acknowledging_.request_stop(); }

  void submit(Payload output, const Context& context, Acknowledge acknowledge) override {
    Kept kept{context.record().position.offset,
              context.record().key.value_or(""),
              context.identity().index,
              -1,
              {},
              {},
              {}};
    if (const auto* n = output.get<Number>()) kept.number = n->value;
    if (const auto* r = output.get<Record>()) {
      kept.text = r->value.text();
      kept.error = r->header("radflow-error").value_or("");
    }
    if (!output.get<Record>()) kept.payload = std::move(output);
    std::optional<Error> refused = rule_ ? rule_(kept) : std::nullopt;
    const std::lock_guard lock{mutex};
    kept_.push_back(std::move(kept));
    pending_.push_back([acknowledge = std::move(acknowledge), refused] { acknowledge(refused); });
    changed_.notify_all();
  }
  bool flush(std::chrono::milliseconds longest) override {
    std::unique_lock lock{mutex};
    return changed_.wait_for(lock, longest, [&] { return pending_.empty() && !busy_; });
  }
  std::vector<Kept> kept() const {
    const std::lock_guard lock{mutex};
    return kept_;
  }
  // Holds back every acknowledgement until it is called again.
  void hold(bool held) {
    const std::lock_guard lock{mutex};
    held_ = held;
    changed_.notify_all();
  }

 private:
  void run(const std::stop_token& stop) {
    std::mt19937 random{7};
    std::unique_lock lock{mutex};
    while (changed_.wait(lock, stop, [&] { return !pending_.empty() && !held_; })) {
      const std::size_t pick = random() % pending_.size();
      const std::function<void()> one = std::move(pending_[pick]);
      pending_.erase(pending_.begin() + static_cast<std::ptrdiff_t>(pick));
      busy_ = true;
      lock.unlock();
      one();
      lock.lock();
      busy_ = false;
      changed_.notify_all();
    }
  }

  Rule rule_;
  mutable std::mutex mutex;
  std::condition_variable_any changed_;
  std::vector<Kept> kept_;
  std::deque<std::function<void()>> pending_;
  bool held_ = false;
  bool busy_ = false;
  std::jthread acknowledging_;
};

struct NodeOptions {
  std::optional<int> concurrency;
  Arity arity = Arity::One;
  OnError on_error = OnError::DeadLetter;
  std::optional<Retry> retry;
  int outputs = 1;
  std::vector<ReasonSpec> errors;    // those the node declares
  std::vector<ReasonSpec> warnings;  // those the node declares
};

class TestGraph {
 public:
  TestGraph() {
    plan.info = {"test", "digest", "xxh3"};
    plan.workers = 2;
    plan.drain_ms = 5000;
  }

  TestGraph& source(std::vector<Record> records) {
    ComponentPlan source;
    source.name = "script";
    source.spec = spec(ComponentKind::Source, "script");
    specs_.back()->make_source = [this, records](const void*, const BuildInfo&) {
      auto made = std::make_unique<ScriptSource>(records);
      script = made.get();
      return made;
    };
    plan.sources.push_back(std::move(source));
    return *this;
  }
  // `inputs`: names of nodes; "" is the source.
  TestGraph& node(const std::string& name, const std::vector<std::string>& inputs, Function function,
                  NodeOptions options = {}) {
    NodePlan node;
    node.name = name;
    node.spec = spec(ComponentKind::Node, name);
    Spec& made = *specs_.back();
    made.arity = options.arity;
    made.errors = options.errors;
    made.warnings = options.warnings;
    made.outputs.resize(static_cast<std::size_t>(options.outputs));
    made.make_node = [function](const void*, const BuildInfo&) {
      return std::make_unique<FunctionBody>(function);
    };
    for (const std::string& input : inputs) node.inputs.push_back(place(input));
    node.retry = options.retry;
    node.concurrency = options.concurrency;
    node.on_error = options.on_error;
    ids_[name] = static_cast<int>(plan.nodes.size());
    plan.nodes.push_back(std::move(node));
    return *this;
  }
  // Of a node that is more than a function.
  void bodies(const std::string& name, std::function<std::unique_ptr<NodeBody>()> make) {
    for (const auto& spec : specs_)
      if (spec->kind == ComponentKind::Node && spec->name == name)
        spec->make_node = [make](const void*, const BuildInfo&) { return make(); };
  }
  TestGraph& sink(const std::string& name, const std::vector<std::string>& inputs, Order order = Order::Key,
                  KeepingSink::Rule rule = {}) {
    SinkPlan sink;
    sink.name = name;
    sink.spec = spec(ComponentKind::Sink, name);
    specs_.back()->make_sink = [this, name, rule](const void*, const BuildInfo&) {
      auto made = std::make_unique<KeepingSink>(rule);
      sinks[name] = made.get();
      return made;
    };
    for (const std::string& input : inputs) sink.inputs.push_back(place(input));
    sink.errors = inputs.empty();
    sink.order = order;
    plan.sinks.push_back(std::move(sink));
    return *this;
  }
  TestGraph& errors(KeepingSink::Rule rule = {}) { return sink("errors", {}, Order::None, std::move(rule)); }

  Pipeline& start() {
    pipeline = std::make_unique<Pipeline>(plan);
    pipeline->start();
    return *pipeline;
  }
  bool run() { return start().wait(); }
  std::vector<KeepingSink::Kept> kept(const std::string& sink) { return sinks.at(sink)->kept(); }
  std::vector<std::int64_t> done() {
    const std::lock_guard lock{script->mutex};
    std::vector<std::int64_t> offsets = script->done_offsets;
    std::ranges::sort(offsets);
    return offsets;
  }

  Plan plan;
  std::unique_ptr<Pipeline> pipeline;
  ScriptSource* script = nullptr;
  std::map<std::string, KeepingSink*> sinks;

 private:
  // "name" or "name.port"; "" is the source.
  InputPlan place(const std::string& input) {
    const std::size_t dot = input.find('.');
    if (input.empty()) return {};
    return {ids_.at(input.substr(0, dot)), dot == std::string::npos ? 0 : std::stoi(input.substr(dot + 1))};
  }
  Spec* spec(ComponentKind kind, const std::string& name) {
    specs_.push_back(std::make_unique<Spec>());
    specs_.back()->kind = kind;
    specs_.back()->name = name;
    return specs_.back().get();
  }

  std::vector<std::unique_ptr<Spec>> specs_;
  std::map<std::string, int> ids_;
};

// `count` records with the offsets 0.. and, of `keys` keys, one in turn; 0 keys: none has a key.
inline std::vector<Record> records(int count, int keys = 0, std::size_t bytes = 8) {
  std::vector<Record> made;
  for (int i = 0; i < count; ++i) {
    Record record;
    record.value = Bytes::of(std::string(bytes, 'x'));
    if (keys > 0) record.key = "key" + std::to_string(i % keys);
    record.position = {"topic", 0, i, 0};
    made.push_back(std::move(record));
  }
  return made;
}

// The node every test graph begins with: a record's offset as a number.
inline Outcome offset(std::span<const Payload* const> inputs, const Context&) {
  return value(inputs[0]->as<Record>().position.offset);
}

}  // namespace radflow::testing
