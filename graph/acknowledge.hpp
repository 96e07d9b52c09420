// Acknowledge: how a sink says that it is done with one output: called exactly once, with an Error if it can
// never take it. Made without an allocation for every output, which std::function would need.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

#include "graph/result.hpp"

namespace radflow {

class Acknowledge {
 public:
  // Keeps `owner` alive and calls `heard` with it and `which`.
  using Heard = void (*)(void* owner, std::size_t which, std::optional<Error> error);
  Acknowledge(Heard heard, std::shared_ptr<void> owner, std::size_t which)
      : heard_{heard}, owner_{std::move(owner)}, which_{which} {}
  // Calls any function; with an allocation.
  template <typename F>
  requires std::is_invocable_v<F&, std::optional<Error>> Acknowledge(F function)
      : Acknowledge{[](void* owner, std::size_t, std::optional<Error> error) {
                      (*static_cast<F*>(owner))(std::move(error));
                    },
                    std::make_shared<F>(std::move(function)), 0} {}

  void operator()(std::optional<Error> error) const { heard_(owner_.get(), which_, std::move(error)); }

 private:
  Heard heard_;
  std::shared_ptr<void> owner_;
  std::size_t which_;
};

}  // namespace radflow
