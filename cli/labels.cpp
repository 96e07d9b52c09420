#include "cli/labels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>

#include "cli/csv_lines.hpp"
#include "nodes/classify/regression_fit.hpp"

namespace radflow::cli {
namespace {

// Of a path, folder by folder.
std::vector<std::string> parts_of(const std::string& path) {
  std::vector<std::string> parts;
  std::istringstream text{path};
  for (std::string part; std::getline(text, part, '/');) parts.push_back(std::move(part));
  return parts;
}

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t");
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

Labels::Labels(const std::string& path) : path_{path} {
  std::ifstream file{path, std::ios::binary};
  if (!file) refuse({path, 0, 0}, "cannot be read: no such file, or no permission");
  std::ostringstream text;
  text << file.rdbuf();
  const std::vector<CsvLine> lines = read_csv(text.str(), path);
  if (!lines.empty()) columns_ = lines.front().fields;
  for (std::string& column : columns_) column = trimmed(column);
  if (!has("label") || (!has("path") && !has("uid")))
    refuse({path, 1, 0},
           fmt::format("its first line names the columns: path or uid, and label; it has {}",
                       columns_.empty() ? "none" : fmt::format("{}", fmt::join(columns_, ", "))));
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const auto& [line, fields] = lines[i];
    if (fields.size() != columns_.size())
      refuse({path, line, 0},
             fmt::format("has {} fields, the first line {}", fields.size(), columns_.size()));
    Row row;
    for (std::size_t c = 0; c < columns_.size(); ++c) row[columns_[c]] = fields[c];
    row.line = line;
    for (auto& [column, field] : row)
      if (column != "path") field = trimmed(field);
    if (row["label"].empty()) refuse({path, line, 0}, "has no label");
    for (const auto& [column, index] : {std::pair{"path", &by_path_}, std::pair{"uid", &by_uid_}})
      if (const auto named = row.find(column); named != row.end() && !named->second.empty())
        if (!index->try_emplace(named->second, row).second)
          refuse({path, line, 0}, fmt::format("names the {} '{}' a second time", column, named->second));
  }
}

std::map<int, const Labels::Row*> Labels::rows() const {
  std::map<int, const Row*> rows;
  for (const auto* index : {&by_path_, &by_uid_})
    for (const auto& [name, row] : *index) rows[row.line] = &row;
  return rows;
}

bool Labels::has(std::string_view column) const {
  return std::ranges::find(columns_, column) != columns_.end();
}

const Labels::Row* Labels::find(const Tapped& message) const {
  if (const auto found = by_path_.find(message.key); found != by_path_.end()) return &found->second;
  for (const auto& [name, value] : message.said)
    if (name == "SOPInstanceUID")
      if (const auto found = by_uid_.find(value); found != by_uid_.end()) return &found->second;
  return nullptr;
}

std::string apply_labels(const Labels& labels, const std::vector<std::string_view>& splits,
                         std::vector<Tapped>& messages) {
  std::vector<Tapped> kept;
  std::size_t unnamed = 0, other = 0;
  std::string such;
  for (Tapped& message : messages) {
    const Labels::Row* row = labels.find(message);
    if (!row) {
      if (unnamed++ == 0) such = message.key;
      continue;
    }
    if (const auto split = row->find("split");
        split != row->end() && std::ranges::find(splits, split->second) == splits.end()) {
      ++other;
      continue;
    }
    message.label = row->find("label")->second;
    kept.push_back(std::move(message));
  }
  if (kept.empty())
    throw std::runtime_error{fmt::format(
        "{} has a label for none of the {} images{}", labels.path(), messages.size(),
        other > 0 ? fmt::format(": {} are of another split than '{}'", other, fmt::join(splits, "' or '"))
                  : fmt::format("; paths are those within the folder, such as {}", such))};
  messages = std::move(kept);
  if (unnamed == 0) return "";
  return fmt::format("{} images are not in {}, such as {}: they were left out", unnamed, labels.path(), such);
}

std::string describe_unread(const Labels& labels, const std::vector<std::string_view>& splits,
                            const std::vector<const std::vector<Tapped>*>& messages) {
  std::map<int, const Labels::Row*> rows = labels.rows();
  for (const std::vector<Tapped>* some : messages)
    for (const Tapped& message : *some)
      if (const Labels::Row* row = labels.find(message)) rows.erase(row->line);
  std::erase_if(rows, [&](const auto& one) {
    const auto split = one.second->find("split");
    return split != one.second->end() && std::ranges::find(splits, split->second) == splits.end();
  });
  std::vector<std::string> first;
  for (const auto& [line, row] : rows) {
    if (first.size() == 3) break;
    const auto path = row->find("path");
    const bool by_path = path != row->end() && !path->second.empty();
    first.push_back(fmt::format("{} (line {})", by_path ? path->second : row->find("uid")->second, line));
  }
  if (rows.empty()) return "";
  return fmt::format("{} of {} no image that came through, such as {}",
                     rows.size() == 1 ? "1 row" : fmt::format("{} rows", rows.size()),
                     labels.path() + (rows.size() == 1 ? " names" : " name"), fmt::join(first, ", "));
}

std::vector<std::string> label_all(const Labels& labels, std::string_view split,
                                   std::vector<Tapped>& messages) {
  std::string unread = describe_unread(labels, {split}, {&messages});
  return {std::move(unread), apply_labels(labels, {split}, messages)};
}

void require_numbers(const Labels& labels, const std::vector<Tapped>& messages) {
  for (const Tapped& message : messages) {
    const Labels::Row* const row = labels.find(message);
    if (!row || !message.label) continue;
    try {
      number_of(*message.label, message.key);
    } catch (const std::runtime_error&) {
      throw std::runtime_error{
          fmt::format("{}:{}: {} has the label '{}', and regress learns from numbers that are finite and "
                      "at most 3.4e38",
                      labels.path(), row->line, message.key, *message.label)};
    }
  }
}

namespace {

std::string group_of(const Tapped& message, const std::string& by, const Labels* labels) {
  if (by == "folder") {
    const std::vector<std::string> parts = parts_of(message.key);
    if (parts.size() > 2) return parts[0] + "/" + parts[1];
    throw std::runtime_error{
        fmt::format("--group folder needs a folder below the class folder, and {} has none", message.key)};
  }
  if (labels && labels->has(by)) {
    const Labels::Row* row = labels->find(message);
    if (row && !row->find(by)->second.empty()) return row->find(by)->second;
    throw std::runtime_error{fmt::format("{} has no {} in {}", message.key, by, labels->path())};
  }
  for (const auto& [name, value] : message.said)
    if (name == by && !value.empty()) return value;
  throw std::runtime_error{fmt::format("{} has no '{}': no header and no identifier has that name{}",
                                       message.key, by,
                                       labels ? fmt::format(", and {} has no such column", labels->path())
                                              : "; --labels FILE.csv may have such a column")};
}

}  // namespace

std::vector<std::string> groups_of(const std::vector<Tapped>& messages, const std::string& by,
                                   const Labels* labels) {
  std::vector<std::string> groups;
  for (const Tapped& message : messages) groups.push_back(by.empty() ? "" : group_of(message, by, labels));
  if (by != "PatientID") return groups;
  // Groups are written to files, and a digest of a patient's number can be undone by trying all numbers.
  std::map<std::string, std::size_t> patients;
  for (std::string& group : groups)
    group = fmt::format("patient {}", patients.try_emplace(group, patients.size() + 1).first->second);
  return groups;
}

std::vector<std::string> set_groups(std::vector<Tapped>& messages, const std::string& by,
                                    const Labels* labels) {
  std::vector<std::string> groups = groups_of(messages, by, labels);
  if (by == "folder" && !labels)
    for (Tapped& message : messages) message.label = parts_of(message.key).front();
  return groups;
}

}  // namespace radflow::cli
