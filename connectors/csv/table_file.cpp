#include "connectors/csv/table_file.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

#include "connectors/writable.hpp"

namespace radflow {
namespace {

// The first line, with its line feed; "" of a file without a whole line.
std::string first_line(const std::string& path) {
  std::ifstream in{path, std::ios::binary};
  std::string head;
  return std::getline(in, head) && !in.eof() ? head + '\n' : "";
}

// Where whole lines end, if more stands behind them. Throws if there is no whole line, nor a part of the first one.
std::optional<off_t> unfinished_line(int descriptor, const std::string& path) {
  const off_t size = ::lseek(descriptor, 0, SEEK_END), end = end_of_lines(descriptor, size);
  if (end < 0) throw cannot_write(path, "its lines cannot be read");
  if (end == size) return std::nullopt;
  if (end == 0 && !begins_with(descriptor, "key,topic,partition,offset,frame,"))
    throw ParamError{
        "path",
        fmt::format("'{}' exists, is no table of radflow and its first line does not end: end that line, or "
                    "choose another path",
                    path)};
  return end;
}

}  // namespace

TableFile::TableFile(const std::string& path, IfExists if_exists, Retry retry)
    : file_{"csv", path, if_exists}, queue_{"csv " + path, retry, [this](std::span<Item> items) {
                                              return write(items);
                                            }} {
  if (!file_.regular())
    throw ParamError{
        "path", fmt::format("'{}' is no file: a table that is cut short could not be mended there", path)};
  if (if_exists == IfExists::Overwrite) return;
  unfinished_ = unfinished_line(file_.descriptor(), path);
  head_ = first_line(path);
  written_ = !head_.empty();
}

std::optional<ParamError> TableFile::check(const std::string& path) {
  const std::string why = why_no_file(path);
  if (why.empty()) return std::nullopt;
  return cannot_write(path, why);
}

std::string TableFile::begin(const std::string& head) {
  const std::lock_guard lock{mutex_};
  if (head_.empty()) head_ = head;
  return head_ == head ? "" : fmt::format("the table has the columns {}", head_.substr(0, head_.size() - 1));
}

std::string TableFile::follow() {
  try {
    if (file_.follow()) unknown_ = true;
    if (!unknown_) return "";
    const std::string head = first_line(file_.path());
    if (const std::lock_guard lock{mutex_}; !head.empty() && head != head_)
      return "another file of that name has other columns: " + head.substr(0, head.size() - 1);
    unfinished_ = unfinished_line(file_.descriptor(), file_.path());
    written_ = !head.empty();
    unknown_ = false;
    return "";
  } catch (const ParamError& wrong) {
    return wrong.what();
  }
}

TableFile::Queue::Attempt TableFile::write(std::span<Item> items) {
  Queue::Attempt attempt;
  attempt.wrong = follow();
  if (!attempt.wrong.empty()) return attempt;
  // Not before the columns are known to be those of the file, which may be somebody else's.
  if (unfinished_) {
    attempt.wrong = file_.cut_off(*unfinished_);
    if (!attempt.wrong.empty()) return attempt;
    unfinished_.reset();
  }
  std::string text;
  if (const std::lock_guard lock{mutex_}; !written_) text = head_;
  const std::size_t head = text.size();
  for (const Item& item : items) text += item.row;
  std::size_t taken = 0;
  while (taken < text.size() && attempt.wrong.empty()) {
    const ssize_t wrote = ::write(file_.descriptor(), text.data() + taken, text.size() - taken);
    if (wrote >= 0)
      taken += static_cast<std::size_t>(wrote);
    else if (errno != EINTR)
      attempt.wrong = std::strerror(errno);
  }
  // Only whole lines stay.
  std::size_t whole = 0;
  if (head > 0 && taken >= head) {
    whole = head;
    written_ = true;
  }
  if (written_)
    while (attempt.written < items.size() && whole + items[attempt.written].row.size() <= taken)
      whole += items[attempt.written++].row.size();
  if (whole < taken) {
    const off_t end = ::lseek(file_.descriptor(), 0, SEEK_END) - static_cast<off_t>(taken - whole);
    if (::ftruncate(file_.descriptor(), end) != 0) attempt.wrong = std::strerror(errno);
  }
  return attempt;
}

}  // namespace radflow
