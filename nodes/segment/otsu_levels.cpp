#include "nodes/segment/otsu_levels.hpp"

#include <algorithm>
#include <numeric>

namespace radflow {
namespace {

// The bins that are not empty at the two ends.
struct Trimmed {
  int first = 0;
  int bins = 0;
};

Trimmed trimmed(const std::vector<double>& counts) {
  const auto filled = [](double count) { return count > 0; };
  const auto first = std::ranges::find_if(counts, filled);
  if (first == counts.end()) return {};
  const auto last = std::find_if(counts.rbegin(), counts.rend(), filled);
  return {static_cast<int>(first - counts.begin()), static_cast<int>(last.base() - first)};
}

// Variances between classes in single precision and its quirk of counting bin 0 as if it were bin 1, both as
// scikit-image: where two choices are nearly equal, the choice depends on them.
class Variances {
 public:
  explicit Variances(const std::vector<float>& shares) : zeroth_(shares), first_(shares) {
    for (std::size_t i = 1; i < shares.size(); ++i) {
      zeroth_[i] = zeroth_[i - 1] + shares[i];
      first_[i] = first_[i - 1] + static_cast<float>(i) * shares[i];
    }
  }
  // Of the class of the bins [from, to]; 0 where it is empty, and where it is bin 0 alone.
  float of(int from, int to) const {
    if (to == 0) return 0;
    const float zeroth = from == 0 ? zeroth_[to] : zeroth_[to] - zeroth_[from - 1];
    const float first = from == 0 ? first_[to] : first_[to] - first_[from - 1];
    return zeroth > 0 ? first * first / zeroth : 0;
  }

 private:
  std::vector<float> zeroth_, first_;
};

class Search {
 public:
  Search(const std::vector<float>& shares, int classes)
      : bins_{static_cast<int>(shares.size())}, table_(shares.size() * shares.size()), at_(classes - 1) {
    const Variances variances{shares};
    for (int from = 0; from < bins_; ++from)
      for (int to = from; to < bins_; ++to) table_[from * bins_ + to] = variances.of(from, to);
  }
  std::vector<int> best() && {
    place(0, 0);
    return best_;
  }

 private:
  void place(std::size_t which, int from) {
    if (which == at_.size()) {
      float sum = between(0, at_.front()) + between(at_.back() + 1, bins_ - 1);
      for (std::size_t i = 0; i + 1 < at_.size(); ++i) sum += between(at_[i] + 1, at_[i + 1]);
      if (sum > most_) {
        most_ = sum;
        best_ = at_;
      }
      return;
    }
    for (int bin = from; bin < bins_ - static_cast<int>(at_.size() - which); ++bin) {
      at_[which] = bin;
      place(which + 1, bin + 1);
    }
  }
  float between(int from, int to) const { return table_[from * bins_ + to]; }

  int bins_;
  std::vector<float> table_;
  std::vector<int> at_, best_;
  float most_ = 0;
};

}  // namespace

std::vector<int> otsu_levels(const std::vector<double>& counts) {
  const auto [first, bins] = trimmed(counts);
  if (bins < 2) return {};
  // Upwards the bins below and including each, downwards those above it.
  std::vector<double> above(bins, 0.0), above_sum(bins, 0.0);
  for (int i = bins - 2; i >= 0; --i) {
    above[i] = above[i + 1] + counts[first + i + 1];
    above_sum[i] = above_sum[i + 1] + counts[first + i + 1] * (i + 1);
  }
  double below = 0, below_sum = 0, most = -1;
  int best = 0;
  for (int i = 0; i + 1 < bins; ++i) {
    below += counts[first + i];
    below_sum += counts[first + i] * i;
    const double apart = below_sum / below - above_sum[i] / above[i];
    if (const double variance = below * above[i] * apart * apart; variance > most) {
      most = variance;
      best = i;
    }
  }
  return {first + best};
}

std::vector<int> multi_otsu_levels(const std::vector<double>& counts, int classes) {
  const auto [first, bins] = trimmed(counts);
  std::vector<int> filled;
  for (int i = first; i < first + bins; ++i)
    if (counts[i] > 0) filled.push_back(i);
  if (static_cast<int>(filled.size()) < classes) return {};
  filled.pop_back();
  if (static_cast<int>(filled.size()) == classes - 1) return filled;
  const double sum = std::accumulate(counts.begin(), counts.end(), 0.0);
  std::vector<float> shares;
  for (int i = first; i < first + bins; ++i) shares.push_back(static_cast<float>(counts[i] / sum));
  std::vector<int> levels = Search{shares, classes}.best();
  for (int& level : levels) level += first;
  return levels;
}

}  // namespace radflow
