// The frames of the ledger: frame `n` is the same whenever it is asked for. Its number stands in its pixels,
// so that a result proves that this very frame went all the way through decode.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "graph/record.hpp"

namespace radflow::ledger {

enum class Kind {
  Plain,     // raw, one result
  Multi,     // DICOM of three frames, three results
  Bad,       // cut short, a dead letter
  Filtered,  // of a modality that the graph's filter leaves out, nothing
};

inline constexpr std::size_t side = 8;  // pixels
inline constexpr std::string_view number_header = "ledger-number";

class Frames {
 public:
  // `group`: how many frames have one key, all of them plain, `keys` groups in turns; 0: keys come again and again.
  Frames(std::uint64_t seed, std::uint64_t count, std::uint64_t keys, std::uint64_t group = 0)
      : seed_{seed}, count_{count}, keys_{keys}, group_{group} {}

  std::uint64_t count() const { return count_; }
  std::uint64_t group() const { return group_; }
  // The frames of the group that has this key, from the first.
  std::vector<std::uint64_t> members(std::uint64_t number) const;
  static std::string group_key(std::uint64_t number);
  Kind kind(std::uint64_t n) const;
  std::string key(std::uint64_t n) const;
  Record record(std::uint64_t n) const;
  // How many results it has to give.
  std::uint32_t parts(std::uint64_t n) const;
  // The values of one part's pixels, row by row, 8 bit.
  std::vector<std::uint8_t> pixels(std::uint64_t n, std::uint32_t part) const;

 private:
  std::uint64_t seed_, count_, keys_, group_;
};

// The number and part that pixels begin with.
std::uint64_t number_in(const std::vector<double>& values);

// A hash of good distribution (splitmix64), the same on every machine.
constexpr std::uint64_t mix(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

}  // namespace radflow::ledger
