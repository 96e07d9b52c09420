#include "connectors/ndjson/line_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <map>

#include "connectors/append_file.hpp"
#include "connectors/log.hpp"
#include "connectors/ndjson/line.hpp"
#include "connectors/writable.hpp"
#include "graph/param.hpp"

namespace radflow {
namespace {

// Writes are at most about this long, so that a large backlog is acknowledged as it goes.
constexpr std::size_t longest_write = 1 << 20;

// Where the last whole line ends. Throws if more stands behind it in a file that is none of ours.
off_t checked_end(int descriptor, off_t size, const std::string& path) {
  const off_t end = end_of_lines(descriptor, size);
  if (end == size) return end;
  if (end < 0 || !begins_with(descriptor, "{\"sink\":"))
    throw ParamError{
        "path", fmt::format("'{}' exists, is no NDJSON of radflow and its last line does not end: end that "
                            "line, or choose another path",
                            path)};
  return end;
}

void remove_unfinished_line(const AppendFile& file) {
  const off_t size = ::lseek(file.descriptor(), 0, SEEK_END);
  const off_t end = checked_end(file.descriptor(), size, file.path());
  if (end == size) return;
  if (const std::string wrong = file.cut_off(end); !wrong.empty())
    throw ParamError{"path", fmt::format("'{}' cannot be shortened: {}", file.path(), wrong)};
}

}  // namespace

std::shared_ptr<LineFile> LineFile::open(const std::string& path, IfExists if_exists, Retry retry) {
  static std::mutex mutex;
  static std::map<std::string, std::weak_ptr<LineFile>> files;
  const std::lock_guard lock{mutex};
  std::weak_ptr<LineFile>& known = files[std::filesystem::weakly_canonical(path).string()];
  if (auto file = known.lock()) {
    file->share(path, retry);
    return file;
  }

  std::shared_ptr<LineFile> file{new LineFile{path, if_exists, retry}};
  known = file;
  return file;
}

void LineFile::start() {
  std::call_once(started_, [this] {
    file_.begin();
    if (file_.regular()) remove_unfinished_line(file_);
  });
}

void LineFile::check(const std::string& path, IfExists if_exists) {
  if (const std::string why = why_no_file(path); !why.empty()) throw cannot_write(path, why);
  std::error_code failed;
  if (if_exists == IfExists::Overwrite || !std::filesystem::is_regular_file(path, failed)) return;
  const Descriptor opened{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (opened.number() < 0) throw cannot_write(path, std::strerror(errno));
  checked_end(opened.number(), ::lseek(opened.number(), 0, SEEK_END), path);
}

std::shared_ptr<LineFile> LineFile::standard_output(Retry retry) {
  static std::mutex mutex;
  static std::weak_ptr<LineFile> known;
  const std::lock_guard lock{mutex};
  auto file = known.lock();
  if (file)
    file->share("stdout", retry);
  else
    known = file = std::shared_ptr<LineFile>{new LineFile{::dup(STDOUT_FILENO), retry}};
  return file;
}

void LineFile::share(const std::string& name, Retry retry) const {
  if (retry != retry_)
    throw ParamError{
        "retry", fmt::format("two sinks write '{}', each with another `retry`: give both the same", name)};
}

LineFile::LineFile(const std::string& path, IfExists if_exists, Retry retry)
    : file_{"ndjson", path, if_exists},
      retry_{retry},
      queue_{"ndjson " + path, retry, [this](std::span<Item> items) { return write_lines(items); }} {
  if (if_exists == IfExists::Append && file_.regular())
    checked_end(file_.descriptor(), ::lseek(file_.descriptor(), 0, SEEK_END), path);
}

LineFile::LineFile(int descriptor, Retry retry)
    : file_{descriptor}, retry_{retry}, queue_{"stdout", retry, [this](std::span<Item> items) {
                                                 return write_lines(items);
                                               }} {}

std::string LineFile::follow() {
  try {
    if (!file_.follow()) return "";
    unfinished_.clear();
    if (file_.regular()) remove_unfinished_line(file_);
    return "";
  } catch (const ParamError& wrong) {
    return wrong.what();
  }
}

LineFile::Queue::Attempt LineFile::write_lines(std::span<Item> items) {
  Queue::Attempt attempt;
  attempt.wrong = follow();
  while (attempt.written < items.size() && attempt.wrong.empty()) {
    std::string text;
    std::vector<std::size_t> ends;  // of each line in `text`
    for (std::size_t i = attempt.written; i < items.size() && text.size() < longest_write; ++i) {
      if (ends.empty() && !unfinished_.empty())
        text = std::exchange(unfinished_, {});
      else
        text += ndjson_line(items[i].sink, items[i].record.as<Record>());
      ends.push_back(text.size());
    }
    std::size_t taken = 0;
    attempt.wrong = write_text(text, taken);

    const auto whole = static_cast<std::size_t>(std::ranges::upper_bound(ends, taken) - ends.begin());
    const std::size_t whole_bytes = whole == 0 ? 0 : ends[whole - 1];
    if (whole < ends.size() && !take_back(taken - whole_bytes))
      unfinished_ = text.substr(taken, ends[whole] - taken);
    attempt.written += whole;
  }
  return attempt;
}

std::string LineFile::write_text(std::string_view text, std::size_t& taken) const {
  while (taken < text.size()) {
    const ssize_t wrote = ::write(file_.descriptor(), text.data() + taken, text.size() - taken);
    if (wrote >= 0) {
      taken += static_cast<std::size_t>(wrote);
    } else if (errno == EPIPE) {  // nobody will ever read: end as a program in a pipe does
      std::signal(SIGPIPE, SIG_DFL);
      std::raise(SIGPIPE);
    } else if (errno != EINTR) {
      return std::strerror(errno);
    }
  }
  return "";
}

bool LineFile::take_back(std::size_t bytes) const {
  if (bytes == 0) return true;
  if (!file_.regular()) return false;
  const off_t end = ::lseek(file_.descriptor(), 0, SEEK_CUR) - static_cast<off_t>(bytes);
  return ::ftruncate(file_.descriptor(), end) == 0 && ::lseek(file_.descriptor(), end, SEEK_SET) == end;
}

}  // namespace radflow
