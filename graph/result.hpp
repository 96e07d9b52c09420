// Result: a value or the reason why there is none. Errors are thrown while a graph is built and returned
// while it runs.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace radflow {

// Why a message ended without a result.
struct Error {
  // One word of a small fixed set, a metric label: "truncated", "unsupported_transfer_syntax".
  std::string reason;
  std::string detail;      // a sentence for a person; may hold values, never identifiers of a patient
  bool transient = false;  // the same call may work later: a node with `retry` is called again
};

template <typename T>
class Result {
 public:
  Result(T value) : state_{std::in_place_index<0>, std::move(value)} {}
  Result(Error error) : state_{std::in_place_index<1>, std::move(error)} {}

  // True if there is a value: only then * and -> may be asked, else error() (std::bad_variant_access).
  explicit operator bool() const { return state_.index() == 0; }
  T& operator*() & { return std::get<0>(state_); }
  const T& operator*() const& { return std::get<0>(state_); }
  T&& operator*() && { return std::get<0>(std::move(state_)); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }
  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

}  // namespace radflow
