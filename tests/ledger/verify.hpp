// Verify: compares what a topic holds with what it has to hold. Fed with what was found in the order of
// offsets, one partition after the other or mixed; not thread-safe.
//   lost        never found
//   repeated    found once more; repeated_records: the first part of a frame
//   reordered   found for the first time after a later one of the same partition and key
//   wrong       must not be there: an unknown number, another key, other pixels
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "graph/record.hpp"
#include "tests/ledger/frames.hpp"

namespace radflow::ledger {

struct Counts {
  std::uint64_t expected = 0, found = 0, lost = 0, repeated = 0, repeated_records = 0, reordered = 0,
                wrong = 0;
  bool operator==(const Counts&) const = default;
};

class Verify {
 public:
  enum class What { Frames, Results, DeadLetters };
  // Dead letters have no order to keep.
  Verify(const Frames& frames, What what)
      : frames_{frames}, what_{what}, seen_(frames.count() * most_parts) {}

  // As a topic holds it.
  void take(const Record& record);
  // As take() understands it.
  void found(std::int32_t partition, const std::string& key, std::uint64_t n, std::uint32_t part);
  void wrong() { ++counts_.wrong; }
  // The mean of a group: of all of its members, or it is wrong.
  void found_group(const std::string& key, const std::vector<double>& mean, std::size_t members);

  Counts counts() const;

 private:
  // How many of frame `n` there have to be.
  std::uint32_t wanted(std::uint64_t n) const;

  static constexpr std::uint32_t most_parts = 3;

  const Frames& frames_;
  const What what_;
  std::vector<bool> seen_;
  std::map<std::pair<std::int32_t, std::string>, std::uint64_t> last_;  // by partition and key
  Counts counts_;
};

}  // namespace radflow::ledger
