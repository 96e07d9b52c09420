// Labels: what a CSV file says of images (their class, their patient, their part), and which group an image belongs to.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/tap.hpp"

namespace radflow::cli {

// A first line of names and a line an image. The columns path or uid (SOPInstanceUID) and label are needed, split and any
// others may be there.
class Labels {
 public:
  // The fields by their columns, without the spaces around them; a path keeps its own.
  struct Row : std::map<std::string, std::string, std::less<>> {
    int line = 0;
  };

  // Throws ConfigError with file and line: it cannot be read, lacks a column, or names an image twice.
  explicit Labels(const std::string& path);

  // By the record's key, which of files is the path within the folder, or by SOPInstanceUID; null if it is not there.
  const Row* find(const Tapped& message) const;
  bool has(std::string_view column) const;
  const std::string& path() const { return path_; }
  // By line: each that has a path or a uid.
  std::map<int, const Row*> rows() const;

 private:
  std::string path_;
  std::vector<std::string> columns_;
  std::map<std::string, Row, std::less<>> by_path_, by_uid_;
};

// Gives the messages the labels of the file, and leaves out those that it does not name or that are of another split;
// `splits` are those that are taken, where the file has the column. Gives a line about what was left out, or "".
std::string apply_labels(const Labels& labels, const std::vector<std::string_view>& splits,
                         std::vector<Tapped>& messages);

// A line about the rows, of these splits where the file has the column, that name none of the messages, or "".
std::string describe_unread(const Labels& labels, const std::vector<std::string_view>& splits,
                            const std::vector<const std::vector<Tapped>*>& messages);

// Applies the labels of one split to all messages that there are. Gives both lines, or "" in their place.
std::vector<std::string> label_all(const Labels& labels, std::string_view split,
                                   std::vector<Tapped>& messages);

// Throws std::runtime_error with file and line where a message's label is no number that is finite.
void require_numbers(const Labels& labels, const std::vector<Tapped>& messages);

// What --group NAME and --by NAME stand for, of each message: `folder`, the folder below the class folder; a column of the
// labels; PatientID of DICOM, whose patients are numbered in the order of their first images; a header or an identifier.
// "" without `by`. Throws std::runtime_error for an image that has none.
std::vector<std::string> groups_of(const std::vector<Tapped>& messages, const std::string& by,
                                   const Labels* labels);

// The same. By folder, the class becomes the folder above that.
std::vector<std::string> set_groups(std::vector<Tapped>& messages, const std::string& by,
                                    const Labels* labels);

}  // namespace radflow::cli
