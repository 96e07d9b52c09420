#include "cli/mask_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace radflow::cli {
namespace {

// Without the extension of the file's name.
std::string stem(std::string_view path) {
  const std::size_t file = path.rfind('/') + 1, dot = path.rfind('.');
  return std::string{dot == std::string_view::npos || dot <= file ? path : path.substr(0, dot)};
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// %2B is +; what is no such escape stays.
std::string unescaped(std::string_view name) {
  std::string text;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const int high = i + 2 < name.size() && name[i] == '%' ? hex_digit(name[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(name[i + 2]) : -1;
    text += low >= 0 ? static_cast<char>(high * 16 + low) : name[i];
    if (low >= 0) i += 2;
  }
  return text;
}

struct Names {
  std::string own;             // without the extension, escapes undone
  std::set<std::string> more;  // what the file may be of, if it is one of the sink's
};

Names names_of(const std::string& relative) {
  Names names{unescaped(stem(relative)), {}};
  // The sink's own @ is no part of a key, where it would be %40.
  std::string input = stem(relative);
  const std::size_t file = input.rfind('/') + 1, added = input.find('@', file + 1);
  if (added != std::string::npos) input.resize(added);
  input = unescaped(input);
  names.more = {unescaped(relative), names.own, input};
  if (content_type(input)) names.more.insert(stem(input));
  return names;
}

struct Folder {
  std::vector<InputFile> files;
  std::vector<Names> names;
  std::map<std::string, std::vector<std::size_t>> by_own, by_any;

  explicit Folder(const std::string& path) : files{list_files(path)} {
    for (std::size_t i = 0; i < files.size(); ++i) {
      names.push_back(names_of(files[i].relative));
      by_own[names[i].own].push_back(i);
      for (const std::string& name : names[i].more) by_any[name].push_back(i);
    }
  }

  // Those that may belong to a file of these names.
  std::vector<std::size_t> candidates(const Names& of) const {
    if (const auto same = by_own.find(of.own); same != by_own.end()) return same->second;
    std::set<std::size_t> alike;
    for (const std::string& name : of.more)
      if (const auto found = by_any.find(name); found != by_any.end())
        alike.insert(found->second.begin(), found->second.end());
    return {alike.begin(), alike.end()};
  }

  std::string first_names() const {
    std::string text;
    for (std::size_t i = 0; i < std::min<std::size_t>(files.size(), 3); ++i)
      text += (i > 0 ? ", " : "") + files[i].relative;
    return files.size() > 3 ? text + ", ..." : text;
  }
};

[[noreturn]] void refuse_several(const std::string& one, const std::string& a, const std::string& b) {
  throw std::runtime_error{
      fmt::format("{} may belong to {} and to {}: leave one of them out, or rename it", one, a, b)};
}

}  // namespace

MatchedMasks match_masks(const std::string& found, const std::string& reference) {
  const Folder ours{found}, theirs{reference};
  MatchedMasks matched;
  std::map<std::size_t, std::size_t> taken;  // the key is ours
  for (std::size_t i = 0; i < theirs.files.size(); ++i) {
    const std::vector<std::size_t> possible = ours.candidates(theirs.names[i]);
    if (possible.size() > 1)
      refuse_several(theirs.files[i].relative, ours.files[possible[0]].relative,
                     ours.files[possible[1]].relative);
    if (possible.empty()) {
      matched.missing.push_back(theirs.names[i].own);
      continue;
    }
    const auto [other, fresh] = taken.emplace(possible[0], i);
    if (!fresh)
      refuse_several(ours.files[possible[0]].relative, theirs.files[other->second].relative,
                     theirs.files[i].relative);
    matched.pairs.push_back({theirs.names[i].own, ours.files[possible[0]], theirs.files[i]});
  }
  if (matched.pairs.empty())
    throw std::runtime_error{
        fmt::format("no mask of {} has a name of {}: there are {} in the one, and {} in the other", found,
                    reference, ours.first_names(), theirs.first_names())};
  for (std::size_t i = 0; i < ours.files.size(); ++i)
    if (!taken.contains(i)) matched.alone.push_back(ours.names[i].own);
  std::ranges::sort(matched.alone);
  std::ranges::sort(matched.pairs, {}, &MaskPair::name);
  std::ranges::sort(matched.missing);
  return matched;
}

}  // namespace radflow::cli
