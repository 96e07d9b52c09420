#include "tests/ledger/verify.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace radflow::ledger {

void Verify::take(const Record& record) {
  const std::string key = record.key.value_or("");
  if (what_ != What::Results) {  // as it was sent
    const std::uint64_t n =
        std::stoull(std::string{record.header(number_header).value_or("18446744073709551615")});
    if (n < frames_.count() && record.value.text() != frames_.record(n).value.text()) return wrong();
    return found(record.position.partition, key, n, 0);
  }
  const auto json = nlohmann::json::parse(record.value.text());
  const auto values = json.at("values").get<std::vector<double>>();
  const std::uint64_t n = number_in(values);
  const auto part = json.at("frame").get<std::uint32_t>() - 1;
  if (!std::ranges::equal(values, frames_.pixels(n, part))) return wrong();
  found(record.position.partition, key, n, part);
}

void Verify::found(std::int32_t partition, const std::string& key, std::uint64_t n, std::uint32_t part) {
  ++counts_.found;
  const bool known = n < frames_.count() && key == frames_.key(n) && part < wanted(n);
  if (!known) return wrong();
  const std::uint64_t place = n * most_parts + part;
  if (seen_[place]) {
    ++counts_.repeated;
    counts_.repeated_records += part == 0;
    return;
  }
  seen_[place] = true;
  if (what_ == What::DeadLetters) return;
  const auto [last, first_of_key] = last_.try_emplace({partition, key}, place);
  if (!first_of_key && place < last->second) ++counts_.reordered;
  last->second = std::max(last->second, place);
}

std::uint32_t Verify::wanted(std::uint64_t n) const {
  if (what_ == What::Results) return frames_.parts(n);
  return what_ == What::Frames || frames_.kind(n) == Kind::Bad ? 1 : 0;
}

Counts Verify::counts() const {
  Counts counts = counts_;
  for (std::uint64_t n = 0; n < frames_.count(); ++n) {
    const std::uint32_t parts = wanted(n);
    counts.expected += parts;
    for (std::uint32_t part = 0; part < parts; ++part) counts.lost += !seen_[n * most_parts + part];
  }
  return counts;
}

}  // namespace radflow::ledger
