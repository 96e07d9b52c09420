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

// Where the last whole line ends. Throws if a line behind it is none of ours.
off_t checked_end(int descriptor, off_t size, const std::string& path) {
  const off_t end = end_of_lines(descriptor, size);
  if (end == size) return end;
  std::array<char, 8> start{};
  constexpr std::string_view ours = "{\"sink\":";
  const ssize_t length = end < 0 ? 0 : ::pread(descriptor, start.data(), ours.size(), end);
  if (length <= 0 || !ours.starts_with(std::string_view{start.data(), static_cast<std::size_t>(length)}))
    throw ParamError{"path",
                     fmt::format("'{}' exists and is no NDJSON of radflow: its last line does not end; "
                                 "choose another path or `if_exists: overwrite`",
                                 path)};
  return end;
}

void remove_unfinished_line(int descriptor, const std::string& path) {
  const off_t size = ::lseek(descriptor, 0, SEEK_END);
  const off_t end = checked_end(descriptor, size, path);
  if (end == size) return;
  log_warning(path + ": removing a last line that was cut short", named("ndjson", {{"path", path}}));
  if (::ftruncate(descriptor, end) != 0)
    throw ParamError{"path", fmt::format("'{}' cannot be shortened: {}", path, std::strerror(errno))};
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

  const int descriptor = open_to_append(path, if_exists == IfExists::Overwrite);
  std::shared_ptr<LineFile> file{
      new LineFile{descriptor, "ndjson " + path, retry}};  // closes it if what follows throws
  if (file->regular_) remove_unfinished_line(descriptor, path);
  known = file;
  return file;
}

void LineFile::check(const std::string& path, IfExists if_exists) {
  if (const std::string why = why_no_file(path); !why.empty()) throw cannot_write(path, why);
  std::error_code failed;
  if (if_exists == IfExists::Overwrite || !std::filesystem::is_regular_file(path, failed)) return;
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) throw cannot_write(path, std::strerror(errno));
  const Descriptor close{descriptor};
  checked_end(descriptor, ::lseek(descriptor, 0, SEEK_END), path);
}

std::shared_ptr<LineFile> LineFile::standard_output(Retry retry) {
  static std::mutex mutex;
  static std::weak_ptr<LineFile> known;
  const std::lock_guard lock{mutex};
  auto file = known.lock();
  if (file)
    file->share("stdout", retry);
  else
    known = file = std::shared_ptr<LineFile>{new LineFile{::dup(STDOUT_FILENO), "stdout", retry}};
  return file;
}

void LineFile::share(const std::string& name, Retry retry) const {
  if (retry != retry_)
    throw ParamError{
        "retry", fmt::format("two sinks write '{}', each with another `retry`: give both the same", name)};
}

LineFile::LineFile(int descriptor, const std::string& name, Retry retry)
    : file_{descriptor},
      retry_{retry},
      regular_{is_regular(descriptor)},
      queue_{name, retry, [this](std::span<Item> items) { return write_lines(items); }} {}

LineFile::Queue::Attempt LineFile::write_lines(std::span<Item> items) {
  Queue::Attempt attempt;
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
    const ssize_t wrote = ::write(file_.number(), text.data() + taken, text.size() - taken);
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
  if (!regular_) return false;
  const off_t end = ::lseek(file_.number(), 0, SEEK_CUR) - static_cast<off_t>(bytes);
  return ::ftruncate(file_.number(), end) == 0 && ::lseek(file_.number(), end, SEEK_SET) == end;
}

}  // namespace radflow
