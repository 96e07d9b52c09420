// What a benchmark has found out, told twice: as a line for people, and as one JSON object a line, appended to the file that
// RADFLOW_BENCH_JSON names, from which `run.sh` makes its table.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace radflow::bench {

// What a ratio has to be.
struct Wanted {
  enum class Bound { AtLeast, AtMost } bound;
  double value;
  bool reached(double ratio) const { return bound == Bound::AtLeast ? ratio >= value : ratio <= value; }
};
inline Wanted at_least(double value) { return {Wanted::Bound::AtLeast, value}; }
inline Wanted at_most(double value) { return {Wanted::Bound::AtMost, value}; }

struct Finding {
  std::string bench;  // the program, without radflow_ and _bench
  std::string row;    // what is compared with what
  double median = 0, low = 0, high = 0;
  std::optional<Wanted> wanted = std::nullopt;
  std::string target = {};  // Highway's instruction set, where the row depends on it
};

inline void report(const Finding& finding) {
  std::printf("%s%s%s: %.3f (%.3f to %.3f)", finding.row.c_str(), finding.target.empty() ? "" : ", ",
              finding.target.c_str(), finding.median, finding.low, finding.high);
  if (finding.wanted)
    std::printf(", %s %.3g: %s", finding.wanted->bound == Wanted::Bound::AtLeast ? "wanted" : "limit",
                finding.wanted->value, finding.wanted->reached(finding.median) ? "reached" : "missed");
  std::printf("\n");
  std::fflush(stdout);
  const char* file = std::getenv("RADFLOW_BENCH_JSON");
  if (!file) return;
  nlohmann::ordered_json line{{"bench", finding.bench}, {"row", finding.row}};
  if (!finding.target.empty()) line["target"] = finding.target;
  line.update({{"median", finding.median}, {"low", finding.low}, {"high", finding.high}});
  if (finding.wanted) {
    line[finding.wanted->bound == Wanted::Bound::AtLeast ? "at_least" : "at_most"] = finding.wanted->value;
    line["reached"] = finding.wanted->reached(finding.median);
  }
  std::ofstream{file, std::ios::app} << line.dump() << '\n';
}

}  // namespace radflow::bench
