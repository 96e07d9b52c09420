#include "graph/run/guarded_call.hpp"

#include <fmt/format.h>
#include <oneapi/tbb/task_arena.h>

#include <exception>
#include <new>

namespace radflow {
namespace {

Error wrong_output(std::string detail) { return {"wrong_output", std::move(detail)}; }

// What is wrong with a value that leaves by `port`.
std::optional<Error> wrong(const Payload& value, const PortSpec& port) {
  if (!value) return wrong_output(fmt::format("the node gave an empty value by its output '{}'", port.name));
  if (!port.type || same_type(value.type(), port.type)) return std::nullopt;
  return wrong_output(fmt::format("the node gave {} by its output '{}', which is declared as {}",
                                  value.type()->name, port.name, port.type->name));
}

// The exception that is being handled.
Error thrown() {
  try {
    throw;
  } catch (const std::bad_alloc&) {
    return {"out_of_memory", "the node could not allocate"};
  } catch (const std::exception& e) {
    return {"exception", e.what()};
  } catch (...) {
    return {"exception", "of no standard type"};
  }
}

void check(Outcome& outcome, std::span<const PortSpec> outputs) {
  if (outcome.kind == Outcome::Kind::Value) {
    const auto port = static_cast<std::size_t>(outcome.port);
    std::optional<Error> error;
    if (port >= outputs.size())
      error = wrong_output(fmt::format("the node sent a value by output {}, counted from 0, but has {}",
                                       outcome.port, outputs.size()));
    else
      error = wrong(outcome.value, outputs[port]);
    if (error) outcome = Outcome::failed(*std::move(error));
  } else if (outcome.kind == Outcome::Kind::Values) {
    std::optional<Error> error;
    if (outcome.values.size() != outputs.size())
      error = wrong_output(
          fmt::format("the node gave {} values, but has {} outputs", outcome.values.size(), outputs.size()));
    for (std::size_t i = 0; i < outputs.size() && !error; ++i)
      if (outcome.values[i]) error = wrong(outcome.values[i], outputs[i]);
    if (error) outcome = Outcome::failed(*std::move(error));
  } else if (outcome.kind == Outcome::Kind::Split) {
    for (Outcome::Piece& piece : outcome.pieces) {
      if (!piece.value) continue;
      auto error = wrong(*piece.value, outputs.front());
      if (!error && piece.others.size() + 1 != outputs.size())
        error = wrong_output(fmt::format("a part of the node has {} values, but the node has {} outputs",
                                         piece.others.size() + 1, outputs.size()));
      for (std::size_t i = 0; i < piece.others.size() && !error; ++i)
        if (piece.others[i]) error = wrong(piece.others[i], outputs[i + 1]);
      if (error) piece.value = *std::move(error);
    }
  }
}

}  // namespace

Outcome guarded_call(NodeBody& body, std::span<const Payload* const> inputs, const Context& context,
                     std::span<const PortSpec> outputs) {
  try {
    Outcome outcome = oneapi::tbb::this_task_arena::isolate([&] { return body.call(inputs, context); });
    check(outcome, outputs);
    return outcome;
  } catch (...) {
    return Outcome::failed(thrown());
  }
}

std::vector<Outcome> guarded_call(NodeBody& body, std::span<const BatchMember> members,
                                  std::span<const PortSpec> outputs, const std::function<void()>& again) {
  std::vector<Outcome> outcomes;
  if (members.size() > 1) {
    try {
      outcomes = oneapi::tbb::this_task_arena::isolate([&] { return body.call_all(members); });
      for (Outcome& outcome : outcomes) check(outcome, outputs);
      if (outcomes.size() == members.size()) return outcomes;
    } catch (...) {
    }
    again();
    outcomes.clear();
  }
  for (const BatchMember& member : members)
    outcomes.push_back(guarded_call(body, member.inputs, *member.context, outputs));
  return outcomes;
}

std::string text_of(const std::exception_ptr& exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return "an exception of no standard type";
  }
}

std::optional<Error> guarded_call(const std::function<void()>& call) {
  try {
    oneapi::tbb::this_task_arena::isolate(call);
    return std::nullopt;
  } catch (...) {
    return thrown();
  }
}

}  // namespace radflow
