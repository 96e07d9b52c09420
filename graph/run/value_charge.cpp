#include "graph/run/value_charge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace radflow {
namespace {

class ValueCharge {
 public:
  ValueCharge(Budget& budget, std::int64_t bytes) : budget_{budget}, bytes_{bytes} {}
  ValueCharge(const ValueCharge&) = delete;
  ValueCharge& operator=(const ValueCharge&) = delete;
  ~ValueCharge() { budget_.release(bytes_); }

 private:
  Budget& budget_;
  const std::int64_t bytes_;
};

// Takes what the value needs beyond `asked`, which it uses up.
std::optional<Error> charge_value(Payload& value, std::span<const Payload* const> inputs, Budget& budget,
                                  std::int64_t& asked) {
  if (value.charge()) return std::nullopt;
  const std::size_t size = value.bytes();
  if (size < least_charged_value) return std::nullopt;
  if (std::ranges::any_of(inputs, [&](const Payload* input) { return input && input->same_value(value); }))
    return std::nullopt;  // the record itself, which is charged from its admission
  const auto bytes = static_cast<std::int64_t>(size);
  const std::int64_t paid = std::min(asked, bytes);
  if (paid < bytes && (bytes > budget.limit() || !budget.charge(bytes - paid)))
    return Error{"too_large", fmt::format("made a {} of {} bytes, the graph's memory is {}; raise `memory`",
                                          value.type()->name, bytes, budget.limit())};
  asked -= paid;
  value.set_charge(std::make_shared<const ValueCharge>(budget, bytes));
  return std::nullopt;
}

}  // namespace

AskedBytes& asked_bytes() {
  thread_local AskedBytes asked;
  return asked;
}

namespace {

void charge_outcome(Outcome& outcome, std::span<const Payload* const> inputs, Budget& budget,
                    std::int64_t& asked) {
  if (outcome.kind == Outcome::Kind::Value) {
    if (auto error = charge_value(outcome.value, inputs, budget, asked))
      outcome = Outcome::failed(*std::move(error));
  } else if (outcome.kind == Outcome::Kind::Values) {
    std::unique_ptr<Error> error;
    for (Payload& value : outcome.values)
      if (value && !error)
        if (auto wrong = charge_value(value, inputs, budget, asked))
          error = std::make_unique<Error>(*std::move(wrong));
    if (error) outcome = Outcome::failed(std::move(*error));
  } else if (outcome.kind == Outcome::Kind::Split) {
    for (Outcome::Piece& piece : outcome.pieces) {
      if (piece.value)
        if (auto error = charge_value(*piece.value, inputs, budget, asked)) piece.value = *std::move(error);
      for (Payload& value : piece.others)
        if (piece.value && value)
          if (auto error = charge_value(value, inputs, budget, asked)) piece.value = *std::move(error);
    }
  }
}

}  // namespace

void charge_values(Outcome& outcome, std::span<const Payload* const> inputs, Budget& budget) {
  std::int64_t asked = std::exchange(asked_bytes(), {}).all;
  charge_outcome(outcome, inputs, budget, asked);
  if (asked > 0) budget.release(asked);
}

void charge_values(std::span<Outcome> outcomes, std::span<const BatchMember> members, Budget& budget) {
  std::int64_t asked = std::exchange(asked_bytes(), {}).all;
  for (std::size_t i = 0; i < outcomes.size(); ++i)
    charge_outcome(outcomes[i], members[i].inputs, budget, asked);
  if (asked > 0) budget.release(asked);
}

void forget_asked(Budget& budget) {
  if (const std::int64_t asked = std::exchange(asked_bytes(), {}).all; asked > 0) budget.release(asked);
}

}  // namespace radflow
