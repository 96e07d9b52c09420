// Which group a message belongs to and how many members its group has, as parameters of nodes that gather say it (`by`,
// `count`). Immutable; any thread.
#pragma once

#include <optional>
#include <string>

#include "graph/context.hpp"
#include "graph/result.hpp"
#include "graph/spec.hpp"

namespace radflow {

class GroupKey {
 public:
  // "key" (the record's), "header:NAME", or an identifier of the message whose name ends in UID. Throws ParamError of `by`.
  explicit GroupKey(std::string by);

  // Errors: no_group_key.
  Result<std::string> of(const Context& member) const;

 private:
  std::string by_;
};

class GroupCount {
 public:
  // A number of at least 1, "header:NAME" of each record, or "frames": as many as came of the member's record. Throws
  // ParamError of `count`.
  explicit GroupCount(const std::string& text);

  // `before` is what earlier members of the group have said; 0: this is the first. Errors: no_group_count.
  Result<int> of(const Context& member, int before) const;

 private:
  std::string header_;  // "": the number of frames says it, unless count_ does
  std::optional<int> count_;
};

inline constexpr ReasonSpec no_group_key{"no_group_key", "The record lacks what `by` names."};
inline constexpr ReasonSpec no_group_count{
    "no_group_count",
    "The header that `count` names is absent, no number, or not that of the members before."};

}  // namespace radflow
