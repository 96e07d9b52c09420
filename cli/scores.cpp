#include "cli/scores.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>

#include "cli/csv_lines.hpp"
#include "cli/tap.hpp"
#include "cli/written.hpp"
#include "connectors/csv/table.hpp"

namespace radflow::cli {
namespace {

double probability(const std::string& text, const Mark& place, const std::string& column) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !(value >= 0 && value <= 1))
    refuse(place, fmt::format("{} is '{}', and should be a probability from 0 to 1", column, text));
  return value;
}

// One file, added to what files before it say of the same paths.
class File {
 public:
  File(const std::string& path, const std::vector<std::string>& members, std::vector<std::string>& classes,
       std::map<std::string, MemberScores>& scores)
      : path_{path} {
    std::ifstream in{path, std::ios::binary};
    if (!in) refuse({path, 0, 0}, "cannot be read: no such file, or no permission");
    std::ostringstream text;
    text << in.rdbuf();
    const std::vector<CsvLine> lines = read_csv(text.str(), path);
    if (!lines.empty()) columns_ = lines.front().fields;
    for (const char* needed : {"path", "label"})
      if (at(needed) == columns_.size())
        refuse({path, 1, 0},
               fmt::format("has no column '{}': it needs path, label and MEMBER.CLASS", needed));
    bool any = false;
    for (std::size_t m = 0; m < members.size(); ++m) any = take(lines, members, m, classes, scores) || any;
    if (!any)
      refuse({path, 1, 0},
             fmt::format("has no column of a member: one for each class, such as {}.CLASS; it has {}",
                         members.front(), fmt::join(columns_, ", ")));
  }

 private:
  std::size_t at(std::string_view column) const {
    return static_cast<std::size_t>(std::ranges::find(columns_, column) - columns_.begin());
  }

  bool take(const std::vector<CsvLine>& lines, const std::vector<std::string>& members, std::size_t member,
            std::vector<std::string>& classes, std::map<std::string, MemberScores>& scores) const {
    std::vector<std::size_t> own;
    std::vector<std::string> named;
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      if (!columns_[c].starts_with(members[member] + ".")) continue;
      own.push_back(c);
      named.push_back(columns_[c].substr(members[member].size() + 1));
    }
    if (own.empty()) return false;
    if (own.size() < 2 || (!classes.empty() && classes != named))
      refuse(
          {path_, 1, 0},
          own.size() < 2
              ? fmt::format("has one class of {}: it needs a column for each", members[member])
              : fmt::format("{} has the classes {}, another member {}: they must be the same, in this order",
                            members[member], fmt::join(named, ", "), fmt::join(classes, ", ")));
    classes = named;
    for (std::size_t i = 1; i < lines.size(); ++i) {
      const Mark place{path_, lines[i].line, 0};
      const std::vector<std::string>& row = lines[i].fields;
      if (row.size() != columns_.size())
        refuse(place, fmt::format("has {} fields, the first line {}", row.size(), columns_.size()));
      const auto text = [&](std::string_view column) {
        return at(column) < row.size() ? row[at(column)] : "";
      };
      const auto [one, is_new] = scores.try_emplace(text("path"), MemberScores{});
      MemberScores& image = one->second;
      if (is_new) image = {text("path"), text("label"), text("digest"), text("group"), {}};
      if (image.label != text("label"))
        refuse(place,
               fmt::format("{} has the label '{}', and '{}' before", image.name, text("label"), image.label));
      image.probabilities.resize(members.size());
      if (!image.probabilities[member].empty())
        refuse(place, fmt::format("names '{}' a second time for {}", image.name, members[member]));
      double sum = 0;
      for (const std::size_t c : own) {
        image.probabilities[member].push_back(probability(row[c], place, columns_[c]));
        sum += image.probabilities[member].back();
      }
      if (std::abs(sum - 1) > 1e-3)
        refuse(place,
               fmt::format("the probabilities of {} add up to {:.4f}, not to 1", members[member], sum));
    }
    return true;
  }

  const std::string& path_;
  std::vector<std::string> columns_;
};

}  // namespace

void write_scores(const std::string& path, const std::string& node, const std::vector<std::string>& classes,
                  const std::vector<Sample>& samples, const std::vector<std::vector<double>>& probabilities) {
  std::string text = "path,label,digest,group";
  for (const std::string& name : classes) text += ',' + csv_field(node + "." + name);
  text += '\n';
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const Sample& one = samples[i];
    text += fmt::format("{},{},{},{}", csv_field(one.name), csv_field(one.label), one.digest,
                        csv_field(one.group));
    for (const double value : probabilities[i]) text += fmt::format(",{}", value);
    text += '\n';
  }
  write_file(path, text);
}

ReadScores read_scores(const std::vector<std::string>& files, const std::vector<std::string>& members) {
  ReadScores read;
  std::map<std::string, MemberScores> all;
  for (const std::string& file : files) File{file, members, read.classes, all};
  std::size_t lacking = 0;
  std::string such;
  std::vector<bool> has(members.size());
  for (auto& [name, image] : all) {
    bool whole = true;
    for (std::size_t m = 0; m < members.size(); ++m) {
      if (image.probabilities[m].empty())
        whole = false;
      else
        has[m] = true;
    }
    if (whole)
      read.scores.push_back(std::move(image));
    else if (lacking++ == 0)
      such = name;
  }
  for (std::size_t m = 0; m < members.size(); ++m)
    if (!has[m])
      refuse({files.front(), 1, 0},
             fmt::format("no file has scores of the member {}: a column for each class, such as {}.{}",
                         members[m], members[m], read.classes.front()));
  if (read.scores.empty())
    refuse({files.front(), 0, 0}, "no image has scores of every member: the files are joined by path");
  if (lacking > 0)
    read.left_out = fmt::format("{} images, such as {}, have no scores of every member: they were left out",
                                lacking, such);
  return read;
}

}  // namespace radflow::cli
