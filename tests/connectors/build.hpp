// Sources and sinks from YAML, and the two sides of a pipeline they talk to.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <limits>
#include <vector>

#include "graph/connector.hpp"
#include "tests/fake_context.hpp"

namespace radflow {

// "files: {path: x}" as a graph would read it. Throws ConfigError or ParamError.
inline std::shared_ptr<void> read_params(const Spec& spec, const Value& map) {
  auto params = spec.make_params();
  const Value tree = nested(map, spec.params);
  for (const Value::Entry& entry : tree.entries) {
    const ParamSpec* param = find_field(spec.params, entry.key);
    if (!param) throw std::logic_error{spec.name + " has no " + entry.key};
    Reading reading{spec.name, [&](const Mark&, const std::string& message) {
                      throw ParamError{entry.key, message};
                    }};
    read_field(*param, params.get(), entry, reading);
  }
  return params;
}

inline const Spec& find_spec(ComponentKind kind, const Value& yaml) {
  const Spec* spec = Registry::instance().find(kind, yaml.entries.at(0).key);
  if (!spec) throw std::logic_error{"no component " + yaml.entries.at(0).key};
  return *spec;
}

inline Value yaml(const std::string& text) {
  std::vector<Diagnostic> wrong;
  Value value = read_yaml(text, "test", wrong);
  if (!wrong.empty()) throw ConfigError{wrong};
  return value;
}

inline std::unique_ptr<Source> make_source(const std::string& text, const BuildInfo& info = {}) {
  const Value value = yaml(text);
  const Spec& spec = find_spec(ComponentKind::Source, value);
  return spec.make_source(read_params(spec, value.entries[0].value).get(), info);
}

// Of a run that did not begin yet.
inline std::unique_ptr<Sink> make_waiting_sink(const std::string& text, const BuildInfo& info = {}) {
  const Value value = yaml(text);
  const Spec& spec = find_spec(ComponentKind::Sink, value);
  return spec.make_sink(read_params(spec, value.entries[0].value).get(), info);
}

inline std::unique_ptr<Sink> make_sink(const std::string& text, const BuildInfo& info = {}) {
  auto sink = make_waiting_sink(text, info);
  sink->start();
  return sink;
}

// Takes everything a source has, up to `stop_after` records; says Full whenever `full` does.
class FakeIntake final : public Intake {
 public:
  Admission admit(Record& record) override {
    if (full && full()) return Admission::Full;
    records.push_back(std::move(record));
    if (records.size() == stop_after) stop.request_stop();
    return Admission::Admitted;
  }
  Admission refuse(Record& record, Error error, std::int64_t reserved) override {
    if (full && full()) return Admission::Full;
    give_back(reserved);
    refused.emplace_back(std::move(record), std::move(error));
    return Admission::Admitted;
  }
  bool reserve(std::int64_t bytes) override {
    std::int64_t now = reserved_bytes;
    do {
      if (now > 0 && now + bytes > memory) return false;
    } while (!reserved_bytes.compare_exchange_weak(now, now + bytes));
    return true;
  }
  void give_back(std::int64_t bytes) override { reserved_bytes -= bytes; }
  Admission admit_reserved(Record& record, std::int64_t reserved) override {
    const Admission result = admit(record);
    if (result == Admission::Admitted) give_back(reserved);
    return result;
  }
  void wait(std::chrono::milliseconds) override { ++waits; }

  std::vector<Record> records;
  std::vector<std::pair<Record, Error>> refused;
  std::function<bool()> full;
  std::size_t stop_after = 0;  // 0: never
  std::stop_source stop;
  int waits = 0;
  std::int64_t memory = std::numeric_limits<std::int64_t>::max() / 2;
  std::atomic<std::int64_t> reserved_bytes{0};
};

inline std::vector<Record> read_all(Source& source, std::size_t stop_after = 0) {
  FakeIntake intake;
  intake.stop_after = stop_after;
  source.run(intake, intake.stop.get_token());
  return std::move(intake.records);
}

}  // namespace radflow
