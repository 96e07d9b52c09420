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
  if (frames_.group() > 0) return found_group(key, values, json.at("members").size());
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

void Verify::found_group(const std::string& key, const std::vector<double>& mean, std::size_t members) {
  ++counts_.found;
  const std::uint64_t number = key.starts_with("group-") ? std::stoull(key.substr(6)) : seen_.size();
  if (number >= frames_.count() / frames_.group() || key != Frames::group_key(number)) return wrong();
  std::vector<double> expected(mean.size());
  for (const std::uint64_t n : frames_.members(number)) {
    const std::vector<std::uint8_t> pixels = frames_.pixels(n, 0);
    if (pixels.size() + 1 != mean.size()) return wrong();
    for (std::size_t i = 0; i < pixels.size(); ++i) expected[i] += pixels[i];
  }
  const auto count = static_cast<double>(frames_.group());
  for (double& value : expected) value /= count;
  expected.back() = count;
  if (mean != expected || members != frames_.group()) return wrong();
  if (seen_[number]) {
    ++counts_.repeated;
    ++counts_.repeated_records;
  }
  seen_[number] = true;
}

std::uint32_t Verify::wanted(std::uint64_t n) const {
  if (what_ == What::Results) return frames_.parts(n);
  return what_ == What::Frames || frames_.kind(n) == Kind::Bad ? 1 : 0;
}

Counts Verify::counts() const {
  Counts counts = counts_;
  if (frames_.group() > 0 && what_ == What::Results) {
    counts.expected = frames_.count() / frames_.group();
    for (std::uint64_t number = 0; number < counts.expected; ++number) counts.lost += !seen_[number];
    return counts;
  }
  for (std::uint64_t n = 0; n < frames_.count(); ++n) {
    const std::uint32_t parts = wanted(n);
    counts.expected += parts;
    for (std::uint32_t part = 0; part < parts; ++part) counts.lost += !seen_[n * most_parts + part];
  }
  return counts;
}

}  // namespace radflow::ledger
