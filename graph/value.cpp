#include "graph/value.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <tuple>

namespace radflow {

const Value* Value::find(std::string_view key) const {
  for (const Entry& entry : entries)
    if (entry.key == key) return &entry.value;
  return nullptr;
}

Value* Value::find(std::string_view key) { return const_cast<Value*>(std::as_const(*this).find(key)); }

const Mark& place(const Value::Entry& entry) {
  return entry.value.kind == Value::Kind::Null || entry.value.mark.line == 0 ? entry.mark : entry.value.mark;
}

std::string Diagnostic::str() const {
  std::string place = mark.file;
  if (mark.line > 0) place += ":" + std::to_string(mark.line);
  if (mark.line > 0 && mark.column > 0) place += ":" + std::to_string(mark.column);
  return place.empty() ? message : place + ": " + message;
}

namespace {

std::string lines(const std::vector<Diagnostic>& found) {
  std::string text;
  for (const Diagnostic& diagnostic : found) text += (text.empty() ? "" : "\n") + diagnostic.str();
  return text;
}

// Optimal string alignment distance: insert, delete, replace, swap of neighbours.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  std::iota(d[0].begin(), d[0].end(), 0);
  for (std::size_t i = 1; i <= a.size(); ++i)
    for (std::size_t j = 1; j <= b.size(); ++j) {
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  return d[a.size()][b.size()];
}

// Sorts by place and names each thing once, which several components may find.
std::vector<Diagnostic> in_order(std::vector<Diagnostic> found) {
  const auto place = [](const Diagnostic& at) {
    return std::tie(at.mark.file, at.mark.line, at.mark.column);
  };
  std::ranges::stable_sort(found, std::less{}, place);
  std::vector<Diagnostic> once;
  for (Diagnostic& diagnostic : found)
    if (std::ranges::none_of(once, [&](const Diagnostic& known) { return known.str() == diagnostic.str(); }))
      once.push_back(std::move(diagnostic));
  return once;
}

}  // namespace

ConfigError::ConfigError(std::vector<Diagnostic> found) : ConfigError{InOrder{in_order(std::move(found))}} {}
ConfigError::ConfigError(InOrder all)
    : std::runtime_error{lines(all.found)}, diagnostics_{std::move(all.found)} {}

std::string nearest(std::string_view name, const std::vector<std::string>& known) {
  std::string best;
  std::size_t least = std::max<std::size_t>(1, name.size() / 3) + 1;
  for (const std::string& candidate : known) {
    // At least so many insertions or deletions are needed.
    const std::size_t longer =
        std::max(name.size(), candidate.size()) - std::min(name.size(), candidate.size());
    if (longer >= least) continue;
    if (const std::size_t d = distance(name, candidate); d < least) {
      least = d;
      best = candidate;
    }
  }
  return best;
}

}  // namespace radflow
