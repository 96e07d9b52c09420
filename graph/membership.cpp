#include "graph/membership.hpp"

#include <fmt/format.h>

#include <charconv>
#include <string_view>

#include "graph/node_body.hpp"

namespace radflow {
namespace {

constexpr std::string_view header_prefix = "header:";

// Absent: it is no number of members.
std::optional<int> read_count(std::string_view text) {
  int count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || end != text.data() + text.size() || count < 1) return std::nullopt;
  return count;
}

}  // namespace

GroupKey::GroupKey(std::string by) : by_{std::move(by)} {
  if (by_.starts_with(header_prefix)) {
    if (by_.size() == header_prefix.size()) throw ParamError{"by", "of which header? say header:NAME"};
  } else if (by_ != "key" && !by_.ends_with("UID")) {
    throw ParamError{"by",
                     fmt::format("'{}' is no key: say key, header:NAME or an identifier of DICOM such as "
                                 "SeriesInstanceUID",
                                 by_)};
  }
}

Result<std::string> GroupKey::of(const Context& member) const {
  if (by_ == "key") {
    if (member.record().key) return *member.record().key;
    return Error{"no_group_key", "the record has no key"};
  }
  const bool by_header = by_.starts_with(header_prefix);
  const std::string name = by_header ? by_.substr(header_prefix.size()) : by_;
  const auto found = by_header ? member.record().header(name) : member.identity().id(name);
  if (found && !found->empty()) return std::string{*found};
  return Error{"no_group_key", fmt::format("there is no {}", by_header ? "header " + name : name)};
}

GroupCount::GroupCount(const std::string& text) {
  if (text.starts_with(header_prefix)) {
    header_ = text.substr(header_prefix.size());
    if (header_.empty()) throw ParamError{"count", "of which header? say header:NAME"};
    return;
  }
  if (text == "frames") return;
  count_ = read_count(text);
  if (!count_)
    throw ParamError{"count",
                     fmt::format("'{}' is no number of members: say 120, header:NAME or frames", text)};
}

Result<int> GroupCount::of(const Context& member, int before) const {
  if (count_) return *count_;
  if (header_.empty()) return static_cast<int>(member.identity().count);
  const auto text = member.record().header(header_);
  const auto count = text ? read_count(*text) : std::nullopt;
  if (!count)
    return Error{"no_group_count",
                 fmt::format("the header {} does not say how many members the group has", header_)};
  if (before != 0 && before != *count)
    return Error{"no_group_count",
                 fmt::format("the header {} says that the group has {} members, that of an earlier member {}",
                             header_, *count, before)};
  return *count;
}

}  // namespace radflow
