// TableFile: a file to which one sink appends the rows of a table. Thread-safe.
#pragma once

#include <mutex>
#include <optional>
#include <span>
#include <string>

#include "connectors/append_file.hpp"
#include "connectors/holding_queue.hpp"

namespace radflow {

class TableFile {
 public:
  // Throws ParamError("path") if the file cannot be opened, or has no whole line. A last line that was cut short (power
  // lost while it was written, never acknowledged) is removed before the first row, once begin() has found the same head.
  TableFile(const std::string& path, IfExists if_exists, Retry retry);
  // The ParamError that this would be, as far as it can be told without writing; absent: none.
  static std::optional<ParamError> check(const std::string& path);

  // The first line of the table, once it is known; the same one from then on. What is wrong if the file has another, or "".
  std::string begin(const std::string& head);
  // To be called before anything is written. Throws ParamError("path").
  void start() { file_.begin(); }
  // A row becomes one line, whole or not at all; begin() was called. Acknowledged when the system has taken it.
  void append(std::string row, Acknowledge acknowledge) {
    queue_.push({std::move(row), std::move(acknowledge)});
  }
  bool flush(std::chrono::milliseconds longest) { return queue_.flush(longest); }
  std::string not_ready() const { return queue_.not_ready(); }

 private:
  struct Item {
    std::string row;
    Acknowledge acknowledge;
  };
  using Queue = HoldingQueue<Item>;

  // Goes on in the file that stands at the path by now. What is wrong, or "".
  std::string follow();
  Queue::Attempt write(std::span<Item> items);

  AppendFile file_;                  // closed when the queue's thread, the last user, has ended
  std::optional<off_t> unfinished_;  // where a last line begins that was cut short
  std::mutex mutex_;
  std::string head_;      // the table's first line; "" while it is not known
  bool written_ = false;  // the file has it
  bool unknown_ = false;  // another file stands at the path, and was not looked at yet
  Queue queue_;           // last: its thread uses the others
};

}  // namespace radflow
