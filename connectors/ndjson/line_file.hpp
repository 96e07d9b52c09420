// LineFile: a file (or pipe, or standard output) to which sinks append lines. Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <string>

#include "connectors/append_file.hpp"
#include "connectors/holding_queue.hpp"
#include "graph/payload.hpp"

namespace radflow {

class LineFile {
 public:
  // The file of that path; sinks that name the same one share it, the first says what becomes of an old one.
  // Throws ParamError("path") if the file cannot be opened or does not end in a line of ours,
  // ParamError("retry") if it is shared with a sink that has another.
  static std::shared_ptr<LineFile> open(const std::string& path, IfExists if_exists, Retry retry);
  static std::shared_ptr<LineFile> standard_output(Retry retry);
  // Throws the ParamError("path") that open() would, as far as it can be told without writing.
  static void check(const std::string& path, IfExists if_exists);

  // To be called before anything is written; a second call does nothing. In an old file a last line that was cut short
  // (power lost while it was written, never acknowledged) is removed. Throws ParamError("path").
  void start();
  // `record` holds a Record; becomes one line, whole or not at all. Acknowledged when the system has taken
  // the line: it survives the end of the process, not that of the machine.
  void write(std::string sink, Payload record, Acknowledge acknowledge) {
    queue_.push({std::move(sink), std::move(record), std::move(acknowledge)});
  }
  bool flush(std::chrono::milliseconds longest) { return queue_.flush(longest); }
  std::string not_ready() const { return queue_.not_ready(); }

 private:
  struct Item {
    std::string sink;
    Payload record;
    Acknowledge acknowledge;
  };
  using Queue = HoldingQueue<Item>;

  LineFile(const std::string& path, IfExists if_exists, Retry retry);
  LineFile(int descriptor, Retry retry);
  void share(const std::string& name, Retry retry) const;
  // Goes on in the file that stands at the path by now. What is wrong, or "".
  std::string follow();
  Queue::Attempt write_lines(std::span<Item> items);
  // What is wrong, or ""; `taken` says how many bytes went out.
  std::string write_text(std::string_view text, std::size_t& taken) const;
  // Cuts the last bytes off again, where that is possible.
  bool take_back(std::size_t bytes) const;

  AppendFile file_;  // closed when the queue's thread, the last user, has ended
  const Retry retry_;
  std::once_flag started_;
  std::string unfinished_;  // of a pipe: the rest of a line that it took a part of
  Queue queue_;             // last: its thread uses the others
};

}  // namespace radflow
